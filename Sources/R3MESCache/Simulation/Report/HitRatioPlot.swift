// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The hit ratio over the size, a line for each policy, as an SVG document that can be read on light and dark pages.
public struct HitRatioPlot: Sendable {
    /// What stands above the plot.
    public let title: String
    /// A size that is pointed out, if it is within those tried.
    public let markedSize: Int?
    /// The results by policy, each from the smallest size to the largest.
    let curves: [(policy: SimulationPolicy, points: [SimulationResult])]
    let sizes: [Int]

    static let width = 800.0
    static let height = 480.0
    /// Where the lines are; to the right of it stand their names.
    static let frame = (left: 72.0, right: 660.0, top: 64.0, bottom: 400.0)

    /// A plot of results, whose policies come in the order of their first result.
    public init(title: String, results: [SimulationResult], markedSize: Int? = nil) {
        self.title = title
        let sizes = Set(results.map(\.size)).sorted()
        self.sizes = sizes
        self.markedSize = markedSize.flatMap { sizes.contains($0) ? $0 : nil }
        var policies: [SimulationPolicy] = []
        for result in results where !policies.contains(result.policy) {
            policies.append(result.policy)
        }
        curves = policies.map { policy in
            (policy, results.filter { $0.policy == policy }.sorted { $0.size < $1.size })
        }
    }

    /// The whole document.
    public var svg: String {
        let body = [grid, sizeTicks, axisTitles, mark, curves.flatMap(line), labels].flatMap(\.self)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(Self.height))" \
            font-family="system-ui, sans-serif" font-size="13" role="img" aria-labelledby="title summary">
            <title id="title">\(Self.escaped(title))</title>
            <desc id="summary">\(Self.escaped(summary))</desc>
            \(HitRatioPlot.style)
            <rect class="paper" width="100%" height="100%"/>
            <text class="ink" x="24" y="34" font-size="17" font-weight="600">\(Self.escaped(title))</text>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    /// The figures in words, for those who cannot see the lines.
    private var summary: String {
        let lines = curves.map { policy, points in
            let figures = points.map { "\(Self.percent($0.hitRatio * 100)) at \(Self.grouped($0.size))" }
            return "\(policy.title): \(figures.joined(separator: ", "))."
        }
        return "Hit ratio by number of entries. " + lines.joined(separator: " ")
    }
}

extension HitRatioPlot {
    /// Where a size is, on a logarithmic scale.
    func x(_ size: Int) -> Double {
        let (least, most) = (Double(sizes.first ?? 1), Double(sizes.last ?? 1))
        let share = most > least ? log(Double(size) / least) / log(most / least) : 0.5
        // A little room on both sides.
        return Self.frame.left + 12 + (Self.frame.right - Self.frame.left - 24) * share
    }

    /// Where a hit ratio is, in percent.
    func y(_ percent: Double) -> Double {
        Self.frame.bottom - (Self.frame.bottom - Self.frame.top) * percent / top
    }

    /// The top of the scale in percent: the least of few round numbers that is above all values.
    var top: Double {
        let most = curves.flatMap(\.points).map { $0.hitRatio * 100 }.max() ?? 0
        return [5, 10, 20, 50, 100].first { $0 >= most } ?? 100
    }

    /// A number with one decimal at most.
    static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        guard tenths % 10 != 0 else { return String(tenths / 10) }
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    static func percent(_ number: Double) -> String {
        "\(text(number)) %"
    }

    /// A number with narrow spaces between thousands.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// Text as XML has it, without what XML cannot hold.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
