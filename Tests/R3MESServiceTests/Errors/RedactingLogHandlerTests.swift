// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import R3MESService

@Suite("The redacting log handler")
struct RedactingLogHandlerTests {
    /// Keeps what it is given.
    private struct RecordingHandler: LogHandler {
        final class Record: Sendable {
            private let state = Mutex<[LogEvent]>([])

            var events: [LogEvent] { state.withLock { $0 } }

            func append(_ event: LogEvent) { state.withLock { $0.append(event) } }
        }

        let record = Record()
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()
        var metadataProvider: Logger.MetadataProvider?

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            var event = event
            event.metadata = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) {
                $1
            }
            record.append(event)
        }
    }

    private let recording = RecordingHandler()

    private var logger: Logger {
        Logger(label: "test") { [recording] _ in RedactingLogHandler(recording) }
    }

    private func logged() throws -> LogEvent {
        try #require(recording.record.events.last)
    }

    @Test("a secret in the message is masked")
    func message() throws {
        logger.info("connecting to postgres://me:hunter2@host/db")
        #expect(try logged().message.description == "connecting to postgres://me:‹redacted›@host/db")
    }

    @Test("metadata under a sensitive name is masked as a whole")
    func names() throws {
        logger.info("", metadata: ["Authorization": "Bearer abc", "user": "me", "cookie": ["a": "b"]])
        #expect(try logged().metadata == ["Authorization": "‹redacted›", "user": "me", "cookie": "‹redacted›"])
    }

    @Test("secrets in metadata are masked at any depth")
    func depth() throws {
        logger.info(
            "",
            metadata: ["a": ["r3k_abcdefgh0123", ["b": "x", "password": "y"]], "c": ["d": .stringConvertible(42)]]
        )
        #expect(
            try logged().metadata
                == [
                    "a": ["r3k_abcdefgh‹redacted›", ["b": "x", "password": "‹redacted›"]],
                    "c": ["d": .stringConvertible(42)],
                ]
        )
    }

    @Test("a value that is no text is masked by what it prints")
    func convertible() throws {
        struct Key: CustomStringConvertible, Sendable {
            let description = "r3k_abcdefgh0123"
        }
        logger.info("", metadata: ["key": .stringConvertible(Key())])
        #expect(try logged().metadata == ["key": "r3k_abcdefgh‹redacted›"])
    }

    @Test("metadata of the logger is masked when it is set")
    func loggerMetadata() throws {
        var logger = logger
        logger[metadataKey: "token"] = "abc"
        logger[metadataKey: "url"] = "redis://:hunter2@host"
        #expect(logger[metadataKey: "token"] == "‹redacted›")
        logger.info("")
        #expect(try logged().metadata == ["token": "‹redacted›", "url": "redis://:‹redacted›@host"])
    }

    @Test("metadata that the wrapped handler had before is masked")
    func earlierMetadata() {
        var recording = recording
        recording.metadata = ["password": "hunter2"]
        #expect(RedactingLogHandler(recording).metadata == ["password": "‹redacted›"])
    }

    @Test("metadata of a provider is masked")
    func provider() throws {
        var handler = RedactingLogHandler(recording)
        handler.metadataProvider = Logger.MetadataProvider { ["secret": "hunter2", "trace": "1"] }
        Logger(label: "test") { [handler] _ in handler }.info("")
        #expect(try logged().metadata == ["secret": "‹redacted›", "trace": "1"])
    }

    @Test("metadata of a provider that the wrapped handler had before is masked")
    func earlierProvider() throws {
        var recording = recording
        recording.metadataProvider = Logger.MetadataProvider { ["secret": "hunter2"] }
        let handler = RedactingLogHandler(recording)
        Logger(label: "test") { [handler] _ in handler }.info("")
        #expect(try logged().metadata == ["secret": "‹redacted›"])
    }

    @Test("an error whose description holds a secret is replaced, another is passed on")
    func errors() throws {
        struct Failure: Error, Equatable, CustomStringConvertible {
            let description: String
        }
        logger.error("", error: Failure(description: "at postgres://me:hunter2@host"))
        #expect(try logged().error.map { "\($0)" } == "at postgres://me:‹redacted›@host")
        logger.error("", error: Failure(description: "harmless"))
        #expect(try logged().error as? Failure == Failure(description: "harmless"))
    }

    @Test("an event without secrets goes on unchanged, with its place")
    func unchanged() throws {
        logger.warning("harmless", metadata: ["a": "b"], source: "Somewhere", file: "F.swift", function: "f()", line: 7)
        let event = try logged()
        #expect(event.message == "harmless")
        #expect(event.metadata == ["a": "b"])
        #expect(event.level == .warning)
        #expect(event.source == "Somewhere")
        #expect(event.file == "F.swift")
        #expect(event.line == 7)
    }

    @Test("levels and metadata are values: one logger does not change another")
    func valueSemantics() {
        var first = logger
        first.logLevel = .debug
        first[metadataKey: "only-on"] = "first"
        var second = first
        second.logLevel = .error
        second[metadataKey: "only-on"] = "second"
        #expect(first.logLevel == .debug)
        #expect(second.logLevel == .error)
        #expect(first[metadataKey: "only-on"] == "first")
        #expect(second[metadataKey: "only-on"] == "second")
    }

    @Test("the metadata of a service error passes without its secrets")
    func serviceError() throws {
        let error = ServiceError(.databaseUnavailable, context: ["url": "postgres://me:hunter2@host/db"])
        logger.error("failed", metadata: error.logMetadata)
        #expect(try logged().metadata?["error.context"] == ["url": "postgres://me:‹redacted›@host/db"])
    }
}
