// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import R3MESResponse

extension ServiceError {
    /// What to answer when a request ended with this error.
    init(answering error: any Error) {
        switch error {
        case let error as ServiceError:
            self = error
        case let error as ResponseError where error.code == .notAcceptable:
            self.init(.notAcceptable, error.message, underlying: error)
        case let error as ResponseError where error.code == .preconditionFailed:
            self.init(.preconditionFailed, error.message, underlying: error)
        case let error as any HTTPResponseError where error.status == .notFound:
            self.init(.routeNotFound, underlying: error)
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            self.init(.bodyTooLarge, underlying: error)
        case let error as any HTTPResponseError where (400..<500).contains(error.status.code):
            self.init(.malformedBody, underlying: error)
        case is CancellationError:
            self.init(.shuttingDown)
        default:
            self.init(.internalError, underlying: error)
        }
    }
}
