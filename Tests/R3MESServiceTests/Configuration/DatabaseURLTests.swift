// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Database URLs")
struct DatabaseURLTests {
    @Test(
        "a SQLite URL is a path",
        arguments: [
            ("sqlite:r3mes.sqlite", "r3mes.sqlite"), ("sqlite:/var/lib/a b.db", "/var/lib/a b.db"),
            ("sqlite:../x", "../x"), ("sqlite:///abs/x.db", "/abs/x.db"), ("sqlite:100%.db", "100%.db"),
        ]
    )
    func sqlite(text: String, path: String) throws {
        let url = try DatabaseURL(text)
        #expect(url == .sqlite(path: path))
        #expect(try DatabaseURL(url.description) == url)
    }

    @Test("a PostgreSQL URL has all its parts")
    func postgres() throws {
        let text = "postgresql://me%40work:pass%3Aword@db.example.org:6432/my%20db?sslmode=verify-full&x=y"
        guard case .postgres(let postgres) = try DatabaseURL(text) else {
            Issue.record("not a PostgreSQL URL")
            return
        }
        #expect(postgres.hosts == [.init(name: "db.example.org", port: 6432)])
        #expect(postgres.user == "me@work")
        #expect(postgres.hasPassword)
        #expect(postgres.database == "my db")
        #expect(postgres.sslMode == .verifyFull)
        #expect(postgres.connectionString.value == text)
        #expect(
            postgres.description
                == "postgres://me%40work:‹redacted›@db.example.org:6432/my%20db?sslmode=verify-full"
        )
    }

    @Test(
        "hosts are told apart",
        arguments: [
            ("postgres://", [("", 5432)]), ("postgres:///db", [("", 5432)]), ("postgres://h", [("h", 5432)]),
            ("postgres://h:1/db", [("h", 1)]), ("postgres://a:1,b,c:3/db", [("a", 1), ("b", 5432), ("c", 3)]),
            ("postgres://[::1]:7/db", [("::1", 7)]), ("postgres://u@[2001:db8::1]", [("2001:db8::1", 5432)]),
            ("postgres://%2Fvar%2Frun/db", [("/var/run", 5432)]), ("postgres:///db?host=/tmp", [("/tmp", 5432)]),
            ("postgres://x/db?host=a,b&port=9", [("a", 9), ("b", 9)]), ("postgres://h/db?port=9", [("h", 9)]),
            ("postgres://h/db?host=a,b&port=1,2", [("a", 1), ("b", 2)]),
            ("postgres://localhost/db?hostaddr=10.0.0.1", [("10.0.0.1", 5432)]),
        ]
    )
    func hosts(text: String, hosts: [(String, Int)]) throws {
        guard case .postgres(let postgres) = try DatabaseURL(text) else {
            Issue.record("not a PostgreSQL URL")
            return
        }
        #expect(postgres.hosts == hosts.map { .init(name: $0.0, port: $0.1) })
    }

    @Test(
        "a server is local only if all its hosts are",
        arguments: [
            ("postgres:///db", true), ("postgres://localhost/db", true), ("postgres://127.0.0.1,[::1]/db", true),
            ("postgres://%2Frun/db", true), ("postgres://localhost,db.example.org/db", false),
            ("postgres://10.0.0.1/db", false), ("postgres://localhost/db?host=db.example.org", false),
            ("postgres://localhost/db?hostaddr=10.0.0.1", false),
        ]
    )
    func locality(text: String, isLocal: Bool) throws {
        guard case .postgres(let postgres) = try DatabaseURL(text) else {
            Issue.record("not a PostgreSQL URL")
            return
        }
        #expect(postgres.isLocal == isLocal)
    }

    @Test(
        "no description, dump or mirror shows the password",
        arguments: [
            "postgres://me:hunter2@host/db", "postgres://host/db?user=me&password=hunter2",
            "postgres://:hunter2@host/db", "postgres://me:a@hunter2@host/db",
        ]
    )
    func password(text: String) throws {
        let url = try DatabaseURL(text)
        var dumped = ""
        dump(url, to: &dumped)
        let shown = "\(url) \(String(reflecting: url)) \(dumped)"
        #expect(!shown.contains("hunter2"))
        #expect(url.description.contains(Redaction.marker))
    }

    @Test(
        "what is no database URL is refused",
        arguments: [
            "", "r3mes.sqlite", "sqlite:", "sqlite://host/path", "sqlite::memory:", "sqlite:a\0b", "SQLITE:x",
            "postgres:", "postgres:/h/db", "mysql://h/db", "postgres://h:0/db", "postgres://h:65536/db",
            "postgres://h:x/db", "postgres://[::1/db", "postgres://[::1]x/db", "postgres://h/%zz", "postgres://h/%4",
            "postgres://h/%00", "postgres://h/db?sslmode=on", "postgres://h/db?sslmode",
            "postgres://h/db?host=a,b,c&port=1,2",
        ]
    )
    func refused(text: String) {
        #expect {
            try DatabaseURL(text)
        } throws: { error in
            (error as? ServiceError)?.code == .configurationInvalid
        }
    }

    @Test("only require and stricter insist on encryption")
    func encryption() {
        let strict = DatabaseURL.Postgres.SSLMode.allCases.filter(\.requiresEncryption)
        #expect(strict == [.require, .verifyCA, .verifyFull])
    }
}
