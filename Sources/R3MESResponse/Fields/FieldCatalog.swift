// SPDX-License-Identifier: Apache-2.0

/// The fields that a resource has, and the columns that each is made of.
public struct FieldCatalog: Hashable, Sendable {
    /// One field.
    public struct Field: Hashable, Sendable {
        /// The field's name in answers and in `?fields=`.
        public var name: String
        /// The columns that it is read from.
        public var columns: [String]

        /// Makes a field; by default it has a column of its own name.
        public init(_ name: String, columns: [String]? = nil) {
            self.name = name
            self.columns = columns ?? [name]
        }
    }

    /// The most fields that a catalogue can have.
    public static let maximumCount = 64

    /// The fields in the order of the answer.
    public let fields: [Field]
    /// Columns that are read whatever is selected, such as those of the order and of the version.
    public let requiredColumns: [String]
    let indexes: [String: Int]

    /// Makes a catalogue.
    ///
    /// - Throws: ``ResponseError/Code/invalidConfiguration`` if there is no field, there are more than 64, or two have one
    ///   name.
    public init(_ fields: [Field], requiredColumns: [String] = []) throws(ResponseError) {
        guard (1...Self.maximumCount).contains(fields.count) else {
            throw ResponseError(.invalidConfiguration, "a catalogue has 1 to \(Self.maximumCount) fields")
        }
        indexes = Dictionary(zip(fields.map(\.name), fields.indices), uniquingKeysWith: { first, _ in first })
        guard indexes.count == fields.count else {
            throw ResponseError(.invalidConfiguration, "two fields have one name")
        }
        self.fields = fields
        self.requiredColumns = requiredColumns
    }

    /// All fields.
    public var all: FieldSelection {
        FieldSelection(catalog: self, bits: fields.count == 64 ? .max : 1 << UInt64(fields.count) - 1)
    }

    /// The fields of `?fields=name,credits`; all of them if there is no such parameter.
    ///
    /// Order and repetition make no difference.
    ///
    /// - Throws: ``ResponseError/Code/invalidField``, which names what there is not.
    public func selection(_ parameter: String?) throws(ResponseError) -> FieldSelection {
        guard let parameter else { return all }
        var bits: UInt64 = 0
        // An empty element is no field either.
        for name in parameter.split(separator: ",", omittingEmptySubsequences: false) {
            guard let index = indexes[String(name)] else {
                let shown = name.unicodeScalars.prefix(64).map { $0.isASCII && $0.value > 0x20 ? Character($0) : "?" }
                throw ResponseError(
                    .invalidField,
                    "There is no field `\(String(shown))`; there are \(fields.map(\.name).joined(separator: ", "))."
                )
            }
            bits |= 1 << UInt64(index)
        }
        return FieldSelection(catalog: self, bits: bits)
    }
}
