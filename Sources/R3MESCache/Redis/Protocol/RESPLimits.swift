// SPDX-License-Identifier: Apache-2.0

/// What a ``RESPParser`` accepts; beyond it, bytes are an error and not a reason to take memory.
struct RESPLimits: Hashable, Sendable {
    /// How deep aggregates may be nested.
    ///
    /// Redis itself needs 7.
    var depth = 64
    /// The longest line: numbers, statuses, errors.
    var lineLength = 64 * 1024
    /// The longest bulk string; 512 MiB is the server's own default limit.
    var bulkLength = 512 * 1024 * 1024
    /// The bytes of one answer with all that it holds.
    var size = 1024 * 1024 * 1024
    /// The elements of one answer, aggregates included: each takes memory, however few bytes name it.
    var elements = 16 * 1024 * 1024
}
