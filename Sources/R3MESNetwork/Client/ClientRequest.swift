// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import NIOCore

/// A request to another server, whole and in memory, so that it can be sent again.
public struct ClientRequest: Hashable, Sendable {
    /// The method.
    ///
    /// It decides what may be repeated and what may be hedged.
    public var method: HTTPRequest.Method
    /// An absolute `http` or `https` URL; or, for a client with an ``EndpointSet``, a path that begins with a slash.
    public var url: String
    /// The header fields.
    ///
    /// An `Idempotency-Key` makes a `POST` repeatable.
    public var headerFields: HTTPFields
    /// The body, if there is one.
    public var body: ByteBuffer?
    /// How long the whole call may take, retries and waits included, in place of the client's own total timeout.
    ///
    /// The caller's deadline still counts where it is earlier.
    public var timeout: Duration?
    /// The largest response body that is accepted, in bytes, in place of the client's own limit.
    public var maximumResponseBytes: Int?
    /// Names the answer for ``StaleIfErrorPolicy`` in place of URL and header fields.
    ///
    /// Must be different wherever the answers may differ, by caller in particular if they carry credentials.
    public var staleKey: String?

    /// Makes a request.
    public init(
        _ method: HTTPRequest.Method,
        _ url: String,
        headerFields: HTTPFields = [:],
        body: ByteBuffer? = nil
    ) {
        self.method = method
        self.url = url
        self.headerFields = headerFields
        self.body = body
    }
}
