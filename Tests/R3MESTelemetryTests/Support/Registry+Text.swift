// SPDX-License-Identifier: Apache-2.0

import R3MESTelemetry

extension MetricsRegistry {
    func text(_ format: ExpositionFormat = .prometheusText) -> String {
        String(decoding: exposition(in: format), as: UTF8.self)
    }

    /// The lines of one metric's samples.
    func lines(_ name: String, _ format: ExpositionFormat = .prometheusText) -> [String] {
        text(format).split(separator: "\n").filter { $0.hasPrefix(name) }.map(String.init)
    }
}

extension MetricsRegistry.Configuration {
    /// Without what changes by itself.
    static var quiet: Self {
        var configuration = Self()
        configuration.collectors = []
        return configuration
    }
}
