// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("KeyIndex")
struct KeyIndexTests {
    @Test("finds by beginnings what a search through all keys finds: empty, with NUL, each the beginning of another")
    func model() {
        forAll(cases: 20) { generator in
            let places = UnsafeMutablePointer<String>.allocate(capacity: 64)
            places.initialize(repeating: "", count: 64)
            defer {
                places.deinitialize(count: 64)
                places.deallocate()
            }
            var index = KeyIndex()
            var held: [String: Slot] = [:]
            var free = Array(0..<Slot(64))
            let letters = ["a", "\0", "é", "\u{7F}", "aa", "/"]
            func text(_ generator: inout SeededGenerator) -> String {
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? ""
                }.joined()
            }
            for _ in 0..<300 {
                let key = text(&generator)
                if let slot = held[key] {
                    index.remove(slot, places)
                    held[key] = nil
                    free.append(slot)
                } else if let slot = free.popLast() {
                    places[Int(slot)] = key
                    index.insert(slot, places)
                    held[key] = slot
                }
                let prefix = Array(text(&generator).utf8)
                let expected = held.filter { $0.key.utf8.starts(with: prefix) }.map(\.value)
                let found = index.slots(withPrefix: prefix, places)
                try hold(
                    found.sorted() == expected.sorted(),
                    "\(found.count) of \(expected.count) begin with \(prefix)"
                )
                try hold(index.count == held.count && index.slots(withPrefix: [], places).count == held.count, "count")
            }
        }
    }
}
