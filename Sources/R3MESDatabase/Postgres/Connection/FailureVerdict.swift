// SPDX-License-Identifier: Apache-2.0

/// What becomes of a statement that the server failed.
enum FailureVerdict: Equatable {
    /// The caller gets the error.
    case deliver
    /// It was undone without a fault of its own: it runs again, in a segment of its own.
    case runAlone
    /// The server lost or outdated what was prepared: it is prepared anew. Nothing ran, for this shows when values are
    /// bound.
    case prepareAnew
    /// The server could not infer the parameters' types: it is prepared anew, with types declared.
    case declareTypes

    /// What is known of the statement besides its error.
    struct Circumstances {
        /// It may be run again.
        var isRepeatable: Bool
        /// Somebody else's cancellation may have hit it.
        var isCancelling: Bool
        /// It failed while it was being prepared.
        var isPreparing: Bool
        /// It was prepared before, by this connection.
        var isPrepared: Bool
        /// Types were declared.
        var areTypesDeclared: Bool
        /// It is part of an explicit transaction, which is aborted now.
        var isInTransaction: Bool
    }

    init(sqlState: String, isPlanInvalidated: Bool, _ circumstances: Circumstances) {
        switch sqlState {
        case "26000" where circumstances.isPrepared, _ where isPlanInvalidated && circumstances.isPrepared:
            self = circumstances.isInTransaction ? .deliver : .prepareAnew
        // query_canceled: a cancellation that was meant for the statement before.
        case "57014" where circumstances.isCancelling && circumstances.isRepeatable:
            self = .runAlone
        // indeterminate_datatype, ambiguous_function (operators too), ambiguous_parameter
        case "42P18", "42725", "42P08":
            let canDeclare = circumstances.isPreparing && !circumstances.areTypesDeclared
            self = canDeclare && !circumstances.isInTransaction ? .declareTypes : .deliver
        default:
            self = .deliver
        }
    }
}
