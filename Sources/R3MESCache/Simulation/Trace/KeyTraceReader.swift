// SPDX-License-Identifier: Apache-2.0

/// Reads a ``KeyTrace`` from text or gzip data that comes in pieces of any size, one key a line.
///
/// ```swift
/// var reader = try KeyTraceReader(column: .request)
/// while let chunk = try file.read(upToCount: 1 << 18), !chunk.isEmpty, !reader.isFull {
///     try reader.append(chunk)
/// }
/// let trace = try reader.finish()
/// ```
///
/// Gzip data is known by its first two bytes. Lines end with LF or CRLF; blanks around a key do not belong to it, and
/// blank lines are passed over. It takes 4 bytes a request, and each distinct key once with about 20 bytes more.
public struct KeyTraceReader: ~Copyable {
    private var lines: KeyLines
    private var inflater: Inflater?
    /// What came first, until there is enough of it to know gzip data by.
    private var head: [UInt8]? = []

    /// A reader of nothing so far.
    public init(column: Column = .line, separator: Separator = .blanks, limits: Limits = Limits()) {
        lines = KeyLines(column: column, separator: separator, limits: limits)
    }

    /// How many requests have been read.
    public var count: Int { lines.keys.count }

    /// How many lines that are not blank held no key: no such field, or a method that caches do not answer.
    public var skippedLines: Int { lines.skippedLines }

    /// Whether ``Limits/requests`` is reached: what comes from now on is left out.
    public var isFull: Bool { lines.isFull }

    /// Reads one more piece of the file.
    ///
    /// - Throws: ``CacheError/Code/invalidTrace``, with what is wrong and where; there is no going on after that.
    public mutating func append(_ bytes: some Collection<UInt8>) throws(CacheError) {
        guard var start = head else {
            return try read(bytes)
        }
        start.append(contentsOf: bytes)
        guard start.count >= 2 else {
            head = start
            return
        }
        head = nil
        if start.starts(with: [0x1F, 0x8B]) {
            inflater = try Inflater()
        }
        try read(start)
    }

    /// Ends the file and gives all that was read.
    ///
    /// - Throws: ``CacheError/Code/invalidTrace`` if gzip data is not whole, unless the reader was full before its end, or if there
    ///   is no key at all.
    public mutating func finish() throws(CacheError) -> KeyTrace {
        if let start = head {
            head = nil
            try read(start)
        }
        if !isFull {
            try inflater?.finish()
        }
        return try lines.finish()
    }

    private mutating func read(_ bytes: some Collection<UInt8>) throws(CacheError) {
        let result = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(CacheError) in
                try Self.read(UnsafeRawBufferPointer(buffer), through: &inflater, into: &lines)
            }
        }
        guard let result else {
            return try read(Array(bytes))
        }
        try result.get()
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer,
        through inflater: inout Inflater?,
        into lines: inout KeyLines
    ) throws(CacheError) {
        guard !lines.isFull else { return }
        guard inflater != nil else {
            return try lines.append(bytes)
        }
        try inflater?.append(bytes) { (output) throws(CacheError) in
            try lines.append(output)
            return !lines.isFull
        }
    }
}
