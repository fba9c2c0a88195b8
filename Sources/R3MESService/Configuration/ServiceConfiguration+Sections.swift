// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOCore

extension ServiceConfiguration {
    /// Where the service listens and how long it waits.
    public struct Server: Hashable, Sendable {
        /// The name or address to listen on.
        ///
        /// The default is `127.0.0.1`.
        public var host = "127.0.0.1"

        /// The port to listen on; 0 lets the system pick one.
        ///
        /// The default is 8080.
        public var port = 8080

        /// How long a connection may stay idle before it is closed.
        ///
        /// The default is one minute.
        public var idleTimeout: Duration = .seconds(60)

        /// How long requests in flight may take to finish once the service stops.
        ///
        /// The default is 30 seconds.
        public var shutdownTimeout: Duration = .seconds(30)

        /// How many connections the kernel may hold that were not accepted yet.
        ///
        /// The default is 256.
        public var backlog = 256

        /// Makes the default settings.
        public init() {}
    }

    /// Where the data lives.
    public struct Database: Hashable, Sendable {
        /// Which database.
        ///
        /// The default is the SQLite file `r3mes.sqlite` in the working directory.
        public var url: DatabaseURL = .sqlite(path: "r3mes.sqlite")

        /// How long a statement waits for a lock of another process.
        ///
        /// The default is five seconds.
        public var busyTimeout: Duration = .seconds(5)

        /// How many connections read at once.
        ///
        /// The default is the number of cores, but at least 2 and at most 8.
        public var readers = min(max(NIOCore.System.coreCount, 2), 8)

        /// When a write counts as durable.
        ///
        /// The default is `full`.
        public var synchronous: Synchronous = .full

        /// Makes the default settings.
        public init() {}
    }

    /// What is remembered of the data.
    public struct Cache: Hashable, Sendable {
        /// Where it is remembered.
        ///
        /// The default is `memory`: of this process alone.
        public var url: CacheURL = .memory

        /// How much memory it may take.
        ///
        /// The default is 32 MiB.
        public var size: ByteCount = .mebibytes(32)

        /// How long something is remembered in memory alone, where nobody tells of what other processes change.
        ///
        /// The default is one second.
        public var lifetime: Duration = .seconds(1)

        /// How long something is remembered by those who share a Redis, and tell each other of what they change.
        ///
        /// The default is ten minutes.
        public var sharedLifetime: Duration = .seconds(600)

        /// Makes the default settings.
        public init() {}
    }

    /// Who may call.
    public struct Authentication: Hashable, Sendable {
        /// How callers prove who they are.
        ///
        /// The default is `keys`.
        public var mode: Mode = .keys

        /// Whether public user data can be read without a key.
        ///
        /// The default is `true`.
        public var openReads = true

        /// Whether the operations calls answer without an admin key.
        ///
        /// The default is `false`.
        public var openOperations = false

        /// Makes the default settings.
        public init() {}
    }

    /// Where the status of the chain is asked for.
    public struct Chain: Hashable, Sendable {
        /// The URL that answers with the chain's status as a JSON object; empty for none, which is the default.
        public var url = ""

        /// How long one answer of ours waits for the chain, retries included.
        ///
        /// The default is one second.
        public var timeout: Duration = .seconds(1)

        /// Makes the default settings.
        public init() {}
    }

    /// What is signed, and with what.
    public struct Security: Hashable, Sendable {
        /// The secret that signs page cursors: the same on all instances, and at least
        /// ``minimumSecretLength`` characters.
        ///
        /// The default is ``developmentCursorSecret``.
        public var cursorSecret: Secret = developmentCursorSecret

        /// Makes the default settings.
        public init() {}

        /// The cursor secret that everybody knows, which production refuses.
        public static let developmentCursorSecret = Secret("r3mes-development-cursor-secret-known-to-everybody")

        /// How many characters a secret needs.
        public static let minimumSecretLength = 32
    }

    /// How much one request may ask for.
    public struct Limits: Hashable, Sendable {
        /// The longest request body that is read into memory.
        ///
        /// The default is 1 MiB.
        public var bodySize: ByteCount = .mebibytes(1)

        /// How many API keys one wallet may have.
        ///
        /// The default is 100.
        public var keysPerWallet = 100

        /// The most items that one page may have.
        ///
        /// The default, and the most allowed, is 1000.
        public var pageSize = 1000

        /// Makes the default settings.
        public init() {}
    }

    /// How long answers are kept for repeated requests.
    public struct Idempotency: Hashable, Sendable {
        /// How long the same `Idempotency-Key` gets the same answer.
        ///
        /// The default is one day.
        public var retention: Duration = .seconds(24 * 60 * 60)

        /// Makes the default settings.
        public init() {}
    }

    /// What is logged, and how.
    public struct Logging: Hashable, Sendable {
        /// The lowest level that is logged.
        ///
        /// The default is `info`.
        public var level: Logger.Level = .info

        /// How a line looks.
        ///
        /// The default is `text`.
        public var format: Format = .text

        /// Makes the default settings.
        public init() {}
    }
}

extension ServiceConfiguration.Database {
    /// When a write counts as durable.
    public enum Synchronous: String, CaseIterable, Sendable {
        /// An acknowledged write survives a power cut.
        case full
        /// A power cut may undo the last acknowledged writes, but does not damage the database. Faster.
        case normal
    }
}

extension ServiceConfiguration.Authentication {
    /// How callers prove who they are.
    public enum Mode: String, CaseIterable, Sendable {
        /// By an API key.
        case keys
        /// Not at all: everybody may do everything. Allowed on a loopback address only.
        case none
    }
}

extension ServiceConfiguration.Logging {
    /// How a log line looks.
    public enum Format: String, CaseIterable, Sendable {
        /// For people.
        case text
        /// One JSON object a line, for machines.
        case json
    }
}
