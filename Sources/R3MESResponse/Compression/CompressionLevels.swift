// SPDX-License-Identifier: Apache-2.0

/// How hard to pack, by how busy the process is: hard when there is time, fast when there is none.
public struct CompressionLevels: Hashable, Sendable {
    /// The level of a process that has nothing else to do.
    public var idle: Int
    /// The level of a process that is fully busy.
    public var busy: Int

    /// Makes a range of levels, in the numbers of the library: zstd 1…19, brotli 0…11, zlib 1…9.
    public init(idle: Int, busy: Int) {
        self.idle = idle
        self.busy = busy
    }

    /// The level at a load: ``idle`` up to half, and from there evenly towards ``busy``.
    ///
    /// - Parameter load: From 0, idle, to 1, fully busy.
    public func level(at load: Double) -> Int {
        guard load > 0.5 else { return idle }
        let share = min((load - 0.5) * 2, 1)
        return idle + Int((Double(busy - idle) * share).rounded())
    }
}
