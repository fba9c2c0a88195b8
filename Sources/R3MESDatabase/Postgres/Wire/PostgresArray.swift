// SPDX-License-Identifier: Apache-2.0

/// PostgreSQL's binary format of an array with one dimension (`array_send` in `src/backend/utils/adt/arrayfuncs.c`):
/// the number of dimensions, whether there are nulls and the type of the elements as 32-bit integers, for each
/// dimension its length and lower bound, then for each element its length, or -1 for null, and its bytes.
struct PostgresArray: Sequence {
    let count: Int
    private let type: PostgresType
    private let bytes: UnsafeRawBufferPointer

    /// Nil if the cell is no such array, or not in the format.
    init?(_ cell: PostgresCell) {
        let reader = Reader(bytes: cell.payload)
        guard cell.type.mayBeArray, let dimensions = reader.integer(at: 0), reader.integer(at: 4) ?? 2 <= 1,
            let type = reader.integer(at: 8)
        else {
            return nil
        }
        self.type = PostgresType(rawValue: UInt32(bitPattern: type))
        switch dimensions {
        case 0:
            guard cell.payload.count == 12 else { return nil }
            count = 0
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        case 1:
            guard let count = reader.integer(at: 12), count >= 0 else { return nil }
            self.count = Int(count)
            bytes = UnsafeRawBufferPointer(rebasing: cell.payload.dropFirst(20))
            guard reader.hasElements(self.count, from: 20) else { return nil }
        default:
            return nil
        }
    }

    /// The elements in their order, nil for null.
    func makeIterator() -> Iterator {
        Iterator(reader: Reader(bytes: bytes), type: type, remaining: count)
    }

    struct Iterator: IteratorProtocol {
        fileprivate let reader: Reader
        fileprivate let type: PostgresType
        fileprivate var remaining: Int
        private var offset = 0

        fileprivate init(reader: Reader, type: PostgresType, remaining: Int) {
            self.reader = reader
            self.type = type
            self.remaining = remaining
        }

        mutating func next() -> PostgresCell?? {
            guard remaining > 0, let length = reader.integer(at: offset) else {
                return nil
            }
            remaining -= 1
            offset += 4
            guard length >= 0 else {
                return .some(nil)
            }
            let end = offset + Int(length)
            defer { offset = end }
            return PostgresCell(type: type, payload: UnsafeRawBufferPointer(rebasing: reader.bytes[offset..<end]))
        }
    }

    fileprivate struct Reader {
        let bytes: UnsafeRawBufferPointer

        func integer(at offset: Int) -> Int32? {
            guard offset >= 0, offset <= bytes.count - 4 else {
                return nil
            }
            return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }

        /// Whether so many elements follow, and nothing else.
        func hasElements(_ count: Int, from start: Int) -> Bool {
            var offset = start
            for _ in 0..<count {
                guard let length = integer(at: offset), length >= -1 else { return false }
                offset += 4 + Swift.max(Int(length), 0)
                guard offset <= bytes.count else { return false }
            }
            return offset == bytes.count
        }
    }
}

extension PostgresType {
    /// Whether a cell of this type may be an array: all types are but those known to be something else.
    fileprivate var mayBeArray: Bool {
        switch self {
        case .boolArray, .byteaArray, .int8Array, .textArray, .float8Array, .numericArray, .timestamptzArray,
            .uuidArray, .jsonbArray:
            true
        default: isUnknown
        }
    }
}
