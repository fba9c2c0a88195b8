// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Logging
import R3MESService

/// The options that every command has which touches the data.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the data lives: sqlite:PATH or postgres://… The default is sqlite:r3mes.sqlite.",
            valueName: "url"
        )
    )
    var database: String?

    @Option(
        help: ArgumentHelp(
            "Where users and keys are remembered: none, memory or redis://… The default is memory.",
            valueName: "url"
        )
    )
    var cache: String?

    @Option(help: ArgumentHelp("A configuration file, YAML or JSON.", valueName: "file"))
    var config: String?

    /// Reads the configuration: flags over environment over file over defaults.
    ///
    /// - Parameter flags: The command's own flags by configuration key, those that were given.
    func load(flags: [String: String?] = [:]) throws(ServiceError) -> ServiceConfiguration.Loaded {
        var given = flags.compactMapValues { $0 }
        given["database.url"] = database
        given["cache.url"] = cache
        return try ServiceConfiguration.load(
            flags: given,
            environment: ProcessInfo.processInfo.environment,
            file: config
        )
    }

    /// Opens the storage for a command that does its work and ends, with the schema up to date.
    ///
    /// - Parameter mustExist: Whether a file that is not there is a mistake, not one to be made.
    func openStorage(mustExist: Bool = false) async throws -> Storage {
        let configuration = try load().configuration
        let storage = try Storage(
            opening: configuration.database,
            remembering: configuration.cache,
            mustExist: mustExist,
            logger: makeLogger(configuration.logging)
        )
        try await storage.migrate()
        return storage
    }
}

/// A logger to standard error, as the configuration wants it, that lets no secret through.
func makeLogger(_ settings: ServiceConfiguration.Logging) -> Logger {
    LoggingSystem.bootstrap { label in
        switch settings.format {
        case .text: RedactingLogHandler(StreamLogHandler.standardError(label: label))
        case .json: RedactingLogHandler(JSONLogHandler(label: label))
        }
    }
    var logger = Logger(label: "r3mes")
    logger.logLevel = settings.level
    return logger
}
