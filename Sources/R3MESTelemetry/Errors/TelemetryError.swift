// SPDX-License-Identifier: Apache-2.0

/// An error that this library itself raises.
///
/// Recording never raises one: what can't be recorded is counted instead (see ``MetricsRegistry``).
public struct TelemetryError: Error, Sendable {
    /// The kind of a ``TelemetryError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }

    /// What went wrong, for a program to switch on.
    public let code: Code
    /// What went wrong, for a person to read.
    public let message: String
    /// The file that raised the error.
    public let file: String
    /// The line that raised the error.
    public let line: Int

    /// Makes an error that points at the line which makes it.
    public init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }
}

extension TelemetryError: CustomStringConvertible {
    /// The code and the message.
    public var description: String {
        "\(code): \(message)"
    }
}
