// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The statements that a database has seen lately, by their shapes.
///
/// Bounded without a list of uses: when the young generation is full it becomes the old one, and what is used again
/// moves back. So a program that makes ever new texts costs memory for two generations, and what is in use stays.
final class StatementCatalog: Sendable {
    private struct Generations {
        var young: [SQLShape: Statement] = [:]
        var old: [SQLShape: Statement] = [:]
    }

    private let generations = Mutex(Generations())
    private let generationSize: Int
    private let dialect: SQLDialect

    init(dialect: SQLDialect, generationSize: Int = 2048) {
        self.dialect = dialect
        self.generationSize = generationSize
    }

    /// The statement of that shape, made if it is new.
    func statement(for sql: SQL) throws(DatabaseError) -> Statement {
        let shape = SQLShape(sql)
        let known = generations.withLock { generations -> (statement: Statement, isYoung: Bool)? in
            if let statement = generations.young[shape] {
                return (statement, true)
            }
            return generations.old[shape].map { ($0, false) }
        }
        if let known, known.isYoung {
            return known.statement
        }
        let statement: Statement
        if let known {
            statement = known.statement
        } else {
            statement = try Statement(sql, dialect: dialect)
        }
        let key = shape.withoutValues
        return generations.withLock { generations in
            // Another task may have been first; all must agree on one.
            if let first = generations.young[key] {
                return first
            }
            if generations.young.count >= generationSize {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[key] = statement
            return statement
        }
    }
}
