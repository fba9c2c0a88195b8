// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Mistakes in the configuration")
struct ConfigurationMistakeTests {
    @Test("all mistakes of all sources are reported at once")
    func allAtOnce() throws {
        let error = try withConfigurationFile("server:\n  backlog: none\nserver.prot: 1\n") { path in
            try #require(
                refusal(
                    flags: ["server.port": "99999"],
                    environment: ["R3MES_LOG_LEVEL": "loud", "R3MES_LGO_LEVEL": "info"],
                    file: path
                )
            )
        }
        #expect(error.code == .configurationInvalid)
        #expect(
            Set(error.fieldErrors.map(\.field))
                == ["server.port", "log.level", "server.backlog", "server.prot", "R3MES_LGO_LEVEL"]
        )
        #expect(error.detail == "The configuration has 5 mistakes.")
    }

    @Test("a mistake names the value, what is allowed, and the flag")
    func flag() throws {
        let error = try #require(refusal(flags: ["server.port": "99999"]))
        #expect(error.reason("server.port") == "\"99999\" is not a whole number from 0 to 65535 (flag --port)")
    }

    @Test("a mistake names the environment variable")
    func variable() throws {
        let error = try #require(refusal(environment: ["R3MES_SERVER_IDLE_TIMEOUT": "60"]))
        #expect(
            error.reason("server.idle-timeout")
                == "\"60\" is not a duration from 100ms to 24h"
                + " (environment variable R3MES_SERVER_IDLE_TIMEOUT)"
        )
    }

    @Test("a mistake names the file")
    func file() throws {
        try withConfigurationFile("auth:\n  mode: open\n") { path in
            let error = try #require(refusal(file: path))
            #expect(error.reason("auth.mode") == "\"open\" is not one of keys, none (file \(path))")
        }
    }

    @Test(
        "every setting refuses what it does not allow",
        arguments: [
            ("profile", "prod"), ("profile", "Production"), ("server.host", ""), ("server.host", "127.0.0.1:80"),
            ("server.host", "http://localhost"), ("server.host", "a b"), ("server.port", "-1"),
            ("server.port", "65536"),
            ("server.port", "+80"), ("server.port", "80.0"), ("server.port", " 80"), ("server.port", ""),
            ("server.port", "99999999999999999999"), ("server.idle-timeout", "99ms"), ("server.idle-timeout", "25h"),
            ("server.shutdown-timeout", "-1s"), ("server.shutdown-timeout", "61m"), ("server.backlog", "0"),
            ("database.url", "mysql://h/d"), ("database.url", ""), ("database.busy-timeout", "6m"),
            ("database.readers", "0"), ("database.readers", "65"), ("database.synchronous", "off"),
            ("auth.mode", "None"), ("auth.open-reads", "yes"), ("auth.open-operations", "1"),
            ("chain.url", "ftp://chain.example"), ("chain.url", "https://user:secret@chain.example"),
            ("chain.url", "http://"), ("chain.timeout", "9ms"),
            ("security.cursor-secret", ""), ("limits.body-size", "1023"), ("limits.body-size", "1025MiB"),
            ("limits.body-size", "1MB"), ("limits.keys-per-wallet", "0"), ("limits.page-size", "1001"),
            ("idempotency.retention", "59s"), ("idempotency.retention", "31d"), ("log.level", "verbose"),
            ("log.format", "xml"),
        ]
    )
    func refused(key: String, value: String) throws {
        let setting = try #require(ServiceConfiguration.Setting.named(key))
        let error = try #require(refusal(environment: [setting.environmentVariable: value]))
        #expect(error.code == .configurationInvalid)
        #expect(error.fieldErrors.map(\.field) == [key])
        #expect(error.reason(key)?.contains("is not \(setting.allowed)") == true)
    }

    @Test(
        "every range takes its ends",
        arguments: [
            ("server.port", "65535"), ("server.idle-timeout", "100ms"), ("server.idle-timeout", "1d"),
            ("server.shutdown-timeout", "0s"), ("server.shutdown-timeout", "1h"), ("server.backlog", "1"),
            ("server.backlog", "65535"), ("database.busy-timeout", "0ms"), ("database.busy-timeout", "5m"),
            ("database.readers", "1"), ("database.readers", "64"), ("limits.body-size", "1024"),
            ("limits.body-size", "1GiB"), ("limits.keys-per-wallet", "10000"), ("limits.page-size", "1"),
            ("idempotency.retention", "1m"), ("idempotency.retention", "30d"),
        ]
    )
    func taken(key: String, value: String) throws {
        let setting = try #require(ServiceConfiguration.Setting.named(key))
        #expect(refusal(environment: [setting.environmentVariable: value]) == nil)
    }

    @Test(
        "an unknown variable is a mistake with a suggestion",
        arguments: [
            ("R3MES_SERVER_PROT", "R3MES_SERVER_PORT"), ("R3MES_PORT", "R3MES_SERVER_PORT"),
            ("R3MES_DATABASE_URI", "R3MES_DATABASE_URL"), ("R3MES_LOGLEVEL", "R3MES_LOG_LEVEL"),
        ]
    )
    func unknownVariable(name: String, meant: String) throws {
        let error = try #require(refusal(environment: [name: "1"]))
        #expect(error.reason(name) == "unknown environment variable; did you mean \(meant)?")
    }

    @Test("an unknown variable like no other gets no suggestion, and its value is not shown")
    func strangeVariable() throws {
        let error = try #require(refusal(environment: ["R3MES_QQQQQQQQQQQQQQQQ": "hunter2"]))
        #expect(error.reason("R3MES_QQQQQQQQQQQQQQQQ") == "unknown environment variable")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test("an unknown key in the file is a mistake with a suggestion")
    func unknownKey() throws {
        let error = try #require(try refusal(ofFile: "sever:\n  port: 1\nport: 2\nqqqqqqqqqqqq: 3\n"))
        #expect(error.fieldErrors.map(\.field) == ["port", "qqqqqqqqqqqq", "sever.port"])
        #expect(error.reason("sever.port")?.hasSuffix("; did you mean server.port?") == true)
        #expect(error.reason("port")?.hasSuffix("; did you mean server.port?") == true)
        #expect(error.reason("qqqqqqqqqqqq")?.hasSuffix(".yaml") == true)
    }

    @Test("a setting that has no flag cannot be given by one", arguments: ["log.level", "nonsense"])
    func unknownFlag(key: String) throws {
        let error = try #require(refusal(flags: [key: "info"]))
        #expect(error.fieldErrors.map(\.field).contains(key))
    }

    @Test("a secret that is refused is not shown")
    func secret() throws {
        let error = try #require(refusal(environment: ["R3MES_SECURITY_CURSOR_SECRET": "hunter2"]))
        #expect(
            error.reason("security.cursor-secret")
                == "‹redacted› is too short; at least 32 characters are needed"
                + " (environment variable R3MES_SECURITY_CURSOR_SECRET)"
        )
        #expect(!"\(error) \(error.logMetadata)".contains("hunter2"))
    }

    @Test(
        "a database URL that cannot be read does not show its password",
        arguments: [
            "postgres://me:hunter2@host:99999/db", "postgres://me:hunter2/x@host/db", "mysql://me:hunter2@host/db",
            "postgres://host/db?password=hunter2&sslmode=maybe", "postgres://me:hunter2%@host/db",
        ]
    )
    func databasePassword(url: String) throws {
        let error = try #require(refusal(flags: ["database.url": url]))
        #expect(error.reason("database.url")?.contains("(flag --database)") == true)
        #expect(!"\(error) \(error.logMetadata)".contains("hunter2"))
    }

    @Test("an API key in the wrong place is cut to its prefix")
    func misplacedKey() throws {
        let error = try #require(refusal(environment: ["R3MES_LOG_LEVEL": "r3k_abcdefgh0123456789"]))
        #expect(error.reason("log.level")?.hasPrefix("\"r3k_abcdefgh‹redacted›\" is not") == true)
    }

    @Test("a very long value is cut, and control characters are escaped")
    func longValue() throws {
        let value = "\u{1B}[31m" + String(repeating: "x", count: 10_000)
        let error = try #require(refusal(environment: ["R3MES_LOG_LEVEL": value]))
        let reason = try #require(error.reason("log.level"))
        #expect(reason.count < 300)
        #expect(!reason.contains("\u{1B}"))
    }

    @Test("a configuration made in code is held to the same ranges")
    func madeInCode() {
        var configuration = ServiceConfiguration()
        configuration.server.port = 70_000
        configuration.limits.pageSize = 0
        configuration.server.idleTimeout = .seconds(-1)
        configuration.limits.bodySize = .init(bytes: -5)
        #expect {
            try configuration.validate()
        } throws: { error in
            let fields = (error as? ServiceError)?.fieldErrors.map(\.field)
            return fields == ["server.port", "server.idle-timeout", "limits.body-size", "limits.page-size"]
        }
    }

    @Test("the default configuration is valid")
    func defaultIsValid() throws {
        try ServiceConfiguration().validate()
    }
}
