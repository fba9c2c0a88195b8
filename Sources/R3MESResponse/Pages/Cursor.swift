// SPDX-License-Identifier: Apache-2.0

/// Where a page ended, and which way to go on.
public struct Cursor: Hashable, Sendable {
    /// Which way a page lies of a position.
    public enum Direction: Hashable, Sendable {
        /// After it, in the order of the list.
        case forward
        /// Before it.
        case backward
    }

    /// The values of the ``KeysetOrder``'s columns in the row at the edge of the page.
    public var position: [CursorValue]
    /// Whether the page is after that row or before it.
    public var direction: Direction

    /// Makes a cursor.
    public init(position: [CursorValue], direction: Direction = .forward) {
        self.position = position
        self.direction = direction
    }
}

extension CursorCodec {
    /// The text of a cursor, for the list that it belongs to; nil if a value of it is too large for a cursor.
    public func encode(_ cursor: Cursor, in scope: CursorScope) -> String? {
        let isTooLarge = cursor.position.contains { value in
            switch value {
            case .text(let text): text.utf8.count > 1024
            case .bytes(let bytes): bytes.count > 1024
            default: false
            }
        }
        guard !isTooLarge, cursor.position.count <= CursorValue.maximumCount else { return nil }
        let payload = [cursor.direction == .forward ? 0 : 1] + CursorValue.encode(cursor.position)
        let text = seal(payload, in: scope)
        return text.utf8.count <= Self.maximumLength ? text : nil
    }

    /// The cursor that ``encode(_:in:)`` was given for this very list.
    ///
    /// - Throws: ``ResponseError/Code/invalidCursor``.
    public func decode(_ text: String, in scope: CursorScope) throws(ResponseError) -> Cursor {
        let payload = try open(text, in: scope)
        guard
            let direction = payload.first, direction <= 1,
            let position = CursorValue.decode(payload.dropFirst())
        else { throw .invalidCursor }
        return Cursor(position: position, direction: direction == 0 ? .forward : .backward)
    }
}
