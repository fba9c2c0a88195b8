// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("StaleCache")
struct StaleCacheTests {
    private let start = ContinuousClock.now

    private func response(_ body: String, cacheControl: String? = nil, status: HTTPResponse.Status = .ok)
        -> ClientResponse
    {
        var fields: HTTPFields = [:]
        fields[.cacheControl] = cacheControl
        return ClientResponse(status: status, headerFields: fields, body: ByteBuffer(string: body))
    }

    private func key(_ url: String) throws -> StaleCache.Key {
        try #require(StaleIfErrorPolicy.key(for: ClientRequest(.get, url)))
    }

    @Test("gives the last answer with its age, until it is too old")
    func age() throws {
        let cache = StaleCache(.init(maximumAge: .seconds(60)))
        cache.store(response("1"), for: try key("a"), now: start)
        cache.store(response("2"), for: try key("a"), now: start.advanced(by: .seconds(10)))
        let found = try #require(cache.lookUp(try key("a"), now: start.advanced(by: .seconds(70))))
        #expect(String(buffer: found.response.body) == "2" && found.age == .seconds(60))
        #expect(cache.lookUp(try key("a"), now: start.advanced(by: .seconds(71))) == nil)
        #expect(cache.count == 0)
    }

    @Test(
        "obeys Cache-Control",
        arguments: [
            (nil, 60), ("max-age=5", 60), ("no-store", nil), ("private", nil), ("public, no-cache", nil),
            ("max-age=1, Must-Revalidate", nil), ("stale-if-error=7", 7), ("stale-if-error=\"7\"", 7),
            ("stale-if-error=99999999999999999999", 60), ("stale-if-error=600", 60), ("stale-if-error=-1", 0),
        ] as [(String?, Int?)]
    )
    func directives(cacheControl: String?, seconds: Int?) {
        let policy = StaleIfErrorPolicy(maximumAge: .seconds(60))
        #expect(policy.lifetime(of: response("", cacheControl: cacheControl)) == seconds.map { .seconds($0) })
    }

    @Test("requests with credentials or ranges are kept only under a key of their own")
    func credentials() throws {
        var request = ClientRequest(.get, "a")
        for name in [HTTPField.Name.authorization, .cookie, .range] {
            request.headerFields = [name: "x"]
            #expect(StaleIfErrorPolicy.key(for: request) == nil)
        }
        request.staleKey = "a of user 1"
        #expect(StaleIfErrorPolicy.key(for: request) != nil)
        request.method = .post
        #expect(StaleIfErrorPolicy.key(for: request) == nil)
    }

    @Test("different fields are different answers")
    func fields() throws {
        var json = ClientRequest(.get, "a")
        json.headerFields = [.accept: "application/json"]
        #expect(StaleIfErrorPolicy.key(for: json) != (try key("a")))
    }

    @Test("a newer answer that must not be kept removes the older one")
    func noStoreRemoves() throws {
        let cache = StaleCache(.init())
        cache.store(response("1"), for: try key("a"), now: start)
        cache.store(response("2", cacheControl: "no-store"), for: try key("a"), now: start)
        #expect(cache.count == 0)
    }

    @Test("stays within its bounds, and keeps what was used last")
    func bounds() throws {
        let cache = StaleCache(.init(maximumEntries: 3, maximumBytes: 25))
        for url in ["a", "b", "c"] {
            cache.store(response("12345"), for: try key(url), now: start)
        }
        _ = cache.lookUp(try key("a"), now: start)
        cache.store(response("12345"), for: try key("d"), now: start)
        #expect(cache.lookUp(try key("b"), now: start) == nil)
        #expect(cache.lookUp(try key("a"), now: start) != nil)
        cache.store(response(String(repeating: "x", count: 20)), for: try key("e"), now: start)
        #expect(cache.count == 2)
        cache.store(response(String(repeating: "x", count: 26)), for: try key("f"), now: start)
        #expect(cache.lookUp(try key("f"), now: start) == nil)
    }
}
