// SPDX-License-Identifier: Apache-2.0

/// What a miner reports of itself.
public struct MinerStats: Hashable, Sendable {
    /// Hashes per second, finite and not negative.
    public let hashrate: Double

    /// Degrees Celsius, from -50 to 150.
    public let gpuTemperature: Double

    /// Blocks found since the miner started.
    public let blocksFound: Int64

    /// How long the miner has been running.
    public let uptime: Duration

    /// The temperatures that a sensor can mean, in degrees Celsius.
    public static let temperatures = -50.0...150.0

    /// Makes a report.
    ///
    /// - Throws: `invalidFields` with every field that is out of its range, under the names of the API.
    public init(hashrate: Double, gpuTemperature: Double, blocksFound: Int64, uptime: Duration) throws(ServiceError) {
        var faults: [ServiceError.FieldError] = []
        func check(_ field: String, _ isRight: Bool, _ rule: String) {
            if !isRight { faults.append(.init(field: field, reason: rule)) }
        }
        check("hashrate", hashrate.isFinite && hashrate >= 0, "must be a finite number of at least 0")
        // No range contains a number that is not a number.
        check("gpu_temperature", Self.temperatures.contains(gpuTemperature), "must lie between -50 and 150 °C")
        check("blocks_found", blocksFound >= 0, "must be at least 0")
        check("uptime", uptime >= .zero, "must be at least 0 seconds")
        guard faults.isEmpty else { throw ServiceError(.invalidFields, fieldErrors: faults) }
        self.hashrate = hashrate
        self.gpuTemperature = gpuTemperature
        self.blocksFound = blocksFound
        self.uptime = uptime
    }
}
