// SPDX-License-Identifier: Apache-2.0

/// A text that is not to be seen: printing, dumping or reflecting it shows ``Redaction/marker``.
public struct Secret: Hashable, Sendable {
    /// The secret itself, read only where it is used.
    public let value: String

    /// Keeps a text secret.
    public init(_ value: String) {
        self.value = value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The marker, whatever the secret.
    public var description: String { Redaction.marker }

    /// The marker, whatever the secret.
    public var debugDescription: String { Redaction.marker }

    /// Nothing: a mirror would give ``value`` away to `dump` and to test frameworks.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
