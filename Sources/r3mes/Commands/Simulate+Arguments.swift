// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESCache

extension CheckedArgument {
    /// Sizes with commas between, each once, from the smallest up.
    @Sendable
    static func sizes(_ text: String) throws -> [Int] {
        let sizes = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            try number(String(word), in: 1...Int(Int32.max))
        }
        return Set(sizes).sorted()
    }

    /// Policies with commas between, each once, in the order given.
    @Sendable
    static func policies(_ text: String) throws -> [SimulationPolicy] {
        var policies: [SimulationPolicy] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let policy = SimulationPolicy(name: String(word)) else {
                let names = SimulationPolicy.all.map(\.name).joined(separator: ", ")
                throw ValidationError("\(word) is no policy; there are \(names).")
            }
            if !policies.contains(policy) {
                policies.append(policy)
            }
        }
        return policies
    }

    @Sendable
    static func column(_ text: String) throws -> KeyTraceReader.Column {
        if text == "request" { return .request }
        if text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") }) {
            return .number(try number(text, in: 1...65_536))
        }
        return .member(text)
    }

    @Sendable
    static func separator(_ text: String) throws -> KeyTraceReader.Separator {
        let character = text == "tab" || text == "\\t" ? "\t" : text
        guard character.utf8.count == 1, let byte = character.utf8.first, byte == 9 || byte >= 32, byte != 34 else {
            throw ValidationError("It must be one ASCII character, no quotation mark, or the word tab.")
        }
        return .character(byte)
    }

    @Sendable
    static func requestLimit(_ text: String) throws -> Int {
        try number(text, in: 1...KeyTrace.maxCount)
    }

    @Sendable
    static func entryBytes(_ text: String) throws -> Int {
        try number(text, in: 1...Int(Int32.max))
    }

    @Sendable
    static func minGain(_ text: String) throws -> Double {
        guard let points = Double(text), (0...100).contains(points) else {
            throw ValidationError("It must be a number from 0 to 100.")
        }
        return points
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ValidationError("It must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
