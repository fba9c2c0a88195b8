// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// Reads the query of a request, remembering every mistake, so that the caller is told of all of them at once.
///
/// Read each parameter, then call ``finish()``: it refuses what was wrong and what nobody asked for.
struct QueryFields {
    private var values: [String: String] = [:]
    private var asked: Set<String> = []
    private var mistakes: [ServiceError.FieldError] = []

    init(_ request: Request) {
        for (name, value) in request.uri.queryParameters {
            if values.updateValue(String(value), forKey: String(name)) != nil {
                mistakes.append(.init(field: String(name), reason: "is given more than once"))
            }
        }
    }

    /// The text of a parameter, as it came.
    mutating func text(_ name: String) -> String? {
        asked.insert(name)
        return values[name]
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        value(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(digits: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func boolean(_ name: String) -> Bool? {
        value(name, "must be true or false") { Bool($0) }
    }

    mutating func choice<Value>(_ name: String, of choices: [(String, Value)]) -> Value? {
        let allowed = choices.map(\.0).joined(separator: ", ")
        return value(name, "must be one of \(allowed)") { text in
            choices.first { $0.0 == text }?.1
        }
    }

    mutating func credits(_ name: String) -> Credits? {
        parsed(name) { text throws(ServiceError) in try Credits(text) }
    }

    mutating func timestamp(_ name: String) -> Timestamp? {
        parsed(name) { text throws(ServiceError) in try Timestamp(text) }
    }

    /// Throws when a parameter was refused or is unknown.
    func finish() throws(ServiceError) {
        let unknown = values.keys.filter { !asked.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let allowed = asked.isEmpty ? "none" : asked.sorted().joined(separator: ", ")
            throw ServiceError(
                .unknownParameter,
                "This call has these query parameters: \(allowed).",
                fieldErrors: unknown.map { .init(field: $0, reason: "is not a parameter of this call") } + mistakes
            )
        }
        guard mistakes.isEmpty else {
            throw ServiceError(.invalidFields, fieldErrors: mistakes)
        }
    }

    private mutating func value<Value>(_ name: String, _ rule: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = parse(text) else {
            mistakes.append(.init(field: name, reason: rule))
            return nil
        }
        return value
    }

    private mutating func parsed<Value>(_ name: String, _ parse: (String) throws(ServiceError) -> Value) -> Value? {
        guard let text = text(name) else { return nil }
        do {
            return try parse(text)
        } catch {
            mistakes.append(.init(field: name, reason: error.detail))
            return nil
        }
    }
}
