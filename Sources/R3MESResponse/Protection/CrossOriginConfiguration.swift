// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// Which pages may call an API, and how.
public struct CrossOriginConfiguration: Sendable {
    /// The origins that may, such as `https://app.example`; nil for all of them.
    public var origins: Set<String>?
    /// The methods that they may use.
    ///
    /// The default is GET, HEAD, POST, PUT, PATCH and DELETE.
    public var methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete]
    /// The request headers that they may set beyond the simple ones.
    ///
    /// The default is `Authorization`, `Content-Type`, `Idempotency-Key`, `If-Match`, `If-None-Match`, `X-API-Key`,
    /// `X-Request-ID`, `X-Request-Timeout`.
    public var requestHeaders = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-API-Key", "X-Request-ID",
        "X-Request-Timeout",
    ]
    /// The answer's headers that they may read beyond the simple ones.
    ///
    /// The default is `ETag`, `Link`, `Location`, `RateLimit`, `RateLimit-Policy`, `Retry-After`, `Server-Timing`, `X-Request-ID`.
    public var exposedHeaders = [
        "ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing", "X-Request-ID",
    ]
    /// Whether browsers may send cookies and client certificates along.
    ///
    /// The default is false. Not with all origins: that would open the user's account to every page.
    public var allowsCredentials = false
    /// How long a browser may remember a preflight.
    ///
    /// The default is two hours, the most that Chromium keeps.
    public var maximumAge: Duration = .seconds(7200)

    /// Allows these origins; nil allows all.
    public init(origins: Set<String>?) {
        self.origins = origins
    }

    func validate() throws(ResponseError) {
        var problems: [String] = []
        if origins == nil, allowsCredentials {
            problems.append("allowsCredentials needs a list of origins")
        }
        // Every sandboxed frame and local file has this origin.
        if origins?.contains("null") ?? false {
            problems.append("the origin null stands for anybody and cannot be allowed")
        }
        for origin in (origins ?? []).sorted() where origin == "*" || origin.hasSuffix("/") {
            problems.append("\(origin) is no origin: it is a scheme, a host and perhaps a port")
        }
        if maximumAge < .zero { problems.append("maximumAge must not be negative") }
        guard problems.isEmpty else {
            throw ResponseError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
