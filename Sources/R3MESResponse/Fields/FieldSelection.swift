// SPDX-License-Identifier: Apache-2.0

/// Which fields of a resource an answer has: prunes the columns that are read, the cache key and the validator together.
///
/// These three must agree, or a cache hands out an answer with other fields than were asked for, or a 304 confirms one.
public struct FieldSelection: Hashable, Sendable {
    /// Where the fields are from.
    public let catalog: FieldCatalog
    private let bits: UInt64

    init(catalog: FieldCatalog, bits: UInt64) {
        self.catalog = catalog
        self.bits = bits
    }

    /// Whether nothing was left out.
    public var isComplete: Bool { bits.nonzeroBitCount == catalog.fields.count }

    /// The names of the fields, in the order of the catalogue.
    public var names: [String] { selected.map(\.name) }

    /// The columns to read, each once: those of the fields, and the required ones.
    public var columns: [String] {
        var seen: Set<String> = []
        return (selected.flatMap(\.columns) + catalog.requiredColumns).filter { seen.insert($0).inserted }
    }

    /// The same for the same fields, however they were asked for; empty when nothing was left out.
    public var cacheKey: String { isComplete ? "" : String(bits, radix: 36) }

    /// Whether a field is selected; false for a name that isn't in the catalogue.
    public func contains(_ name: String) -> Bool {
        catalog.indexes[name].map { bits & 1 << UInt64($0) != 0 } ?? false
    }

    /// The tag of an answer with these fields, from the tag of the whole resource, such as its row's version.
    public func entityTag(from tag: EntityTag) -> EntityTag {
        isComplete ? tag : EntityTag(unchecked: "\(tag.value).\(cacheKey)", isWeak: tag.isWeak)
    }

    private var selected: [FieldCatalog.Field] {
        catalog.fields.indices.filter { bits & 1 << UInt64($0) != 0 }.map { catalog.fields[$0] }
    }
}
