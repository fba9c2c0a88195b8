// SPDX-License-Identifier: Apache-2.0

@testable import R3MESDatabase
import Testing

@Suite("Migrations, before any database")
struct MigrationPlanTests {
    private static func records(_ text: String) -> [MigrationPlan.Record] {
        text.split(separator: " ").map {
            MigrationPlan.Record(id: String($0.prefix(1)), checksum: String($0.dropFirst()))
        }
    }

    @Test(
        "What is recorded has to be the beginning of what there is",
        arguments: [("", 0), ("a1", 1), ("a1 b1 c1", 3)]
    )
    func applied(recorded: String, count: Int) throws {
        #expect(try MigrationPlan.applied(Self.records(recorded), of: Self.records("a1 b1 c1")) == count)
    }

    @Test(
        "Records of another history are an error that names the step",
        arguments: [
            ("a1 b1 c1 d1", "the migration d, which this program does not know"),
            ("a1 c1", "migration 2 of the database is c, of this program b"),
            ("a1 b2", "the migration b was changed"), ("b1", "migration 1 of the database is b, of this program a"),
        ]
    )
    func mismatch(recorded: String, message: String) throws {
        let error = #expect(throws: DatabaseError.self) {
            try MigrationPlan.applied(Self.records(recorded), of: Self.records("a1 b1 c1"))
        }
        #expect(error?.code == .schemaMismatch && error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("A checksum follows the text, not its white space")
    func checksums() {
        let one = Migration("a", ["CREATE TABLE a (b bigint)", "DROP TABLE c"])
        let same = Migration("b", ["CREATE  TABLE a\n    (b bigint)", " DROP TABLE c\n"])
        let others = [
            Migration("a", ["CREATE TABLE a (b bigint)"]),
            Migration("a", ["DROP TABLE c", "CREATE TABLE a (b bigint)"]),
            Migration("a", ["CREATE TABLE a (b bigint) DROP TABLE c"]), Migration("a", []),
            Migration("a", postgres: [], sqlite: ["CREATE TABLE a (b bigint)", "DROP TABLE c"]),
        ]
        #expect(one.checksum(for: .postgres) == same.checksum(for: .postgres))
        #expect(one.checksum(for: .postgres).utf8.count == 16)
        for other in others { #expect(other.checksum(for: .postgres) != one.checksum(for: .postgres)) }
    }

    @Test("Two steps of one name, or a step without one, are refused together")
    func names() {
        let error = #expect(throws: DatabaseError.self) {
            try Migrator([Migration("a", []), Migration("", []), Migration("a", [])])
        }
        #expect(error?.message == "a migration has no name; two migrations are called a")
    }
}
