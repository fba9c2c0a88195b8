// SPDX-License-Identifier: Apache-2.0

/// How a statement is run.
public struct StatementOptions: Sendable {
    /// How long the statement may take, waiting included.
    ///
    /// The default is nil: as long as the database's configuration allows.
    public var timeout: Duration?
    /// What the statement is called by observers; few and fixed, never made of input.
    ///
    /// The default is nil: its text tells.
    public var name: String?

    /// Makes options.
    public init(timeout: Duration? = nil, name: String? = nil) {
        self.timeout = timeout
        self.name = name
    }
}
