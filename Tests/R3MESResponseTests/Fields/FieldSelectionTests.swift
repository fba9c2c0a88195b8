// SPDX-License-Identifier: Apache-2.0

import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Field selection")
struct FieldSelectionTests {
    private func catalog() throws -> FieldCatalog {
        try FieldCatalog(
            [
                .init("wallet"), .init("credits"), .init("name", columns: ["first", "last"]),
                .init("age", columns: ["born"]),
            ],
            requiredColumns: ["id", "last"]
        )
    }

    @Test("prunes columns, cache key and validator together")
    func pruning() throws {
        let catalog = try catalog()
        let selection = try catalog.selection("name,wallet")
        #expect(selection.names == ["wallet", "name"])
        #expect(selection.columns == ["wallet", "first", "last", "id"])
        #expect(selection.contains("name") && !selection.contains("age") && !selection.contains("no"))
        let tag = try #require(EntityTag(value: "7"))
        #expect(selection.entityTag(from: tag).description == "\"7.5\"")
        #expect(catalog.all.entityTag(from: tag) == tag && catalog.all.cacheKey.isEmpty)
        #expect(try catalog.selection(nil) == catalog.all)
    }

    @Test("is the same however the fields are written")
    func canonical() throws {
        let catalog = try catalog()
        #expect(try catalog.selection("age,wallet,age") == catalog.selection("wallet,age"))
        #expect(try catalog.selection("age,credits,name,wallet") == catalog.all)
    }

    @Test("has a key and a tag of its own for every set of fields")
    func distinct() throws {
        let catalog = try FieldCatalog((0..<8).map { .init("f\($0)") })
        let tag = try #require(EntityTag(value: "v"))
        let selections = try (1..<256).map { set in
            try catalog.selection((0..<8).filter { set & 1 << $0 != 0 }.map { "f\($0)" }.joined(separator: ","))
        }
        #expect(Set(selections.map(\.cacheKey)).count == 255)
        #expect(Set(selections.map { $0.entityTag(from: tag) }).count == 255)
    }

    @Test("names the field that there is not", arguments: ["no", "wallet,no", "no,wallet"])
    func unknown(parameter: String) throws {
        let catalog = try catalog()
        let error = #expect(throws: ResponseError.self) { try catalog.selection(parameter) }
        #expect(error?.code == .invalidField && error?.message.contains("`no`") == true)
    }

    @Test("refuses empty and odd names, and repeats none of their odd characters")
    func odd() throws {
        let catalog = try catalog()
        for parameter in [
            "", ",", "wallet,", "Wallet", " wallet", "wallet\u{0}", "a\nb", String(repeating: "x", count: 10_000),
        ] {
            let error = #expect(throws: ResponseError.self) { try catalog.selection(parameter) }
            #expect((error?.message.utf8.count ?? 0) < 200 && error?.message.contains("\n") == false)
        }
    }

    @Test("takes 64 fields and no more")
    func limits() throws {
        let names = (0..<65).map { FieldCatalog.Field("f\($0)") }
        let full = try FieldCatalog(Array(names.prefix(64)))
        #expect(full.all.names.count == 64 && full.all.isComplete)
        #expect(throws: ResponseError.self) { try FieldCatalog(names) }
        #expect(throws: ResponseError.self) { try FieldCatalog([]) }
        #expect(throws: ResponseError.self) { try FieldCatalog([.init("a"), .init("a")]) }
    }
}
