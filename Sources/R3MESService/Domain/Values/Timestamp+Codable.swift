// SPDX-License-Identifier: Apache-2.0

extension Timestamp: Codable {
    /// Reads a moment from an RFC 3339 string.
    ///
    /// - Throws: `DecodingError.dataCorrupted` with the ``ServiceError`` as its cause.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do throws(ServiceError) {
            try self.init(text)
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Writes the moment as an RFC 3339 string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
