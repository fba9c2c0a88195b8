// SPDX-License-Identifier: Apache-2.0

/// What a short text from a person must keep to: a length, and no control characters.
struct TextRule {
    /// The field, as the caller writes it.
    let field: String

    /// The lengths that are allowed, in Unicode code points, as JSON Schema counts.
    let length: ClosedRange<Int>

    /// What is wrong with a text, or nil if nothing is.
    func fault(in text: String) -> ServiceError.FieldError? {
        guard length.contains(text.unicodeScalars.count) else {
            return .init(field: field, reason: "must have \(length.lowerBound) to \(length.upperBound) characters")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return .init(field: field, reason: "must not contain control characters")
        }
        return nil
    }
}
