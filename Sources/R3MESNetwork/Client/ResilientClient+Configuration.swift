// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import NIOSSL

extension ResilientClient {
    /// The settings of a ``ResilientClient``; what is optional and nil is off.
    public struct Configuration: Sendable {
        /// The client's name in metrics and log lines; few and fixed.
        ///
        /// The default is "default".
        public var name = "default"
        /// How long things may take.
        public var timeouts = Timeouts()
        /// The largest response body that is accepted, in bytes.
        ///
        /// The default is 8 MiB.
        public var maximumResponseBytes = 8 << 20
        /// What is tried again.
        ///
        /// The default is three retries.
        public var retry = RetryPolicy()
        /// The limit on retries and hedges together.
        ///
        /// The default is one for ten calls.
        public var retryBudget = RetryBudget.Configuration()
        /// The breaker of each host.
        ///
        /// On by default.
        public var circuitBreaker: CircuitBreaker.Configuration? = CircuitBreaker.Configuration()
        /// Second copies of slow requests.
        ///
        /// Off by default.
        public var hedging: HedgingPolicy?
        /// Calls in flight and waiting at one host.
        public var bulkhead = Bulkhead()
        /// Older answers for when a host is down.
        ///
        /// Off by default.
        public var staleIfError: StaleIfErrorPolicy?
        /// Certificates and trust.
        ///
        /// Nil, the default: the system's. A client given from outside has its own.
        public var tls: TLSConfiguration?
        /// What few need to change.
        public var options = Options()

        /// Makes the default configuration.
        public init() {}
    }

    /// How long the parts of a call may take.
    public struct Timeouts: Hashable, Sendable {
        /// Until a connection stands, TLS included.
        ///
        /// The default is 2 s. A client given from outside has its own.
        public var connect: Duration
        /// Until the next byte of an answer.
        ///
        /// The default is 5 s. A client given from outside has its own.
        public var read: Duration
        /// One try as a whole, body included.
        ///
        /// Nil, the default: as long as the call has left.
        public var perTry: Duration?
        /// The call as a whole, with all retries and waits.
        ///
        /// The default is 10 s; the caller's `Deadline` counts where it is earlier.
        public var total: Duration

        /// Makes a set of timeouts.
        public init(
            connect: Duration = .seconds(2),
            read: Duration = .seconds(5),
            perTry: Duration? = nil,
            total: Duration = .seconds(10)
        ) {
            self.connect = connect
            self.read = read
            self.perTry = perTry
            self.total = total
        }
    }

    /// How much of the client one host may take up.
    public struct Bulkhead: Hashable, Sendable {
        /// Requests in flight at one host, which is also the number of HTTP/1.1 connections to it.
        ///
        /// The default is 64.
        public var maximumInFlight: Int
        /// Requests that wait for that; further ones are refused.
        ///
        /// The default is 256.
        public var maximumWaiting: Int

        /// Makes a bulkhead.
        public init(maximumInFlight: Int = 64, maximumWaiting: Int = 256) {
            self.maximumInFlight = maximumInFlight
            self.maximumWaiting = maximumWaiting
        }
    }

    /// What few need to change.
    public struct Options: Hashable, Sendable {
        /// How many hosts the client keeps breakers and bulkheads for.
        ///
        /// The default is 1,024.
        public var maximumHosts = 1_024
        /// How long an unused connection stays open.
        ///
        /// The default is 60 s.
        public var idleConnection = Duration.seconds(60)
        /// How long calls in flight may go on after the shutdown has begun.
        ///
        /// The default is 10 s.
        public var drain = Duration.seconds(10)
        /// A request field that tells the server how many milliseconds are left, so that it does not work for a caller
        /// who has gone.
        ///
        /// Nil by default.
        public var deadlineField: String?

        /// Makes the default options.
        public init() {}
    }
}

extension ResilientClient.Configuration {
    var problems: [String] {
        var problems = retryBudget.problems + retry.problems
        problems += (circuitBreaker?.problems ?? []) + (hedging?.problems ?? []) + (staleIfError?.problems ?? [])
        let day = Duration.seconds(86_400)
        let times = [timeouts.connect, timeouts.read, timeouts.total, timeouts.perTry ?? timeouts.total]
        if times.contains(where: { $0 <= .zero || $0 > day }) {
            problems.append("timeouts: each must be above zero and at most one day")
        }
        if options.idleConnection <= .zero || options.idleConnection > day || options.drain > day {
            problems.append("options: idleConnection and drain must be at most one day, idleConnection above zero")
        }
        if maximumResponseBytes < 0 {
            problems.append("maximumResponseBytes must not be negative")
        }
        if bulkhead.maximumInFlight < 1 || bulkhead.maximumWaiting < 0 {
            problems.append("bulkhead: maximumInFlight must be at least 1, maximumWaiting at least 0")
        }
        if let field = options.deadlineField, HTTPField.Name(field) == nil {
            problems.append("options: deadlineField is not the name of a header field")
        }
        if options.maximumHosts < 1 {
            problems.append("options: maximumHosts must be at least 1")
        }
        return problems
    }
}
