// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Reads the members of a JSON object, remembering every mistake, so that the caller is told of all of them at once.
///
/// Read each member, then pass what is required through ``required(_:)``: it refuses what was wrong, what is missing and
/// what nobody asked for.
struct ObjectFields {
    private var members: [String: JSONValue]
    private var asked: Set<String> = []
    private var mistakes: [ServiceError.FieldError] = []

    init(_ body: ByteBuffer) throws(ServiceError) {
        guard case .object(let members) = try JSONValue(json: body.readableBytesView) else {
            throw ServiceError(.malformedBody, "A JSON object is expected.")
        }
        self.members = members
    }

    /// The fields of a CSV row under the names of its header, read by the same rules as JSON members.
    init(csv fields: some Sequence<(String, [UInt8])>) throws(ServiceError) {
        members = [:]
        for (name, bytes) in fields where !bytes.isEmpty {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ServiceError(.malformedBody, "The column \(name) is not UTF-8.")
            }
            members[name] = .string(text)
            // CSV has texts only; what is not a text in JSON is read as the JSON that it spells.
            if name == "metadata" || text == "true" || text == "false" {
                members[name] = try JSONValue(json: bytes)
            }
        }
    }

    // MARK: Required members

    mutating func wallet(_ name: String) -> WalletAddress? {
        parsed(name, isRequired: true) { text throws(ServiceError) in try WalletAddress(text) }
    }

    mutating func credits(_ name: String) -> Credits? {
        parsed(name, isRequired: true) { text throws(ServiceError) in try Credits(text) }
    }

    mutating func text(_ name: String) -> String? {
        parsed(name, isRequired: true) { $0 }
    }

    mutating func array(_ name: String, isRequired: Bool = true) -> [JSONValue]? {
        member(name, "must be an array", isRequired: isRequired) { value in
            if case .array(let elements) = value { elements } else { nil }
        }
    }

    // MARK: Optional members

    mutating func optionalText(_ name: String) -> String? {
        parsed(name, isRequired: false) { $0 }
    }

    mutating func optionalCredits(_ name: String) -> Credits? {
        parsed(name, isRequired: false) { text throws(ServiceError) in try Credits(text) }
    }

    mutating func optionalTimestamp(_ name: String) -> Timestamp? {
        parsed(name, isRequired: false) { text throws(ServiceError) in try Timestamp(text) }
    }

    mutating func optionalBoolean(_ name: String) -> Bool? {
        member(name, "must be true or false", isRequired: false) { value in
            if case .bool(let flag) = value { flag } else { nil }
        }
    }

    mutating func optionalMetadata(_ name: String) -> Metadata? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else {
            refuse(name, "must be an object")
            return nil
        }
        do throws(ServiceError) {
            return try Metadata(members)
        } catch {
            mistakes += error.fieldErrors
            return nil
        }
    }

    /// Notes a mistake that the caller of this value found.
    mutating func refuse(_ name: String, _ reason: String) {
        mistakes.append(.init(field: name, reason: reason))
    }

    /// The required members, once all that was read has proved right.
    func required<each Value>(_ values: repeat (each Value)?) throws(ServiceError) -> (repeat each Value) {
        let unknown = members.keys.filter { !asked.contains($0) }.sorted()
        let all = mistakes + unknown.map { .init(field: $0, reason: "is not a member of this body") }
        guard all.isEmpty else {
            throw ServiceError(.invalidFields, fieldErrors: all)
        }
        return (repeat try (each values).orMissing())
    }

    /// What the closure makes of the required members.
    func checked<each Value, Result>(
        _ values: repeat (each Value)?,
        make: (repeat each Value) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        let values = try required(repeat each values)
        return try make(repeat each values)
    }

    private mutating func value(_ name: String) -> JSONValue? {
        asked.insert(name)
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    private mutating func member<Value>(
        _ name: String,
        _ rule: String,
        isRequired: Bool,
        _ read: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = value(name) else {
            if isRequired { refuse(name, "is missing") }
            return nil
        }
        guard let result = read(value) else {
            refuse(name, rule)
            return nil
        }
        return result
    }

    private mutating func parsed<Value>(
        _ name: String,
        isRequired: Bool,
        _ parse: (String) throws(ServiceError) -> Value
    ) -> Value? {
        let text = member(name, "must be a string", isRequired: isRequired) { value in
            if case .string(let text) = value { text } else { nil }
        }
        guard let text else { return nil }
        do throws(ServiceError) {
            return try parse(text)
        } catch {
            refuse(name, error.detail)
            return nil
        }
    }
}

extension Optional {
    /// A required member that is nil has left a mistake behind, so this throws only where it was not read by this value.
    fileprivate func orMissing() throws(ServiceError) -> Wrapped {
        guard let self else { throw ServiceError(.invalidFields) }
        return self
    }
}
