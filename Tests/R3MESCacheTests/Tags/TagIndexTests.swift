// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("TagIndex")
struct TagIndexTests {
    @Test("knows what a dictionary of sets knows")
    func model() {
        forAll(cases: 15) { generator in
            var index = TagIndex()
            var model: [Slot: Set<String>] = [:]
            for _ in 0..<300 {
                let slot = Slot.random(in: 0..<40, using: &generator)
                if model[slot] != nil || generator.oneIn(3) {
                    index.remove(slot)
                    model[slot] = nil
                } else {
                    let names = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        ["", "a", "b", "\0", "é", "long tag with spaces"].randomElement(using: &generator) ?? ""
                    }
                    index.add(names, to: slot)
                    model[slot] = Set(names)
                }
                let all = model.values.reduce(into: Set<String>()) { $0.formUnion($1) }
                try hold(Set(index.names) == all && index.count == all.count, "tags")
                try hold(index.linksInUse == model.values.reduce(0) { $0 + $1.count }, "links")
                for name in all {
                    let bearing = model.filter { $0.value.contains(name) }.map(\.key)
                    try hold(index.entries(taggedWith: name).sorted() == bearing.sorted(), "entries of \(name)")
                    try hold(index.anyEntry(taggedWith: name).map { bearing.contains($0) } == true, "any of \(name)")
                }
                try hold(Array(index.names(of: slot)).sorted() == (model[slot] ?? []).sorted(), "tags of an entry")
                try hold(index.anyEntry(taggedWith: "unknown") == nil)
            }
        }
    }
}
