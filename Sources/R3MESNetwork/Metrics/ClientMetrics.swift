// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOCore
import Synchronization

/// The metric handles of one client, made once, and the same counts for ``ResilientClient/statistics``.
///
/// Labels are names, cases and status classes: never a URL or a host, of which there may be any number.
final class ClientMetrics: Sendable {
    private enum Ending: String, CaseIterable {
        case answered, stale, failed, cancelled
    }

    private let tries: [TryKind: [String: Counter]]
    private let calls: [Ending: Counter]
    private let stops: [RetryPolicy.Stop: Counter]
    private let breakerChanges: [CircuitBreaker.State: Counter]
    private let tryDuration: CoreMetrics.Timer
    private let triesPerCall: Recorder
    private let receivedBytes: Counter
    private let wastedBytes: Counter
    private let ejections: Counter
    private let hedgesWon: Counter
    private let counts = Mutex(ClientCounts())

    init(name: String) {
        let client = [("client", name)]
        func label(_ suffix: String) -> String { "r3mes_network_\(suffix)" }
        func counters<Key: Hashable & RawRepresentable<String> & CaseIterable>(
            _ suffix: String,
            by dimension: String
        ) -> [Key: Counter] {
            Dictionary(
                uniqueKeysWithValues: Key.allCases.map {
                    ($0, Counter(label: label(suffix), dimensions: client + [(dimension, $0.rawValue)]))
                }
            )
        }
        tries = Dictionary(
            uniqueKeysWithValues: TryKind.allCases.map { kind in
                let counters = TryResult.labels.map { outcome in
                    let dimensions = client + [("kind", kind.rawValue), ("outcome", outcome)]
                    return (outcome, Counter(label: label("tries_total"), dimensions: dimensions))
                }
                return (kind, Dictionary(uniqueKeysWithValues: counters))
            }
        )
        calls = counters("calls_total", by: "outcome")
        stops = counters("retry_stops_total", by: "reason")
        breakerChanges = counters("breaker_changes_total", by: "state")
        tryDuration = CoreMetrics.Timer(label: label("try_seconds"), dimensions: client)
        triesPerCall = Recorder(label: label("tries_per_call"), dimensions: client)
        receivedBytes = Counter(label: label("received_bytes_total"), dimensions: client)
        wastedBytes = Counter(label: label("wasted_bytes_total"), dimensions: client)
        ejections = Counter(label: label("ejections_total"), dimensions: client)
        hedgesWon = Counter(label: label("hedges_won_total"), dimensions: client)
    }

    var snapshot: ClientCounts { counts.withLock { $0 } }

    func endTry(_ kind: TryKind, _ result: TryResult, _ duration: Duration) {
        tries[kind]?[result.label]?.increment()
        tryDuration.recordNanoseconds(duration.wholeNanoseconds)
        counts.withLock { counts in
            counts.tries += 1
            switch kind {
            case .first: break
            case .retry: counts.retries += 1
            case .hedge: counts.hedges += 1
            }
        }
    }

    func hedgeWon() {
        hedgesWon.increment()
        counts.withLock { $0.hedgesWon += 1 }
    }

    func stop(_ reason: RetryPolicy.Stop) {
        stops[reason]?.increment()
    }

    func breakerChanged(to state: CircuitBreaker.State) {
        breakerChanges[state]?.increment()
    }

    func eject() {
        ejections.increment()
    }

    func end(_ call: Call, _ result: TryResult) {
        let ending: Ending
        var useful = 0
        switch result.outcome {
        case .success(let response) where response.source == .server:
            ending = .answered
            useful = response.body.readableBytes
        case .success:
            ending = .stale
        case .failure(let error):
            ending = error.code == .cancelled ? .cancelled : .failed
        }
        let received = call.bytesReceived
        let wasted = max(received - useful, 0)
        calls[ending]?.increment()
        triesPerCall.record(call.tries)
        receivedBytes.increment(by: received)
        if wasted > 0 {
            wastedBytes.increment(by: wasted)
        }
        counts.withLock { counts in
            counts.calls += 1
            counts.failedCalls += ending == .failed ? 1 : 0
            counts.staleAnswers += ending == .stale ? 1 : 0
            counts.bytesReceived += received
            counts.bytesWasted += wasted
        }
    }
}

/// What one client has done, in plain numbers.
struct ClientCounts: Hashable, Sendable {
    var calls = 0
    var failedCalls = 0
    var staleAnswers = 0
    var tries = 0
    var retries = 0
    var hedges = 0
    var hedgesWon = 0
    var bytesReceived = 0
    var bytesWasted = 0
}
