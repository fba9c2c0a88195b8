// SPDX-License-Identifier: Apache-2.0

/// The figures of one moment from which a pressure level is judged.
public struct MemoryPressureReading: Hashable, Sendable {
    /// The used part of the memory that the process may use, 0 to 1; nil when no limit is known.
    public var utilisation: Double?
    /// The share of time in which some task waited for memory, 0 to 1 (PSI `some`, 10 s average).
    public var someStalled: Double?
    /// The share of time in which all tasks waited for memory, 0 to 1 (PSI `full`, 10 s average).
    public var allStalled: Double?
    /// How often the kernel held the control group back at its limit since it was made.
    public var limitHits: Int?

    /// Makes a reading; what is not known is nil.
    public init(
        utilisation: Double? = nil,
        someStalled: Double? = nil,
        allStalled: Double? = nil,
        limitHits: Int? = nil
    ) {
        self.utilisation = utilisation
        self.someStalled = someStalled
        self.allStalled = allStalled
        self.limitHits = limitHits
    }
}
