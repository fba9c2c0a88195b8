// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("The table of settings")
struct ConfigurationTableTests {
    @Test("docs/configuration.md is what the table says")
    func document() throws {
        try GeneratedDocument(path: "docs/configuration.md").expect(ConfigurationDocument.text)
    }

    @Test("keys, variables and flags are unique")
    func unique() {
        let settings = ServiceConfiguration.Setting.all
        #expect(Set(settings.map(\.key)).count == settings.count)
        #expect(Set(settings.map(\.environmentVariable)).count == settings.count)
        #expect(Set(settings.compactMap(\.flag)).count == settings.compactMap(\.flag).count)
    }

    @Test("no variable looks like one of the tests or the one that names the file")
    func reservedVariables() {
        for variable in ServiceConfiguration.Setting.all.map(\.environmentVariable) {
            #expect(variable.wholeMatch(of: /R3MES(_[A-Z]+)+/) != nil)
            #expect(!variable.hasPrefix(ServiceConfiguration.testVariablePrefix))
            #expect(variable != ServiceConfiguration.fileVariable)
        }
    }

    @Test("every property of the configuration belongs to a setting")
    func properties() throws {
        var changed = ServiceConfiguration()
        for setting in ServiceConfiguration.Setting.all {
            try setting.apply(try #require(otherValues[setting.key]), &changed)
        }
        let before = properties(of: ServiceConfiguration())
        let after = properties(of: changed)
        #expect(before.count == ServiceConfiguration.Setting.all.count)
        for (name, value) in before {
            #expect(after[name] != value, "\(name) is not set by any setting")
        }
    }

    @Test("every default is allowed")
    func defaults() throws {
        var configuration = ServiceConfiguration()
        for setting in ServiceConfiguration.Setting.all {
            try setting.apply(setting.text(configuration), &configuration)
        }
        #expect(configuration == ServiceConfiguration())
    }

    @Test("safety rules name settings that exist")
    func rules() {
        for rule in ServiceConfiguration.SafetyRule.all {
            #expect(!rule.keys.isEmpty)
            #expect(rule.keys.allSatisfy { ServiceConfiguration.Setting.named($0) != nil })
        }
    }

    @Test("the comment at the reader lists every key")
    func comment() throws {
        let path = "Sources/R3MESService/Configuration/ServiceConfiguration+ConfigReader.swift"
        let source = try GeneratedDocument.text(ofFile: path)
        let listed = source.split(separator: "\n").filter { $0.contains("/// - `") }.flatMap { line in
            line.matches(of: /`([^`]+)`/).map { String($0.1) }
        }
        #expect(listed == ServiceConfiguration.Setting.all.map(\.key))
    }

    @Test(
        "edit distance counts insertions, deletions, changes and swaps",
        arguments: [
            ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("port", "prot", 1), ("port", "ports", 1), ("a", "b", 1),
        ]
    )
    func distance(first: String, second: String, distance: Int) {
        #expect(NameSuggestion.distance(first, second) == distance)
        #expect(NameSuggestion.distance(second, first) == distance)
    }

    /// The properties of all sections, by `section.property`.
    private func properties(of configuration: ServiceConfiguration) -> [String: AnyHashable] {
        var properties: [String: AnyHashable] = [:]
        for section in Mirror(reflecting: configuration).children {
            let members = Mirror(reflecting: section.value).children
            for (label, value) in members.isEmpty ? [section] : Array(members) {
                properties["\(section.label ?? "").\(label ?? "")"] = value as? AnyHashable
            }
        }
        return properties
    }
}
