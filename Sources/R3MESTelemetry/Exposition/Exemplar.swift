// SPDX-License-Identifier: Apache-2.0

/// Whose request an observation belongs to, so that from a slow bucket one finds a request that was in it.
///
/// Set it around the work of a request, and timers that meet a slow value, and counters that keep exemplars, remember it:
///
/// ```swift
/// await ExemplarLabels.$current.withValue(ExemplarLabels(traceID: trace, requestID: request)) {
///     await respond()
/// }
/// ```
public struct ExemplarLabels: Hashable, Sendable {
    /// The request that the current task works for.
    @TaskLocal public static var current: ExemplarLabels?

    /// Published as `trace_id`.
    public var traceID: String?
    /// Published as `request_id`.
    public var requestID: String?

    /// Makes labels; OpenMetrics allows 128 characters in all, longer ones are not published.
    public init(traceID: String? = nil, requestID: String? = nil) {
        self.traceID = traceID
        self.requestID = requestID
    }

    /// Names and values, or nothing if there are none or too many.
    var published: [(name: String, value: String)] {
        let labels = [("trace_id", traceID), ("request_id", requestID)].compactMap { name, value in
            value.map { (name: name, value: $0) }
        }
        let length = labels.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
        return length <= 128 ? labels : []
    }
}

/// One observation that stands for many.
public struct Exemplar: Hashable, Sendable {
    /// Whose it was.
    public var labels: ExemplarLabels
    /// What was observed, in the metric's unit.
    public var value: Double
    /// When, in seconds since 1970.
    public var timestamp: Double

    /// Makes an exemplar.
    public init(labels: ExemplarLabels, value: Double, timestamp: Double) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }
}
