// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService

/// Tells how far long work has come: a bar that is drawn over itself on a terminal, a line every few seconds elsewhere.
struct Progress {
    private let what: String
    private let start = ContinuousClock.now
    private let isBar: Bool
    private var lastShown: ContinuousClock.Instant?

    /// - Parameter what: What is counted, in the plural: `users`.
    init(counting what: String, isBar: Bool = Terminal.isInteractive) {
        self.what = what
        self.isBar = isBar
    }

    /// Shows the state, if it is time to.
    ///
    /// - Parameters:
    ///   - count: How many are done.
    ///   - fraction: How much of the whole that is, from 0 to 1; nil when the whole is not known.
    mutating func update(_ count: Int, fraction: Double?) {
        let now = ContinuousClock.now
        let interval: Duration = isBar ? .milliseconds(100) : .seconds(5)
        guard now >= (lastShown ?? start) + interval else { return }
        lastShown = now
        Terminal.printLine(line(count, fraction, at: now), terminator: isBar ? "" : "\n")
    }

    /// Shows the end, and frees the line for what comes next.
    func finish(_ count: Int) {
        if isBar {
            Terminal.printLine("\r\u{1B}[K", terminator: "")
        }
        let seconds = start.duration(to: .now).seconds
        let noun = count == 1 && what.hasSuffix("s") ? String(what.dropLast()) : what
        Terminal.printLine("\(count.grouped) \(noun) in \(seconds.rounded(toPlaces: 1)) s (\(rate(count, seconds)))")
    }

    private func line(_ count: Int, _ fraction: Double?, at now: ContinuousClock.Instant) -> String {
        let seconds = start.duration(to: now).seconds
        let numbers = "\(count.grouped) \(what), \(rate(count, seconds))"
        // A file may grow while it is read.
        guard let fraction = fraction.map({ min($0, 1) }), fraction > 0 else {
            return isBar ? "\r\u{1B}[K\(numbers)" : numbers
        }
        let left = Int((seconds * (1 - fraction) / fraction).rounded())
        let percent = "\(Int(fraction * 100)) %"
        guard isBar else { return "\(percent): \(numbers), \(left) s left" }
        let filled = Int(fraction * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: max(30 - filled, 0))
        return "\r\u{1B}[K\(bar) \(percent)  \(numbers), \(left) s left"
    }

    private func rate(_ count: Int, _ seconds: Double) -> String {
        "\(Int(Double(count) / max(seconds, 0.001)).grouped)/s"
    }
}

extension Int {
    /// The number with spaces between thousands: `1 000 000`.
    var grouped: String {
        var text = ""
        for (index, digit) in String(self).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), digit != "-" { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> String {
        String(format: "%.\(places)f", self)
    }
}
