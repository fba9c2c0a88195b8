// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// Whether a request is to be carried out, by its `If-Match` and `If-None-Match` (RFC 9110, section 13.2.2).
///
/// Conditions on dates are not read: a tag says more, and RFC 9110 lets it take their place.
public struct Preconditions: Hashable, Sendable {
    /// What is to be done.
    public enum Verdict: Hashable, Sendable {
        /// Carry the request out.
        case proceed
        /// Answer 304: the client has this very representation.
        case notModified
        /// Answer 412: the resource is not in the state that the client thinks it is in.
        case failed
    }

    private let ifMatch: EntityTagCondition?
    private let ifNoneMatch: EntityTagCondition?
    private let isSafe: Bool

    /// Reads the conditions of a request.
    public init(method: HTTPRequest.Method, headers: HTTPFields) {
        ifMatch = headers[.ifMatch].map(EntityTagCondition.init)
        ifNoneMatch = headers[.ifNoneMatch].map(EntityTagCondition.init)
        isSafe = method == .get || method == .head
    }

    /// Whether the request has no conditions.
    public var isEmpty: Bool { ifMatch == nil && ifNoneMatch == nil }

    /// What is to be done with a resource that has this tag; nil if there is no such resource.
    public func verdict(for tag: EntityTag?) -> Verdict {
        if let ifMatch, !ifMatch.matchesStrongly(tag) {
            return .failed
        }
        if let ifNoneMatch, ifNoneMatch.matchesWeakly(tag) {
            return isSafe ? .notModified : .failed
        }
        return .proceed
    }

    /// Throws ``ResponseError/Code/preconditionFailed`` unless a write may proceed.
    ///
    /// Call it where the row is locked: between a look before and the write another one may come.
    public func check(_ tag: EntityTag?) throws(ResponseError) {
        guard verdict(for: tag) == .proceed else { throw .preconditionFailed(tag) }
    }
}

extension ResponseError {
    static func preconditionFailed(_ tag: EntityTag?) -> ResponseError {
        ResponseError(
            .preconditionFailed,
            "The resource is not in the state that the request is made for; read it again.",
            headers: tag.map { [.eTag: $0.description] } ?? [:]
        )
    }
}
