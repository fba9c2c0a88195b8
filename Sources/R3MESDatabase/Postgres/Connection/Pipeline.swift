// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// What was sent and not answered yet, in its order: which answer is whose.
///
/// Statements between two synchronisation points are a segment: one implicit transaction, in which the first failure
/// makes the server skip the rest. So statements of strangers share a segment only if they are repeatable.
struct Pipeline {
    /// One thing that the server answers.
    enum Step {
        /// The preparation of the statement that follows.
        case prepare(Statement)
        case statement(QueuedStatement)
        /// A statement of the connection's own, whose failure means that the connection is of no use.
        case setup
        /// A statement of the connection's own, whose failure means nothing.
        case housekeeping
        case synchronization
    }

    private(set) var steps = Deque<Step>()
    /// How many statements the segment has that is not closed yet.
    private(set) var openStatements = 0
    /// How many segments are closed but not answered to their end.
    private(set) var segments = 0
    /// How many statements of callers are under way.
    private(set) var statements = 0
    /// Whether the head has had its answer; what ends it comes next.
    private(set) var isHeadAnswered = false
    /// Grows with each step that is done: while it stays, the server is busy with the same step.
    private(set) var progress: UInt64 = 0

    var isEmpty: Bool { steps.isEmpty }

    var head: Step? { steps.first }

    /// The statement that the server is busy with, if it is a caller's.
    var statementAtHead: QueuedStatement? {
        switch steps.first {
        case .statement(let statement):
            isHeadAnswered ? nil : statement
        case .prepare:
            // The statement that is being prepared stands right behind.
            if steps.count > 1, case .statement(let statement) = steps[1] { statement } else { nil }
        default:
            nil
        }
    }

    /// Something was sent.
    mutating func append(_ step: Step) {
        switch step {
        case .synchronization:
            openStatements = 0
            segments += 1
        case .statement:
            openStatements += 1
            statements += 1
        case .prepare, .setup, .housekeeping:
            openStatements += 1
        }
        steps.append(step)
    }

    /// The head got its answer.
    mutating func answerHead() {
        isHeadAnswered = true
    }

    /// The head is done with: nothing more comes for it.
    mutating func removeHead() {
        isHeadAnswered = false
        progress += 1
        switch steps.popFirst() {
        case .synchronization: segments -= 1
        case .statement: statements -= 1
        default: break
        }
    }

    /// Everything under way, when the connection is gone.
    mutating func removeAll() -> [QueuedStatement] {
        let left = isHeadAnswered ? steps.dropFirst() : steps[...]
        let statements = left.compactMap { step in
            if case .statement(let statement) = step { statement } else { nil }
        }
        self = Pipeline()
        return statements
    }

    /// The statements under way, the head among them.
    var statementsUnderWay: some Sequence<QueuedStatement> {
        steps.lazy.compactMap { step in
            if case .statement(let statement) = step { statement } else { nil }
        }
    }

    /// Whether all that the server has yet to do after the head may be undone: it is done again, or nobody waits for it.
    var isDispensableBehindHead: Bool {
        statementsUnderWay.dropFirst().allSatisfy { $0.request.isRepeatable || $0.request.isAnswered }
    }
}
