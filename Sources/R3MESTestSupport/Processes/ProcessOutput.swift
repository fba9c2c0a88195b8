// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What a program writes to one of its streams.
///
/// A thread of its own reads it as it comes: the program never waits for a reader, and no task is blocked.
public final class ProcessOutput: Sendable {
    private let received = Mutex(Data())
    private let arrivals: AsyncStream<Void>

    /// Reads until the other end is closed, then closes the descriptor.
    init(readingFrom descriptor: Int32) {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.arrivals = arrivals
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                received.withLock { $0.append(contentsOf: buffer[..<count]) }
                continuation.yield()
            }
            close(descriptor)
            continuation.finish()
        }
    }

    /// What has come so far.
    public var text: String {
        String(decoding: received.withLock { $0 }, as: UTF8.self)
    }

    /// Waits until the text so far satisfies a condition.
    ///
    /// - Returns: Whether it did before the stream ended or the task was cancelled.
    public func wait(until isEnough: (String) -> Bool) async -> Bool {
        if isEnough(text) { return true }
        for await _ in arrivals where isEnough(text) {
            return true
        }
        return isEnough(text)
    }

    /// Everything, once the stream has ended.
    public func whole() async -> String {
        for await _ in arrivals {}
        return text
    }
}
