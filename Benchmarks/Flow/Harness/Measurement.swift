// SPDX-License-Identifier: Apache-2.0

/// What one contestant found out in one round.
struct Measurement: Codable, Sendable {
    /// The figure that is compared.
    var value: Double
    /// Whatever else the round found out, by name.
    var notes: [String: Double]?
    /// The single observations, where the distribution is what counts.
    var samples: [Double]?
}

extension Duration {
    /// The duration in nanoseconds.
    var nanoseconds: Double {
        Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9
    }

    var milliseconds: Double { nanoseconds * 1e-6 }

    var seconds: Double { nanoseconds * 1e-9 }
}
