// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOCore

/// The metric handles of one client, made once.
struct RedisMetrics: Sendable {
    private static let codes: [CacheError.Code] = [
        .unavailable, .connectionLost, .authenticationFailed, .queueFull, .deadlineExceeded, .closed, .serverError,
        .protocolViolation,
    ]

    let connects: Counter
    let losses: Counter
    let connectFailures: Counter
    private let commandTime: CoreMetrics.Timer
    private let errors: [CacheError.Code: Counter]

    init(name: String) {
        let dimensions = [("name", name)]
        connects = Counter(label: "r3mes_redis_connects_total", dimensions: dimensions)
        losses = Counter(label: "r3mes_redis_connections_lost_total", dimensions: dimensions)
        connectFailures = Counter(label: "r3mes_redis_connect_failures_total", dimensions: dimensions)
        commandTime = CoreMetrics.Timer(label: "r3mes_redis_command_seconds", dimensions: dimensions)
        errors = Dictionary(
            uniqueKeysWithValues: Self.codes.map { code in
                let dimensions = dimensions + [("code", code.description)]
                return (code, Counter(label: "r3mes_redis_errors_total", dimensions: dimensions))
            }
        )
    }

    func succeed(since start: NIODeadline) {
        commandTime.recordNanoseconds((NIODeadline.now() - start).nanoseconds)
    }

    func fail(_ error: any Error) {
        if let code = (error as? CacheError)?.code {
            errors[code]?.increment()
        }
    }
}
