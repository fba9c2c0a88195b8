// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog {
    /// Every metric of the libraries of this package.
    public static let r3mes = MetricCatalog([
        .limiters, .rateLimiter, .workerPool, .singleFlight, .timeouts, .network, .cache, .connectionPool, .batching,
        .memory, .runtime, .process, .telemetry,
    ])
}
