// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Several servers that give the same answers: load is spread over them, and those that fail are left out for a while.
///
/// Ejection is passive: it looks at what real calls report, as in Envoy's outlier detection. If all are ejected or
/// avoided, all are used, for a bad answer is better than a refusal. Picking is one short locked section, linear in the
/// number of endpoints.
public final class EndpointSet: Sendable {
    /// The base URLs, in the order given, without a slash at the end.
    public let endpoints: [String]

    let origins: [Origin]
    private let state: Mutex<State>
    private let timeline: Timeline

    /// Makes a set in which all endpoints are in.
    ///
    /// - Parameters:
    ///   - endpoints: Base URLs such as `https://a.example:8443/api`, to which a request's path is appended.
    ///   - configuration: When to eject.
    /// - Throws: ``NetworkError`` with ``NetworkError/Code/invalidConfiguration``.
    public convenience init(
        _ endpoints: [String],
        configuration: Configuration = Configuration()
    ) throws(NetworkError) {
        try self.init(endpoints, configuration: configuration, timeline: .system)
    }

    init(_ endpoints: [String], configuration: Configuration, timeline: Timeline) throws(NetworkError) {
        var problems = configuration.problems
        if !(1...1_000).contains(endpoints.count) {
            problems.append("endpoints: there must be 1 to 1,000")
        }
        let origins = endpoints.compactMap { Origin(of: $0) }
        if origins.count != endpoints.count || endpoints.contains(where: { $0.contains("?") || $0.contains("#") }) {
            problems.append("endpoints: each must be an absolute http or https URL without query and fragment")
        }
        try NetworkError.check(problems)
        self.endpoints = endpoints.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.origins = origins
        self.timeline = timeline
        state = Mutex(State(count: endpoints.count, configuration: configuration))
    }

    /// The endpoints that are left out at this moment.
    public var ejected: [String] {
        let now = timeline.now()
        return state.withLock { $0.ejected(at: now) }.map { endpoints[$0] }
    }

    /// Requests in flight, by endpoint.
    var inFlight: [Int] { state.withLock { $0.endpoints.map(\.inFlight) } }

    func pick(avoiding avoided: Set<Int>) -> Int? {
        let now = timeline.now()
        var generator = SystemRandomNumberGenerator()
        return state.withLock { $0.pick(avoiding: avoided, now: now, using: &generator) }
    }

    /// True if this outcome ejected the endpoint.
    func end(_ index: Int, failed: Bool?) -> Bool {
        let now = timeline.now()
        return state.withLock { $0.end(index, failed: failed, now: now) }
    }
}
