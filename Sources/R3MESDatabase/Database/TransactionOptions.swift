// SPDX-License-Identifier: Apache-2.0

/// How a transaction is run.
public struct TransactionOptions: Sendable {
    /// What a transaction may see of concurrent ones (SQL standard, 4.41); SQLite has only the last.
    public enum Isolation: Sendable {
        /// Each statement sees what was committed before it.
        case readCommitted
        /// All statements see what was committed before the first one.
        case repeatableRead
        /// As if all transactions ran one after the other.
        case serializable
    }

    /// What the transaction may see of others.
    ///
    /// The default is nil: the engine's own default, `readCommitted` on PostgreSQL and `serializable` on SQLite.
    public var isolation: Isolation?
    /// Whether the transaction only reads; then all its statements see one snapshot, and it never waits for writers.
    ///
    /// The default is false.
    public var isReadOnly = false
    /// How long the whole may take, waiting for a connection included.
    ///
    /// The default is nil: no limit but that of each statement and the task's deadline.
    public var timeout: Duration?
    /// How often the body may be run in all, when a transaction fails because of a concurrent one: serialisation
    /// failures, deadlocks, plans outdated.
    ///
    /// A body that has effects of its own must not be run twice.
    ///
    /// The default is 1.
    public var attempts = 1

    /// Makes options with the defaults.
    public init() {}

    /// A transaction that only reads, all from one snapshot.
    public static var readOnly: Self {
        var options = Self()
        options.isReadOnly = true
        return options
    }

    /// A transaction whose body may be run again, up to five times in all, when it conflicts with a concurrent one.
    public static var repeatable: Self {
        var options = Self()
        options.attempts = 5
        return options
    }
}
