// SPDX-License-Identifier: Apache-2.0

/// How rows are sent.
public struct RowStreamConfiguration: Hashable, Sendable {
    /// Rows are gathered until they have so many bytes, then sent.
    ///
    /// The default is 16 KiB. Zero sends each row by itself.
    public var pieceSize = 16 << 10

    /// Makes a configuration of defaults.
    public init() {}
}
