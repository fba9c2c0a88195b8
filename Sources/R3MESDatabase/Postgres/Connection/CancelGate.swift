// SPDX-License-Identifier: Apache-2.0

/// When a server-side cancellation may go out, and how long everything waits for it.
///
/// A cancellation names a connection, not a statement: it hits whatever the server does when it arrives. So it goes out
/// only for the statement that the server is busy with, and from then on nothing is sent until it is known to be
/// through and all that was under way is answered. What it hit by mistake can only be something sent before, which is
/// known, and is run again.
///
/// A server that has not read the statement yet when the cancellation arrives takes no notice of it, so the request is made
/// again, at growing intervals, as long as that statement is still the one that it is busy with.
///
/// A cancellation costs a connection to the server and there a process, so a short while is given to the statement to
/// end by itself.
struct CancelGate {
    /// How long a statement may be at the head, unwanted, before it is cancelled.
    private let grace: Duration
    /// How long a request for cancellation may take before the connection is given up.
    private let timeout: Duration
    /// A server at work on a cancelled statement needs a while to notice.
    private static let shortestPause = Duration.milliseconds(10)

    private enum Phase {
        case idle
        /// Somebody left. If the progress is then still the same, the head has not moved.
        case watching(until: ContinuousClock.Instant, progress: UInt64)
        /// The request is under way, by a thread of its own.
        case requesting(until: ContinuousClock.Instant, Repetition)
        /// The request is through; the answers to what was under way are awaited.
        case settling(until: ContinuousClock.Instant, next: ContinuousClock.Instant, Repetition)
    }

    /// How a request that had no effect is made again.
    private struct Repetition {
        /// How long the server is given to act.
        var pause: Duration
        /// Until when all requests together must have had their effect; nil before the first is through.
        var end: ContinuousClock.Instant?
        /// Where the head was when it was cancelled.
        var progress: UInt64
    }

    enum Action: Equatable {
        case none
        case requestCancellation
        /// The server does not obey: the connection is of no use.
        case abandonConnection
    }

    private var phase = Phase.idle

    init(grace: Duration, timeout: Duration) {
        self.grace = grace
        self.timeout = timeout
    }

    /// Whether nothing may be sent.
    var isShut: Bool {
        switch phase {
        case .idle, .watching: false
        case .requesting, .settling: true
        }
    }

    /// Whether a cancellation may soon be due, which what cannot be run again would keep from going out.
    var isWatching: Bool {
        if case .watching = phase { true } else { false }
    }

    /// When ``check(now:progress:isHeadUnwanted:hasUnwanted:mayCancel:)`` has something to decide; nil for never.
    var nextCheck: ContinuousClock.Instant? {
        switch phase {
        case .idle: nil
        case .watching(let until, _), .requesting(let until, _): until
        case .settling(let until, let next, _): min(until, next)
        }
    }

    /// A statement under way is no longer wanted.
    mutating func watch(now: ContinuousClock.Instant, progress: UInt64) {
        if case .idle = phase {
            phase = .watching(until: now.advanced(by: grace), progress: progress)
        }
    }

    /// The time of ``nextCheck`` has come.
    mutating func check(
        now: ContinuousClock.Instant,
        progress: UInt64,
        isHeadUnwanted: Bool,
        hasUnwanted: Bool,
        mayCancel: Bool
    ) -> Action {
        switch phase {
        case .watching(let until, let progressThen) where now >= until:
            guard hasUnwanted else {
                phase = .idle
                return .none
            }
            guard isHeadUnwanted, progress == progressThen, mayCancel else {
                phase = .watching(until: now.advanced(by: grace), progress: progress)
                return .none
            }
            let repetition = Repetition(pause: max(grace, Self.shortestPause), progress: progress)
            phase = .requesting(until: now.advanced(by: timeout), repetition)
            return .requestCancellation
        case .requesting(let until, _) where now >= until, .settling(let until, _, _) where now >= until:
            return .abandonConnection
        case .settling(let until, let next, var repetition) where now >= next:
            repetition.pause *= 2
            guard isHeadUnwanted, progress == repetition.progress, mayCancel else {
                phase = .settling(until: until, next: now.advanced(by: repetition.pause), repetition)
                return .none
            }
            phase = .requesting(until: now.advanced(by: timeout), repetition)
            return .requestCancellation
        default:
            return .none
        }
    }

    /// The request for cancellation is through, or could not be made.
    mutating func requestEnded(succeeded: Bool, now: ContinuousClock.Instant, progress: UInt64) {
        guard case .requesting(_, var repetition) = phase else {
            return
        }
        if succeeded {
            let end = repetition.end ?? now.advanced(by: timeout)
            repetition.end = end
            phase = .settling(until: end, next: now.advanced(by: repetition.pause), repetition)
        } else {
            // It never reached the server. Whatever kept it from there is given time.
            phase = .watching(until: now.advanced(by: max(grace, .seconds(1))), progress: progress)
        }
    }

    /// Everything that was under way is answered.
    mutating func pipelineDrained() {
        if case .settling = phase {
            phase = .idle
        }
    }
}
