// SPDX-License-Identifier: Apache-2.0

import R3MESCache

/// A database that remembers the results of queries until a write that goes through it touches what they have read.
///
/// ```swift
/// let database = try QueryCache(over: postgres)
/// let rows = try await database.query("SELECT credits FROM users WHERE wallet = \(wallet)", reading: ["users"])
/// ```
///
/// Only queries that say what they read are remembered; all else passes through. A query that names the keys of the rows it reads
/// outlives writes that name other keys.
///
/// **Writes** are seen by their text: the target of an `INSERT`, `UPDATE`, `DELETE` or `MERGE` is found there, and whatever else
/// is no mere read drops everything. What the text does not show has to be said: tables that triggers and cascades change, by
/// ``Configuration/consequences``; functions that write, by ``query(_:changing:options:)``. Writes of other programs are not
/// seen: ``Configuration/expireAfter`` bounds how long their readers are behind, and ``invalidate(_:)`` is for who learns of them.
///
/// **Guarantee.** After a write has returned, no query that begins later gets a result from before it, whatever was being
/// loaded meanwhile. A write whose outcome its caller did not see, because it was cancelled or the connection broke, may take effect later:
/// for ``Configuration/doubtPeriod`` nothing is remembered of its tables.
///
/// A hit costs a hash of the statement's values and a short lock. Equal queries at the same time are sent once.
public final class QueryCache: Database {
    let database: any Database
    let cache: MemoryCache<QueryKey, Rows>
    let configuration: Configuration
    /// By tables as they are compared.
    let consequences: [String: [String]]
    let doubts = DoubtfulTables()
    private let readClock: @Sendable () -> ContinuousClock.Instant

    /// Makes an empty cache over a database.
    ///
    /// - Parameters:
    ///   - database: Where queries are sent that are not remembered.
    ///   - configuration: How much is remembered, and for how long.
    ///   - clock: The clock by which results end.
    /// - Throws: ``DatabaseError/Code/invalidConfiguration``, with everything that is wrong.
    public init<C: Clock>(
        over database: any Database,
        configuration: Configuration = Configuration(),
        clock: C = ContinuousClock()
    ) throws(DatabaseError) where C.Instant == ContinuousClock.Instant {
        self.database = database
        self.configuration = configuration
        consequences = Dictionary(
            configuration.consequences.map { table, others in
                (TableScope(table).table, others.map { TableScope($0).table })
            },
            uniquingKeysWith: +
        )
        readClock = { clock.now }
        var memory = MemoryCache<QueryKey, Rows>.Configuration(limit: .weight(configuration.maximumBytes))
        memory.name = configuration.name
        memory.expireAfterWrite = configuration.expireAfter
        do {
            cache = try MemoryCache(
                configuration: memory,
                weigher: { key, rows in key.byteCount + rows.byteCount },
                clock: clock
            )
        } catch {
            throw DatabaseError(.invalidConfiguration, error.message, underlying: error)
        }
    }

    var now: ContinuousClock.Instant { readClock() }
}
