// SPDX-License-Identifier: Apache-2.0

extension DatabaseError {
    /// What a server said about an error.
    ///
    /// It may hold keys and values of rows: for logs only.
    public struct Diagnostics: Sendable, Hashable {
        /// The error code of the SQL standard and of PostgreSQL's appendix A.
        public var sqlState: String
        /// The server's message.
        public var message: String
        /// More about it.
        public var detail: String?
        /// What may help.
        public var hint: String?
        /// The table concerned.
        public var table: String?
        /// The column concerned.
        public var column: String?
        /// The constraint that was violated.
        public var constraint: String?
        /// Where in the statement's text the error was found, in characters from 1.
        public var position: Int?
        /// The function of the server's source that raised the error.
        public var routine: String?

        /// Makes a diagnosis.
        public init(sqlState: String, message: String) {
            self.sqlState = sqlState
            self.message = message
        }
    }
}
