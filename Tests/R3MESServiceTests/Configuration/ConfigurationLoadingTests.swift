// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import R3MESService

@Suite("Loading the configuration")
struct ConfigurationLoadingTests {
    private let file = "server:\n  port: 1003\n  host: 127.0.0.3\n  backlog: 103\nlog:\n  level: error\n"

    @Test("without any source, every setting has its default")
    func defaults() throws {
        let loaded = try ServiceConfiguration.load(environment: [:])
        #expect(loaded.configuration == ServiceConfiguration())
        #expect(loaded.origins.values.allSatisfy { $0 == .default })
        #expect(loaded.origins.count == ServiceConfiguration.Setting.all.count)
    }

    @Test("the defaults are those that are promised")
    func promisedDefaults() {
        let configuration = ServiceConfiguration()
        #expect(configuration.profile == .development)
        #expect(configuration.server.host == "127.0.0.1")
        #expect(configuration.server.port == 8080)
        #expect(configuration.server.idleTimeout == .seconds(60))
        #expect(configuration.server.shutdownTimeout == .seconds(30))
        #expect(configuration.server.backlog == 256)
        #expect(configuration.database.url == .sqlite(path: "r3mes.sqlite"))
        #expect(configuration.database.busyTimeout == .seconds(5))
        #expect(2...8 ~= configuration.database.readers)
        #expect(configuration.database.synchronous == .full)
        #expect(configuration.authentication.mode == .keys)
        #expect(configuration.authentication.openReads)
        #expect(!configuration.authentication.openOperations)
        #expect(configuration.limits.bodySize == .mebibytes(1))
        #expect(configuration.limits.keysPerWallet == 100)
        #expect(configuration.limits.pageSize == 1000)
        #expect(configuration.idempotency.retention == .seconds(86_400))
        #expect(configuration.logging.level == .info)
        #expect(configuration.logging.format == .text)
    }

    @Test("a flag wins over the environment, that over the file, and that over the default")
    func precedence() throws {
        let loaded = try withConfigurationFile(file) { path in
            let loaded = try ServiceConfiguration.load(
                flags: ["server.port": "1001"],
                environment: ["R3MES_SERVER_PORT": "1002", "R3MES_SERVER_HOST": "127.0.0.2"],
                file: path
            )
            #expect(loaded.origins["server.backlog"] == .file(path))
            return loaded
        }
        #expect(loaded.configuration.server.port == 1001)
        #expect(loaded.origins["server.port"] == .flag("port"))
        #expect(loaded.configuration.server.host == "127.0.0.2")
        #expect(loaded.origins["server.host"] == .environment("R3MES_SERVER_HOST"))
        #expect(loaded.configuration.server.backlog == 103)
        #expect(loaded.configuration.server.idleTimeout == .seconds(60))
        #expect(loaded.origins["server.idle-timeout"] == .default)
    }

    @Test("each layer takes over when the ones above it are silent", arguments: 0...3)
    func layers(silent: Int) throws {
        let loaded = try withConfigurationFile(silent < 3 ? file : "") { path in
            try ServiceConfiguration.load(
                flags: silent < 1 ? ["server.port": "1001"] : [:],
                environment: silent < 2 ? ["R3MES_SERVER_PORT": "1002"] : [:],
                file: path
            )
        }
        #expect(loaded.configuration.server.port == [1001, 1002, 1003, 8080][silent])
    }

    @Test("a stronger layer hides a wrong value of a weaker one")
    func hiddenMistake() throws {
        let loaded = try ServiceConfiguration.load(
            flags: ["server.port": "1001"],
            environment: ["R3MES_SERVER_PORT": "nonsense"]
        )
        #expect(loaded.configuration.server.port == 1001)
    }

    @Test("R3MES_CONFIG names the file")
    func fileFromEnvironment() throws {
        let loaded = try withConfigurationFile(file) { path in
            try ServiceConfiguration.load(environment: ["R3MES_CONFIG": path])
        }
        #expect(loaded.configuration.logging.level == .error)
    }

    @Test("the file of a flag wins over R3MES_CONFIG, which is then not opened")
    func fileFromFlag() throws {
        let loaded = try withConfigurationFile(file) { path in
            try ServiceConfiguration.load(environment: ["R3MES_CONFIG": "/nowhere/else.yaml"], file: path)
        }
        #expect(loaded.configuration.server.port == 1003)
    }

    @Test("variables of others and of the tests are left alone")
    func foreignVariables() throws {
        let environment = ["PATH": "/bin", "R3MES_TEST_UPDATE_DOCS": "0", "R3MESX": "1", "SERVER_PORT": "9"]
        #expect(try ServiceConfiguration.load(environment: environment).configuration == ServiceConfiguration())
    }

    @Test(
        "every setting can be given by its environment variable",
        arguments: ServiceConfiguration.Setting.all.map(\.key)
    )
    func everyVariable(key: String) throws {
        let setting = try #require(ServiceConfiguration.Setting.named(key))
        let value = try #require(otherValues[key])
        // Production refuses the default secret.
        var environment = key == "profile" ? ["R3MES_SECURITY_CURSOR_SECRET": String(repeating: "s", count: 32)] : [:]
        environment[setting.environmentVariable] = value
        let loaded = try ServiceConfiguration.load(environment: environment)
        #expect(setting.text(loaded.configuration) == value)
        #expect(loaded.origins[key] == .environment(setting.environmentVariable))
        #expect(setting.text(ServiceConfiguration()) != value)
    }

    @Test("every setting can be given by a file", arguments: [".yaml", ".yml", ".json"])
    func everyKeyInAFile(suffix: String) throws {
        let pairs = otherSafeValues.sorted { $0.key < $1.key }
        let contents =
            suffix == ".json"
            ? "{" + pairs.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ",") + "}"
            : pairs.map { "\($0.key): \"\($0.value)\"\n" }.joined()
        let loaded = try withConfigurationFile(contents, suffix: suffix) { path in
            try ServiceConfiguration.load(environment: [:], file: path)
        }
        for (key, value) in pairs {
            let setting = try #require(ServiceConfiguration.Setting.named(key))
            #expect(setting.text(loaded.configuration) == value)
        }
    }

    @Test("the flags are host, port, database and cache")
    func flags() throws {
        let loaded = try ServiceConfiguration.load(
            flags: ["server.host": "localhost", "server.port": "0", "database.url": "sqlite:a b.sqlite"],
            environment: [:]
        )
        #expect(loaded.configuration.server.host == "localhost")
        #expect(loaded.configuration.server.port == 0)
        #expect(loaded.configuration.database.url == .sqlite(path: "a b.sqlite"))
        #expect(loaded.origins["database.url"]?.description == "flag --database")
        #expect(ServiceConfiguration.Setting.all.compactMap(\.flag) == ["host", "port", "database", "cache"])
    }
}
