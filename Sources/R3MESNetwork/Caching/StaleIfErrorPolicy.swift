// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Keeps the last good answers, to give them out with their age when the server has failed (RFC 5861,
/// `stale-if-error`).
///
/// Never used while the server answers: this is no cache that saves calls. Kept are answers with status 200 to `GET`
/// and `HEAD` requests that carry no credentials (`Authorization`, `Cookie`) and no `Range`, unless the request names
/// its own ``ClientRequest/staleKey``. An answer's `Cache-Control` is obeyed: nothing is kept under `no-store` or
/// `private`, nothing is given out stale under `no-cache`, `must-revalidate` or `proxy-revalidate`, and
/// `stale-if-error=N` shortens ``maximumAge``.
public struct StaleIfErrorPolicy: Hashable, Sendable {
    /// No older answer is given out.
    ///
    /// The default is one hour.
    public var maximumAge: Duration
    /// How many answers are kept; the least recently used goes first.
    ///
    /// The default is 256.
    public var maximumEntries: Int
    /// How many bytes of bodies are kept.
    ///
    /// The default is 4 MiB.
    public var maximumBytes: Int

    /// Makes a policy.
    public init(
        maximumAge: Duration = .seconds(3600),
        maximumEntries: Int = 256,
        maximumBytes: Int = 4 << 20
    ) {
        self.maximumAge = maximumAge
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
    }

    var problems: [String] {
        var problems: [String] = []
        if maximumAge <= .zero {
            problems.append("stale-if-error: maximumAge must be above zero")
        }
        if !(1...100_000).contains(maximumEntries) {
            problems.append("stale-if-error: maximumEntries must be 1 to 100,000")
        }
        if maximumBytes < 1 {
            problems.append("stale-if-error: maximumBytes must be at least 1")
        }
        return problems
    }
}

extension StaleIfErrorPolicy {
    /// Under what the answer to a request is kept; nil if it must not be.
    static func key(for request: ClientRequest) -> StaleCache.Key? {
        guard request.method == .get || request.method == .head else {
            return nil
        }
        if let staleKey = request.staleKey {
            return StaleCache.Key(method: request.method, url: staleKey, headerFields: [:])
        }
        let fields = request.headerFields
        guard fields[.authorization] == nil, fields[.cookie] == nil, fields[.range] == nil else {
            return nil
        }
        return StaleCache.Key(method: request.method, url: request.url, headerFields: fields)
    }

    /// How long an answer may be given out; nil if it must not be kept.
    func lifetime(of response: ClientResponse) -> Duration? {
        guard response.status == .ok else {
            return nil
        }
        guard let text = response.headerFields[.cacheControl] else {
            return maximumAge
        }
        var lifetime = maximumAge
        for directive in text.split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1)
            let name = parts.first.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            switch name {
            case "no-store", "private", "no-cache", "must-revalidate", "proxy-revalidate":
                return nil
            case "stale-if-error" where parts.count == 2:
                let digits = parts[1].filter { $0 != " " && $0 != "\t" && $0 != "\"" }
                // What is no number forbids; digits that overflow are a very long time.
                let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
                let seconds = isNumber ? Int64(digits) ?? .max : 0
                lifetime = seconds > lifetime.components.seconds ? lifetime : .seconds(seconds)
            default:
                break
            }
        }
        return lifetime
    }

    /// Whether a result is a failure of the server, for which an older answer may stand in.
    static func isFailure(_ result: TryResult) -> Bool {
        switch result.outcome {
        case .success(let response):
            [500, 502, 503, 504].contains(response.status.code)
        case .failure(let error):
            error.code != .cancelled && error.code != .invalidRequest
        }
    }
}
