// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness
import NIOCore
import R3MESResponse

extension Comparison {
    /// The writer beside Foundation's encoder, on the same values.
    static func json() -> [Comparison] {
        let users = User.page(of: 100)
        let plain = (0..<64).map { "an ordinary text of some length, number \($0)" }
        let hostile = (0..<64).map { "a \"text\"\twith\nescapes \u{1} and é 漢 \\ number \($0)" }
        return [
            Comparison(
                "page of 100 users to JSON",
                writer("JSONWriter") { $0.page(users) },
                encoder("JSONEncoder", users)
            ),
            Comparison(
                "64 plain strings to JSON",
                writer("JSONWriter") { $0.strings(plain) },
                encoder("JSONEncoder", plain)
            ),
            Comparison(
                "64 strings with escapes to JSON",
                writer("JSONWriter") { $0.strings(hostile) },
                encoder("JSONEncoder", hostile)
            ),
        ]
    }

    private static func writer(
        _ name: String,
        _ write: @escaping @Sendable (inout JSONWriter) -> Void
    ) -> (name: String, runner: Runner) {
        (
            name,
            .here { time in
                var size = 0
                let value = try await nanosecondsPerOperation(for: time) { count in
                    for _ in 0..<count {
                        var json = JSONWriter(capacity: 4096)
                        write(&json)
                        Sink.take(UInt(json.buffer.readableBytes))
                    }
                }
                var json = JSONWriter()
                write(&json)
                size = json.buffer.readableBytes
                return Harness.Measurement(value: value, notes: ["MB/s": Double(size) / value * 1000])
            }
        )
    }

    private static func encoder<Value: Encodable & Sendable>(_ name: String, _ value: Value) -> (
        name: String, runner: Runner
    ) {
        (
            name,
            .here { time in
                let nanoseconds = try await nanosecondsPerOperation(for: time) { count in
                    let encoder = JSONEncoder()
                    for _ in 0..<count {
                        Sink.take(UInt(try encoder.encode(value).count))
                    }
                }
                let size = try JSONEncoder().encode(value).count
                return Harness.Measurement(value: nanoseconds, notes: ["MB/s": Double(size) / nanoseconds * 1000])
            }
        )
    }
}
