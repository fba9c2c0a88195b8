// SPDX-License-Identifier: Apache-2.0

/// A journal, and how items become its records.
public struct JournalCoding<Item: Sendable>: Sendable {
    let journal: BatchJournal
    let encode: @Sendable (Item) throws -> [UInt8]
    let decode: @Sendable ([UInt8]) throws -> Item

    /// Makes a coding.
    ///
    /// - Parameters:
    ///   - journal: The file. It belongs to one writer.
    ///   - encode: The bytes of an item, at most 64 MiB.
    ///   - decode: The item of the bytes. Keep it able to read what earlier versions of the program wrote: a record that
    ///     cannot be decoded keeps the writer from being made, since leaving it out would lose it.
    public init(
        journal: BatchJournal,
        encode: @escaping @Sendable (Item) throws -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Item
    ) {
        self.journal = journal
        self.encode = encode
        self.decode = decode
    }
}
