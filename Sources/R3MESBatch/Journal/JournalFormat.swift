// SPDX-License-Identifier: Apache-2.0

/// The bytes of a journal file.
///
/// ```
/// header: "R3MESJ01" (8) · salt (8) · CRC-32C of both (4)
/// record: marker (4) · length of the body (4) · CRC-32C (4) · body: kind (1) · sequence (8) · payload
/// ```
///
/// Numbers are little-endian. The checksum of a record covers the salt, its length and its body. The salt is drawn for
/// each file, so that a payload which looks like a record is not mistaken for one when a reader searches for the next record
/// behind a damaged place.
struct JournalFormat: Hashable, Sendable {
    enum Kind: UInt8 {
        /// A payload that was accepted.
        case item = 1
        /// All items up to the sequence in the payload are written.
        case commit = 2
    }

    struct Record: Hashable, Sendable {
        let kind: Kind
        let sequence: UInt64
        let payload: ArraySlice<UInt8>

        /// The sequence up to which a commit says that items are written.
        var committed: UInt64 { JournalFormat.number(payload.prefix(8), as: UInt64.self) }

        /// Where the record ends.
        let end: Int
    }

    static let headerSize = 20
    static let overhead = 21
    static let magic = Array("R3MESJ01".utf8)
    static let marker: UInt32 = 0x4A52_335A
    /// A longer payload is refused when it is written, and taken for damage when it is read.
    static let maximumPayload = 64 << 20

    let salt: UInt64

    init(salt: UInt64) {
        self.salt = salt
    }

    /// The format that the header tells, or nil when this is not the header of a journal.
    init?(header: ArraySlice<UInt8>) {
        guard header.count >= Self.headerSize, header.starts(with: Self.magic) else { return nil }
        let salt = Self.number(header.dropFirst(8).prefix(8), as: UInt64.self)
        self.init(salt: salt)
        guard header.prefix(Self.headerSize).elementsEqual(self.header) else { return nil }
    }

    var header: [UInt8] {
        var bytes = Self.magic
        Self.append(salt, to: &bytes)
        var checksum = CRC32C()
        checksum.add(bytes)
        Self.append(checksum.value, to: &bytes)
        return bytes
    }

    /// The payload of a commit.
    static func payload(committing sequence: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        append(sequence, to: &bytes)
        return bytes
    }

    func append(_ kind: Kind, sequence: UInt64, payload: [UInt8], to bytes: inout [UInt8]) {
        var body: [UInt8] = [kind.rawValue]
        body.reserveCapacity(9 + payload.count)
        Self.append(sequence, to: &body)
        body += payload
        Self.append(Self.marker, to: &bytes)
        Self.append(UInt32(body.count), to: &bytes)
        Self.append(checksum(body[...]), to: &bytes)
        bytes += body
    }

    /// The record at the offset, or nil when there is no whole and sound one.
    func record(at offset: Int, in bytes: [UInt8]) -> Record? {
        let header = bytes[min(offset, bytes.count)...].prefix(12)
        guard header.count == 12, Self.number(header.prefix(4), as: UInt32.self) == Self.marker else { return nil }
        let length = Int(Self.number(header.dropFirst(4).prefix(4), as: UInt32.self))
        guard length >= 9, length <= Self.maximumPayload + 9, length <= bytes.count - offset - 12 else { return nil }
        let body = bytes[(offset + 12)..<(offset + 12 + length)]
        guard checksum(body) == Self.number(header.dropFirst(8), as: UInt32.self),
            let kind = body.first.flatMap({ Kind(rawValue: $0) })
        else { return nil }
        return Record(
            kind: kind,
            sequence: Self.number(body.dropFirst().prefix(8), as: UInt64.self),
            payload: body.dropFirst(9),
            end: body.endIndex
        )
    }

    private func checksum(_ body: ArraySlice<UInt8>) -> UInt32 {
        var checksum = CRC32C()
        withUnsafeBytes(of: salt.littleEndian) { checksum.add($0) }
        withUnsafeBytes(of: UInt32(body.count).littleEndian) { checksum.add($0) }
        checksum.add(body)
        return checksum.value
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    fileprivate static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as: Number.Type) -> Number {
        bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}
