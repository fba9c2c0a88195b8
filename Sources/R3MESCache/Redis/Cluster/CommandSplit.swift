// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A command as a cluster must be sent it: whole to one slot, or in parts to several.
struct CommandSplit: Sendable {
    struct Part: Sendable {
        let command: RedisCommand
        /// Nil if any node will do.
        let slot: Int?
        /// Which of the whole command's keys it has.
        var keys: [Int] = []
    }

    private enum Joining {
        case whole
        /// Values in the order of the keys.
        case values(count: Int)
        case sum
        case status
    }

    let parts: [Part]
    private let joining: Joining

    /// Commands that mean the same in parts, but for being done at once.
    private static let splittable: [String: Joining] = [
        "MGET": .values(count: 0), "MSET": .status, "DEL": .sum, "UNLINK": .sum, "EXISTS": .sum, "TOUCH": .sum,
    ]

    init(_ command: RedisCommand) throws(CacheError) {
        let name = command.name
        guard name != "SCAN" else {
            throw CacheError(.unsupportedCommand, "SCAN sees the keys of one node: ask each of masters()")
        }
        guard let layout = CommandKeys.of(name) else {
            let slot = command.key.flatMap { command.body.viewBytes(at: $0.lowerBound, length: $0.count) }
            parts = [Part(command: command, slot: slot.map { ClusterSlot.of($0) })]
            self.joining = .whole
            return
        }
        let words = command.words
        let keys = layout.indices(in: words)
        let slots = keys.map { ClusterSlot.of(words[$0].readableBytesView) }
        guard let first = slots.first, slots.contains(where: { $0 != first }) else {
            parts = [Part(command: command, slot: slots.first)]
            self.joining = .whole
            return
        }
        guard let joining = Self.splittable[name], case .range(_, _, let step) = layout,
            (words.count - 1).isMultiple(of: step)
        else {
            throw CacheError(
                .unsupportedCommand,
                "the keys of the command are in different slots of the cluster: a hash tag would keep them together"
            )
        }
        var members: [Int: [Int]] = [:]
        var order: [Int] = []
        for (index, slot) in slots.enumerated() {
            if members[slot] == nil { order.append(slot) }
            members[slot, default: []].append(index)
        }
        parts = order.map { slot in
            let indices = members[slot] ?? []
            let arguments = indices.flatMap { words[keys[$0]..<keys[$0] + step] }
            return Part(command: RedisCommand(words: [words[0]] + arguments), slot: slot, keys: indices)
        }
        self.joining = if case .values = joining { .values(count: keys.count) } else { joining }
    }

    /// One answer of those to the parts: the first error, if there is one.
    func join(_ answers: [RESPValue]) throws(CacheError) -> RESPValue {
        for case .error(let error) in answers { return .error(error) }
        switch joining {
        case .whole, .status:
            guard let answer = answers.first else { throw CacheError(.unexpectedReply, "an answer is missing") }
            return answer
        case .sum:
            var sum: Int64 = 0
            for answer in answers {
                sum = sum.addingReportingOverflow(try Int64(resp: answer)).partialValue
            }
            return .integer(sum)
        case .values(let count):
            var values = [RESPValue](repeating: .null, count: count)
            for (part, answer) in zip(parts, answers) {
                guard let elements = answer.elements, elements.count == part.keys.count else {
                    throw .unexpected(answer, for: "a value for each key")
                }
                for (key, value) in zip(part.keys, elements) { values[key] = value }
            }
            return .array(values)
        }
    }
}
