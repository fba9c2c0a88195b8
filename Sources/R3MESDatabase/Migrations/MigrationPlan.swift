// SPDX-License-Identifier: Apache-2.0

/// What is left to do, judged by what a database has recorded.
enum MigrationPlan {
    /// A recorded step.
    struct Record: Equatable {
        let id: String
        let checksum: String
    }

    /// How many of the steps are there already.
    ///
    /// - Throws: ``DatabaseError/Code/schemaMismatch`` if the records are not the beginning of the steps.
    static func applied(_ records: [Record], of steps: [Record]) throws(DatabaseError) -> Int {
        for (position, record) in records.enumerated() {
            guard position < steps.count else {
                throw DatabaseError(
                    .schemaMismatch,
                    "the database has the migration \(record.id), which this program does not know: it is older than the database"
                )
            }
            let step = steps[position]
            guard step.id == record.id else {
                throw DatabaseError(
                    .schemaMismatch,
                    "migration \(position + 1) of the database is \(record.id), of this program \(step.id)"
                )
            }
            guard step.checksum == record.checksum else {
                throw DatabaseError(
                    .schemaMismatch,
                    "the migration \(step.id) was changed after the database had it; restore it and add a new one"
                )
            }
        }
        return records.count
    }
}
