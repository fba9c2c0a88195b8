// SPDX-License-Identifier: Apache-2.0

/// Something outside of what is tested went wrong, or it did not do what a harness needs.
public struct HarnessError: Error, CustomStringConvertible {
    /// What went wrong, as a sentence.
    public let description: String

    /// What went wrong, as a sentence.
    public init(_ description: String) {
        self.description = description
    }
}
