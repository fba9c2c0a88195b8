// SPDX-License-Identifier: Apache-2.0

public import Logging

/// How a ``SQLiteDatabase`` works; only the path has no default.
public struct SQLiteConfiguration: Sendable {
    /// When a write counts as durable.
    public enum Synchronous: String, Sendable {
        /// An acknowledged write survives a power cut.
        case full
        /// A power cut may undo the last acknowledged writes, but does not damage the file. Faster.
        case normal
    }

    /// The file, which is made if it is not there; a database in memory cannot be shared by connections.
    public var path: String
    /// How many connections read at once.
    ///
    /// The default is 4.
    public var readers = 4
    /// When a write counts as durable.
    ///
    /// The default is `full`.
    public var synchronous = Synchronous.full
    /// How long a statement waits for a lock of another process.
    ///
    /// The default is five seconds.
    public var busyTimeout: Duration = .seconds(5)
    /// How long a statement may take, waiting included, unless its options say otherwise; nil for no limit.
    ///
    /// The default is 30 seconds.
    public var statementTimeout: Duration? = .seconds(30)
    /// Is told of each statement that has ended.
    ///
    /// The default is nil: nobody is.
    public var observer: (any StatementObserver)?
    /// Where to write what an operator should know.
    ///
    /// The default is a logger labelled `r3mes.sqlite`.
    public var logger = Logger(label: "r3mes.sqlite")
    /// What seldom needs a change.
    public var options = Options()

    /// Makes a configuration with the defaults.
    public init(path: String) {
        self.path = path
    }

    /// What seldom needs a change.
    public struct Options: Sendable {
        /// How many statements and transactions may wait, for the writer and for the readers each.
        ///
        /// The default is 10,000. More are refused with ``DatabaseError/Code/queueFull``.
        public var maximumQueued = 10_000
        /// How many writes at most are committed together.
        ///
        /// The default is 256.
        public var maximumGroupSize = 256
        /// How old a group of writes may be when another one joins it.
        ///
        /// The default is 10 ms: whoever is first waits no longer than that for those who come later.
        public var maximumGroupAge: Duration = .milliseconds(10)
        /// How many prepared statements each connection keeps.
        ///
        /// The default is 512.
        public var statementCacheSize = 512
        /// How much memory each connection takes for pages, in bytes.
        ///
        /// The default is 8 MiB.
        public var pageCacheSize = 8 << 20
        /// The size to which the write-ahead log is cut when it is empty, in bytes.
        ///
        /// The default is 64 MiB.
        public var maximumLogSize = 64 << 20
        /// How long ``SQLiteDatabase/shutdown()`` lets statements and transactions go on.
        ///
        /// The default is ten seconds.
        public var drainTimeout: Duration = .seconds(10)

        /// Makes options with the defaults.
        public init() {}
    }

    func validate() throws(DatabaseError) {
        var problems = ConfigurationProblems()
        problems.require(!path.isEmpty && !path.utf8.contains(0), "path must be the path of a file")
        problems.require(!path.hasPrefix(":"), "path: a database in memory cannot be shared by connections")
        problems.require((1...256).contains(readers), "readers must be from 1 to 256")
        problems.require(busyTimeout >= .zero, "busyTimeout must not be negative")
        problems.require(statementTimeout ?? .seconds(1) > .zero, "statementTimeout must be more than zero")
        problems.require(options.maximumQueued > 0, "maximumQueued must be more than zero")
        problems.require(options.maximumGroupSize > 0, "maximumGroupSize must be more than zero")
        problems.require(options.statementCacheSize > 0, "statementCacheSize must be more than zero")
        problems.require((65_536...1 << 40).contains(options.pageCacheSize), "pageCacheSize must be at least 64 KiB")
        problems.require(options.maximumLogSize >= 0, "maximumLogSize must not be negative")
        try problems.check()
    }
}
