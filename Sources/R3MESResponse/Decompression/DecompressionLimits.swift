// SPDX-License-Identifier: Apache-2.0

/// How far a request's body may grow when it is unpacked: a small body can hold a very large one.
public struct DecompressionLimits: Hashable, Sendable {
    /// The most bytes that a body may have when unpacked.
    ///
    /// The default is 64 MiB.
    public var maximumSize = 64 << 20
    /// How many times larger than the packed body the unpacked one may be.
    ///
    /// The default is 100: data of the best kind for packing, such as logs, reaches 30.
    public var maximumRatio = 100
    /// Up to so many bytes the ratio doesn't count.
    ///
    /// The default is 64 KiB.
    public var freeSize = 64 << 10

    /// Makes limits of defaults.
    public init() {}

    /// The most bytes that may come out of so many.
    func allowance(for packed: Int) -> Int {
        let (product, isTooLarge) = packed.multipliedReportingOverflow(by: max(maximumRatio, 1))
        return min(maximumSize, max(freeSize, isTooLarge ? .max : product))
    }
}
