// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("What is refused as unsafe")
struct ConfigurationSafetyTests {
    /// A production configuration that is safe.
    private var production: ServiceConfiguration {
        var configuration = ServiceConfiguration()
        configuration.profile = .production
        configuration.security.cursorSecret = Secret(String(repeating: "s", count: 32))
        configuration.server.host = "0.0.0.0"
        return configuration
    }

    private func refusedSettings(_ configuration: ServiceConfiguration) -> [String] {
        do throws(ServiceError) {
            try configuration.validate()
            return []
        } catch {
            #expect(error.code == .configurationUnsafe)
            return error.fieldErrors.map(\.field)
        }
    }

    @Test("a production configuration with its own secret is safe")
    func safe() {
        #expect(refusedSettings(production) == [])
    }

    @Test("production refuses everything unsafe at once")
    func allAtOnce() throws {
        let error = try #require(
            refusal(
                flags: ["database.url": "postgres://me@db.example.org/r3mes", "server.host": "0.0.0.0"],
                environment: [
                    "R3MES_PROFILE": "production", "R3MES_AUTH_OPEN_OPERATIONS": "true", "R3MES_AUTH_MODE": "none",
                ]
            )
        )
        #expect(error.code == .configurationUnsafe)
        #expect(
            error.fieldErrors.map(\.field)
                == ["auth.mode", "auth.open-operations", "security.cursor-secret", "database.url"]
        )
        #expect(error.reason("auth.mode")?.hasSuffix("(environment variable R3MES_AUTH_MODE)") == true)
        #expect(error.reason("database.url")?.hasSuffix("(flag --database)") == true)
    }

    @Test("what is unsafe is reported together with what is invalid")
    func togetherWithInvalid() throws {
        let error = try #require(refusal(environment: ["R3MES_PROFILE": "production", "R3MES_LOG_LEVEL": "loud"]))
        #expect(error.code == .configurationInvalid)
        #expect(error.fieldErrors.map(\.field) == ["log.level", "security.cursor-secret"])
    }

    @Test("a rule about a setting that was refused is not applied to its default")
    func refusedSetting() throws {
        let error = try #require(
            refusal(environment: ["R3MES_PROFILE": "production", "R3MES_SECURITY_CURSOR_SECRET": ""])
        )
        #expect(error.fieldErrors.count == 1)
    }

    @Test("open operations calls are for development only")
    func openOperations() {
        var configuration = production
        configuration.authentication.openOperations = true
        #expect(refusedSettings(configuration) == ["auth.open-operations"])
        configuration.profile = .development
        #expect(refusedSettings(configuration) == [])
    }

    @Test("the default cursor secret is for development only")
    func defaultSecret() {
        var configuration = production
        configuration.security.cursorSecret = ServiceConfiguration.Security.developmentCursorSecret
        #expect(refusedSettings(configuration) == ["security.cursor-secret"])
        configuration.profile = .development
        #expect(refusedSettings(configuration) == [])
    }

    @Test("a short cursor secret is refused in every profile", arguments: ServiceConfiguration.Profile.allCases)
    func shortSecret(profile: ServiceConfiguration.Profile) {
        var configuration = production
        configuration.profile = profile
        configuration.security.cursorSecret = Secret(String(repeating: "s", count: 31))
        #expect(refusedSettings(configuration) == ["security.cursor-secret"])
    }

    @Test(
        "without keys the service listens on loopback only, in every profile",
        arguments: ServiceConfiguration.Profile.allCases,
        [
            ("127.0.0.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false), ("::", false),
            ("10.0.0.1", false),
        ]
    )
    func noKeys(profile: ServiceConfiguration.Profile, host: (String, Bool)) {
        var configuration = production
        configuration.profile = profile
        configuration.authentication.mode = .none
        configuration.server.host = host.0
        #expect(refusedSettings(configuration) == (host.1 ? [] : ["auth.mode"]))
    }

    @Test(
        "production needs encryption to a PostgreSQL server elsewhere",
        arguments: [
            ("postgres://db.example.org/r3mes", false), ("postgres://db.example.org/r3mes?sslmode=prefer", false),
            ("postgres://db.example.org/r3mes?sslmode=disable", false), ("postgres://localhost,10.1.1.1/r3mes", false),
            ("postgres://db.example.org/r3mes?sslmode=require", true), ("postgres://localhost/r3mes", true),
            ("postgres://db.example.org/r3mes?sslmode=verify-ca", true), ("postgres://%2Frun%2Fpg/r3mes", true),
            ("postgres:///r3mes?host=/run/pg", true), ("postgres://db.example.org/r?sslmode=verify-full", true),
        ]
    )
    func encryption(url: String, isSafe: Bool) throws {
        var configuration = production
        configuration.database.url = try DatabaseURL(url)
        #expect(refusedSettings(configuration) == (isSafe ? [] : ["database.url"]))
        configuration.profile = .development
        #expect(refusedSettings(configuration) == [])
    }

    @Test("production allows writes that a power cut may undo")
    func synchronous() {
        var configuration = production
        configuration.database.synchronous = .normal
        #expect(refusedSettings(configuration) == [])
    }
}
