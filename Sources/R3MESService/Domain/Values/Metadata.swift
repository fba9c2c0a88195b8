// SPDX-License-Identifier: Apache-2.0

/// What users may attach to a wallet: a JSON object of bounded size, kept but not understood by the service.
public struct Metadata: Hashable, Sendable {
    /// The members by name.
    public let members: [String: JSONValue]

    /// The most bytes as compact JSON.
    public static let maximumByteCount = 16 * 1024

    /// The most members at the top.
    public static let maximumMemberCount = 64

    /// The longest name of a member at any depth, in Unicode code points, as JSON Schema counts.
    public static let maximumNameLength = 64

    /// The most objects and arrays within one another, the top one included.
    public static let maximumDepth = 8

    /// Takes members in if all limits hold.
    ///
    /// - Throws: `invalidFields` with each fault and its place.
    public init(_ members: [String: JSONValue]) throws(ServiceError) {
        var inspection = Inspection()
        inspection.inspect(members)
        guard inspection.faults.isEmpty else {
            throw ServiceError(.invalidFields, "The metadata is not allowed.", fieldErrors: inspection.faults)
        }
        self.members = members
    }

    /// Makes metadata without members.
    public init() {
        members = [:]
    }

    /// The metadata after a JSON merge patch (RFC 7396).
    ///
    /// - Throws: `invalidFields` if the result breaks a limit.
    public func merging(patch: [String: JSONValue]) throws(ServiceError) -> Self {
        guard case .object(let merged) = JSONValue.object(members).merging(patch: .object(patch)) else { return self }
        return try Self(merged)
    }

    /// The metadata as compact JSON, the same text for equal metadata.
    public var json: String {
        String(decoding: JSONValue.object(members).json, as: UTF8.self)
    }

    /// Reads what ``json`` has written, or any other JSON object.
    ///
    /// - Throws: `malformedBody` if the text is not a JSON object, `invalidFields` if a limit is broken.
    public init(json: String) throws(ServiceError) {
        guard case .object(let members) = try JSONValue(json: json.utf8) else {
            throw ServiceError(.malformedBody, "Metadata is a JSON object.")
        }
        try self.init(members)
    }
}

extension Metadata: Codable {
    /// Reads a JSON object.
    ///
    /// - Throws: `DecodingError.dataCorrupted` with the ``ServiceError`` as its cause if a limit is broken.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.singleValueContainer().decode([String: JSONValue].self)
        do throws(ServiceError) {
            try self.init(members)
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Writes a JSON object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(members)
    }
}
