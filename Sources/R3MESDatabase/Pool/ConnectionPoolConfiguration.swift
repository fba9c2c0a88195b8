// SPDX-License-Identifier: Apache-2.0

/// The settings of a ``ConnectionPool``, whatever it pools.
public struct ConnectionPoolConfiguration: Sendable {
    /// How many connections are kept even when nobody needs them.
    ///
    /// The default is 1.
    public var minimum: Int
    /// The most connections that exist at once, those that are being opened and closed included.
    ///
    /// The default is 10. More connections than the server has processors and disks to serve them make it slower.
    public var maximum: Int
    /// How long a caller waits for a connection, unless it says otherwise.
    ///
    /// The default is 5 s.
    public var acquireTimeout: Duration
    /// The most callers that wait for a lease to end; further ones are refused with
    /// ``DatabaseError/Code/poolExhausted``.
    ///
    /// Those for whom a connection is being opened do not count. The default is 10,000.
    public var maximumWaiting: Int
    /// The pool's name in metrics and in the log; few and fixed.
    ///
    /// The default is "default".
    public var name: String
    /// The settings that seldom need a change.
    public var options = Options()

    /// Makes a configuration.
    public init(
        minimum: Int = 1,
        maximum: Int = 10,
        acquireTimeout: Duration = .seconds(5),
        maximumWaiting: Int = 10_000,
        name: String = "default"
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.acquireTimeout = acquireTimeout
        self.maximumWaiting = maximumWaiting
        self.name = name
    }

    /// No duration is longer: a hundred years, short of any overflow.
    static let longest = Duration.seconds(100 * 365 * 86_400)

    func validate() throws(DatabaseError) {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) {
            if !condition {
                problems.append(problem)
            }
        }
        func requirePositive(_ duration: Duration?, _ name: String) {
            if let duration {
                require(duration > .zero, "\(name) must be positive, is \(duration)")
                require(duration <= Self.longest, "\(name) must be at most a hundred years, is \(duration)")
            }
        }
        require(minimum >= 0, "minimum must not be negative, is \(minimum)")
        require((1...100_000).contains(maximum), "maximum must be 1 to 100,000, is \(maximum)")
        require(maximum >= minimum, "maximum must not be below minimum, is \(maximum)")
        require(
            (0...1_000_000_000).contains(maximumWaiting),
            "maximumWaiting must be 0 to 1,000,000,000, is \(maximumWaiting)"
        )
        requirePositive(acquireTimeout, "acquireTimeout")
        requirePositive(options.openTimeout, "openTimeout")
        requirePositive(options.maintenanceTimeout, "maintenanceTimeout")
        requirePositive(options.drainTimeout, "drainTimeout")
        requirePositive(options.validateAfterIdle, "validateAfterIdle")
        requirePositive(options.keepAliveInterval, "keepAliveInterval")
        requirePositive(options.idleTimeout, "idleTimeout")
        requirePositive(options.maximumLifetime, "maximumLifetime")
        require((0...1).contains(options.lifetimeJitter), "lifetimeJitter must be 0 to 1, is \(options.lifetimeJitter)")
        requirePositive(options.reconnection.base, "reconnection.base")
        requirePositive(options.reconnection.maximum, "reconnection.maximum")
        requirePositive(options.leakThreshold, "leakThreshold")
        if let sizing = options.sizing {
            requirePositive(sizing.interval, "sizing.interval")
            requirePositive(sizing.targetWait, "sizing.targetWait")
            require(sizing.highLoad > 0, "sizing.highLoad must be positive, is \(sizing.highLoad)")
        }
        guard problems.isEmpty else {
            throw DatabaseError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}

extension ConnectionPool {
    /// The settings of a pool.
    public typealias Configuration = ConnectionPoolConfiguration
}
