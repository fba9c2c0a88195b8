// SPDX-License-Identifier: Apache-2.0

extension WalletAddress: Codable {
    /// Reads an address from a string.
    ///
    /// - Throws: `DecodingError.dataCorrupted` with the ``ServiceError`` as its cause. It does not repeat the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(ServiceError) {
            try self.init(text)
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Writes the address as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
