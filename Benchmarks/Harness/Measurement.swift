// SPDX-License-Identifier: Apache-2.0

/// What one contestant found out in one round.
package struct Measurement: Codable, Sendable {
    /// The figure that is compared.
    package var value: Double
    /// Whatever else the round found out, by name.
    package var notes: [String: Double]?
    /// The single observations, where the distribution is what counts.
    package var samples: [Double]?

    package init(value: Double, notes: [String: Double]? = nil, samples: [Double]? = nil) {
        self.value = value
        self.notes = notes
        self.samples = samples
    }
}

extension Duration {
    /// The duration in nanoseconds.
    package var nanoseconds: Double {
        Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9
    }

    package var milliseconds: Double { nanoseconds * 1e-6 }

    package var seconds: Double { nanoseconds * 1e-9 }
}
