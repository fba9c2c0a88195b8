// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

/// What a command of `r3mes` that ended by itself left behind.
struct Command: Sendable {
    let exitCode: Int32
    let output: String
    let errors: String

    /// Runs a command on a folder's database to its end.
    ///
    /// - Parameters:
    ///   - database: Another `--database`; the command gets none when this is empty.
    ///   - input: The file to read as standard input.
    ///   - onTerminal: Whether its standard error is a terminal.
    static func run(
        _ arguments: [String],
        in folder: TemporaryFolder,
        database: String? = nil,
        environment: [String: String] = [:],
        input: String = "/dev/null",
        onTerminal: Bool = false
    ) async throws -> Command {
        let database = database ?? folder.databaseURL
        let process = try await ProcessGate.shared.pass {
            let process = try ChildProcess(
                ServiceExecutable.path(),
                arguments + (database.isEmpty ? [] : ["--database", database]),
                environment: environment,
                input: input,
                onTerminal: onTerminal
            )
            return (process, await process.waitForEnd())
        }
        let output = await process.0.standardOutput.whole()
        let errors = await process.0.standardError.whole()
        guard case .exited(let code) = process.1 else {
            throw HarnessError("r3mes \(arguments) ended with \(process.1): \(errors)")
        }
        return Command(exitCode: code, output: output, errors: errors)
    }

    /// Runs a command whose words are written one by one: see ``run(_:in:database:environment:input:onTerminal:)``.
    static func run(
        _ arguments: String...,
        in folder: TemporaryFolder,
        database: String? = nil,
        environment: [String: String] = [:],
        input: String = "/dev/null",
        onTerminal: Bool = false
    ) async throws -> Command {
        try await run(
            arguments,
            in: folder,
            database: database,
            environment: environment,
            input: input,
            onTerminal: onTerminal
        )
    }

    /// The lines of standard output.
    var outputLines: [String] { output.split(separator: "\n").map(String.init) }

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

    /// Standard output as JSON.
    func decoded<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
        try JSON.decode(type, from: Data(output.utf8))
    }

    /// Checks that the command succeeded.
    @discardableResult
    func expectGood(sourceLocation: SourceLocation = #_sourceLocation) throws -> Command {
        try #require(exitCode == 0, "\(output)\(errors)", sourceLocation: sourceLocation)
        return self
    }

    /// Checks that the command gave up with an exit code and one clear line on standard error, and said nothing else.
    func expectOneLine(
        exitCode: Int32,
        containing text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(self.exitCode == exitCode, "\(errors)", sourceLocation: sourceLocation)
        #expect(errorLines.count == 1, "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.hasPrefix("r3mes: ") && errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
        #expect(output.isEmpty, sourceLocation: sourceLocation)
    }
}
