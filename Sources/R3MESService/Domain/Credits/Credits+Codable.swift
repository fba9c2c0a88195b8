// SPDX-License-Identifier: Apache-2.0

extension Credits: Codable {
    /// Reads an amount from a string.
    ///
    /// - Throws: `DecodingError.typeMismatch` for anything but a string, above all for a number, which many readers of
    ///   JSON round; `DecodingError.dataCorrupted` with the ``ServiceError`` as its cause for a string that is no amount.
    public init(from decoder: any Decoder) throws {
        let text: String
        do {
            text = try decoder.singleValueContainer().decode(String.self)
        } catch DecodingError.typeMismatch(let type, let context) {
            let reason = "An amount is a string such as \"12.5\", never a JSON number."
            throw DecodingError.typeMismatch(type, .init(codingPath: context.codingPath, debugDescription: reason))
        }
        do throws(ServiceError) {
            try self.init(text)
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Writes the amount as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
