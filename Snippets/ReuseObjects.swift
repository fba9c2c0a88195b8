// SPDX-License-Identifier: Apache-2.0
//
// Objects that are costly to set up are used again. Run it: swift run ReuseObjects
import R3MESMemory

final class Parser {
    let tables = (0..<10_000).map { $0 * $0 }
    var input = ""
}

let parsers = try ObjectPool<Parser>(hooks: .init(make: { Parser() }, reset: { $0.input = "" }))

for number in 1...1000 {
    parsers.withObject { $0.input = "document \(number)" }
}
print("made \(parsers.statistics.created), used again \(parsers.statistics.reused) times")
