// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import R3MESService

@Suite("Printing the effective configuration")
struct ConfigurationPrintingTests {
    private func loaded() throws -> ServiceConfiguration.Loaded {
        try ServiceConfiguration.load(
            flags: ["server.port": "0", "database.url": "postgres://me:hunter2@localhost/db"],
            environment: ["R3MES_SECURITY_CURSOR_SECRET": "hunter3-hunter3-hunter3-hunter3-hunter3"]
        )
    }

    @Test("there is a line for each setting with key, value and origin")
    func lines() throws {
        let lines = try loaded().text().split(separator: "\n")
        #expect(lines.count == ServiceConfiguration.Setting.all.count)
        let words = lines.map { $0.split(separator: " ").map(String.init) }
        #expect(words.map(\.first) == ServiceConfiguration.Setting.all.map(\.key))
        #expect(words.contains(["server.port", "0", "flag", "--port"]))
        #expect(words.contains(["limits.body-size", "1MiB", "default"]))
    }

    @Test("the columns are aligned, and no line ends in a space")
    func columns() throws {
        let lines = try loaded().text().split(separator: "\n").map(String.init)
        let origins = ["default", "flag ", "environment variable "]
        let starts = lines.map { line in
            origins.compactMap { line.range(of: "  " + $0)?.lowerBound.utf16Offset(in: line) }.first
        }
        #expect(Set(starts).count == 1)
        #expect(starts.first != .some(nil))
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test("neither form shows a secret or a password")
    func secrets() throws {
        let printed = try loaded().text() + loaded().json()
        #expect(!printed.contains("hunter"))
        #expect(printed.contains("postgres://me:‹redacted›@localhost/db"))
    }

    @Test("the development secret is masked too")
    func developmentSecret() throws {
        let text = try ServiceConfiguration.load(environment: [:]).text()
        #expect(!text.contains(ServiceConfiguration.Security.developmentCursorSecret.value))
    }

    @Test("the JSON form has the same rows")
    func json() throws {
        let document = try JSONDecoder().decode(
            [String: [[String: String]]].self,
            from: Data(loaded().json().utf8)
        )
        let rows = try #require(document["settings"])
        #expect(rows.map { $0["key"] } == ServiceConfiguration.Setting.all.map(\.key))
        #expect(rows.contains(["key": "server.port", "value": "0", "origin": "flag --port"]))
    }

    @Test("what is printed can be written into a file and means the same")
    func readsBack() throws {
        let environment = Dictionary(
            uniqueKeysWithValues: otherSafeValues.map { key, value in
                (ServiceConfiguration.Setting.named(key)?.environmentVariable ?? "", value)
            }
        )
        let loaded = try ServiceConfiguration.load(environment: environment)
        let settings = ServiceConfiguration.Setting.all
        let yaml = settings.map { "\($0.key): \"\($0.text(loaded.configuration))\"\n" }.joined()
        let again = try withConfigurationFile(yaml) { path in
            try ServiceConfiguration.load(environment: [:], file: path)
        }
        #expect(again.configuration == loaded.configuration)
    }
}
