// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache
import R3MESService

/// What was read of a file of keys.
struct Recording {
    let trace: KeyTrace
    /// Lines that had no key.
    let skippedLines: Int
    /// Whether the limit was reached, so that there may be more in the file.
    let isCutShort: Bool
}

extension Simulate {
    /// Reads the file, or standard input, while it shows how far it has come.
    func readTrace() throws -> Recording {
        var limits = KeyTraceReader.Limits()
        if let limit {
            limits.requests = limit
        }
        var reader = KeyTraceReader(column: column ?? .line, separator: separator ?? .blanks, limits: limits)
        var progress = Progress(counting: "requests read")
        do {
            let input = try openInput()
            defer { try? input.close() }
            let size = try? FileManager.default.attributesOfItem(atPath: trace)[.size] as? Int
            var bytesRead = 0
            while !reader.isFull, let chunk = try input.read(upToCount: 1 << 18), !chunk.isEmpty {
                try reader.append(chunk)
                bytesRead += chunk.count
                progress.update(reader.count, fraction: size.map { Double(bytesRead) / Double(max($0, 1)) })
            }
            let trace = try reader.finish()
            progress.finish(reader.count)
            return Recording(trace: trace, skippedLines: reader.skippedLines, isCutShort: reader.isFull)
        } catch let error as CacheError {
            throw ServiceError(.malformedBody, "\(trace) is no list of keys: \(error.message).", underlying: error)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw unreadable(error)
        }
    }

    private func openInput() throws -> FileHandle {
        if trace == "-" { return .standardInput }
        guard let handle = FileHandle(forReadingAtPath: trace) else { throw unreadable(nil) }
        return handle
    }

    private func unreadable(_ error: (any Error)?) -> ServiceError {
        ServiceError(.malformedBody, "The file \(trace) cannot be read. Is it there?", underlying: error)
    }
}
