// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import NIOCore

/// A whole answer, whatever its status.
public struct ClientResponse: Hashable, Sendable {
    /// Where an answer comes from.
    public enum Source: Hashable, Sendable {
        /// The server gave it to this call.
        case server
        /// The server failed; this is its last good answer, this much time old.
        case stale(age: Duration)
    }

    /// The status.
    ///
    /// No status is thrown as an error.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headerFields: HTTPFields
    /// The body.
    public var body: ByteBuffer
    /// Whether the server gave this answer now.
    public var source: Source
    /// How many requests were sent for this call, hedges included.
    public var tries: Int

    /// Makes an answer.
    public init(
        status: HTTPResponse.Status,
        headerFields: HTTPFields = [:],
        body: ByteBuffer = ByteBuffer(),
        source: Source = .server,
        tries: Int = 1
    ) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
        self.source = source
        self.tries = tries
    }
}
