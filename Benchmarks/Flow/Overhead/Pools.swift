// SPDX-License-Identifier: Apache-2.0

import Harness
import NIOCore
import R3MESMemory

extension Comparison {
    /// `ObjectPool` and `BufferPool` beside Go's sync.Pool, each beside making the thing anew.
    static func pools() throws -> [Comparison] {
        try [small("small object (128 bytes), 1 task", tasks: 1), small("small object, 2 tasks", tasks: 2), buffers()]
    }

    private static func small(_ title: String, tasks: Int) throws -> Comparison {
        let pool = try ObjectPool<SmallObject>(make: { SmallObject() })
        return Comparison(
            title,
            (
                "ObjectPool",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: tasks) { count in
                        for _ in 0..<count {
                            pool.withObject { object in
                                object.use()
                            }
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            (
                "Swift, made anew",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: tasks) { count in
                        for _ in 0..<count {
                            SmallObject().use()
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go sync.Pool", .go("pool-small", argument: "\(tasks)")),
            ("Go, made anew", .go("new-small", argument: "\(tasks)"))
        )
    }

    private static func buffers() throws -> Comparison {
        let pool = try BufferPool()
        let allocator = ByteBufferAllocator()
        return Comparison(
            "buffer of 64 KiB, 1 task",
            (
                "BufferPool",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for _ in 0..<count {
                            pool.withBuffer(minimumCapacity: 65_536) { $0.use() }
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            (
                "Swift, made anew",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for _ in 0..<count {
                            var buffer = allocator.buffer(capacity: 65_536)
                            buffer.use()
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go sync.Pool", .go("pool-buffer")),
            ("Go, made anew", .go("new-buffer"))
        )
    }
}

/// 16 words, as much as a small request has.
private final class SmallObject {
    // swift-format-ignore
    private var words = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    func use() {
        words.13 &+= 1
        Sink.take(self)
    }
}

extension ByteBuffer {
    /// Writes at both ends, as the least that one does with a buffer.
    fileprivate mutating func use() {
        writeInteger(UInt64(1))
        setInteger(UInt64(2), at: 65_528)
        Sink.take(UInt(readableBytes))
    }
}
