// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import R3MESService

@Suite("The configuration file")
struct ConfigurationFileTests {
    @Test("nested and dotted keys mean the same")
    func dottedKeys() throws {
        let nested = try withConfigurationFile("server:\n  port: 9000\n") { try load($0) }
        let dotted = try withConfigurationFile("server.port: 9000\n") { try load($0) }
        #expect(nested == dotted)
        #expect(nested.server.port == 9000)
    }

    @Test("a key that is given both nested and dotted is a mistake")
    func givenTwice() throws {
        let error = try #require(try refusal(ofFile: "server:\n  port: 1\nserver.port: 2\n"))
        #expect(error.reason("server.port")?.hasPrefix("is given twice") == true)
    }

    @Test("JSON numbers and truth values need no quotes")
    func jsonScalars() throws {
        let text = #"{"server": {"port": 9000}, "auth": {"open-reads": false}, "limits": {"body-size": 2048}}"#
        let configuration = try withConfigurationFile(text, suffix: ".json") { try load($0) }
        #expect(configuration.server.port == 9000)
        #expect(!configuration.authentication.openReads)
        #expect(configuration.limits.bodySize == .kibibytes(2))
    }

    @Test("a JSON fraction is not a whole number, and its value is shown")
    func jsonFraction() throws {
        let error = try #require(try refusal(ofFile: #"{"server": {"port": 80.5}}"#, suffix: ".json"))
        #expect(error.reason("server.port")?.hasPrefix("\"80.5\" is not a whole number") == true)
    }

    @Test("a list is not a value", arguments: [".yaml", ".json"])
    func list(suffix: String) throws {
        let error = try #require(try refusal(ofFile: #"{"server": {"port": [1, 2]}}"#, suffix: suffix))
        #expect(error.reason("server.port")?.hasPrefix("a list is not a whole number") == true)
    }

    @Test("a file without any setting is taken", arguments: ["", "\n\n", "# nothing\n  # here\n", "{}"])
    func empty(text: String) throws {
        #expect(try withConfigurationFile(text) { try load($0) } == ServiceConfiguration())
    }

    @Test("a file that is not there is named")
    func missing() throws {
        let error = try #require(refusal(file: "/nowhere/r3mes.yaml"))
        #expect(error.code == .configurationUnreadable)
        #expect(error.detail.contains("/nowhere/r3mes.yaml"))
        #expect(error.detail.contains("No such file"))
    }

    @Test("a directory is not a file")
    func directory() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "r3mes-\(UUID().uuidString).yaml")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(refusal(file: url.path(percentEncoded: false))?.code == .configurationUnreadable)
    }

    @Test("a file of endless length is not read to its end")
    func endless() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "r3mes-\(UUID().uuidString).yaml")
        try FileManager.default.createSymbolicLink(atPath: url.path(), withDestinationPath: "/dev/zero")
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(refusal(file: url.path())?.detail.contains("longer than 1MiB") == true)
    }

    @Test("another format is refused by name", arguments: [".toml", ".conf", ""])
    func otherFormat(suffix: String) throws {
        let error = try #require(try refusal(ofFile: "a = 1", suffix: suffix))
        #expect(error.code == .configurationUnreadable)
        #expect(error.detail.contains("must end in .yaml, .yml or .json"))
    }

    @Test("the extension may be in upper case")
    func upperCase() throws {
        #expect(try withConfigurationFile("server.port: 1", suffix: ".YAML") { try load($0) }.server.port == 1)
    }

    @Test(
        "a file that cannot be parsed is refused with path and line, and without what it holds",
        arguments: [
            (".yaml", "server:\n  port: 1\n bad: hunter2\n", "line 3"),
            (".yaml", "security:\n  cursor-secret: \"hunter2\n", "line"),
            (".yaml", "a: b: hunter2\n", "line 1"),
            (".json", "{\n \"log\": {\n  \"level\": \"info\" \"hunter2\" }\n}", "line 3"),
            (".json", "{\n \"security\": {\"cursor-secret\": \"hunter2", "line 2"),
        ]
    )
    func unparsable(suffix: String, text: String, line: String) throws {
        try withConfigurationFile(text, suffix: suffix) { path in
            let error = try #require(refusal(file: path))
            #expect(error.code == .configurationUnreadable)
            #expect(error.detail.contains(path))
            #expect(error.detail.contains(line), "\(error.detail)")
            #expect(!"\(error) \(error.logMetadata)".contains("hunter2"))
        }
    }

    @Test(
        "a file that is no mapping is refused",
        arguments: [(".yaml", "- a\n- b\n"), (".json", "[1]"), (".json", ""), (".json", "a: 1")]
    )
    func noMapping(suffix: String, text: String) throws {
        #expect(try refusal(ofFile: text, suffix: suffix)?.code == .configurationUnreadable)
    }

    @Test("the same key twice in one mapping is refused", arguments: [".yaml", ".json"])
    func duplicate(suffix: String) throws {
        let error = try #require(
            try refusal(ofFile: "{\"log.level\": \"info\",\n\"log.level\": \"debug\"}", suffix: suffix)
        )
        #expect(error.code == .configurationUnreadable)
        #expect(error.detail.contains("'log.level'"))
    }

    @Test("a JSON truth value is not a number, and a number is not a truth value")
    func jsonTypes() throws {
        let text = "{\n\t\"server.port\": true,\n\t\"auth.open-reads\": 1\n}"
        let error = try #require(try refusal(ofFile: text, suffix: ".json"))
        #expect(error.reason("server.port")?.hasPrefix("\"true\" is not a whole number") == true)
        #expect(error.reason("auth.open-reads")?.hasPrefix("\"1\" is not true or false") == true)
    }

    private func load(_ path: String) throws -> ServiceConfiguration {
        try ServiceConfiguration.load(environment: [:], file: path).configuration
    }
}
