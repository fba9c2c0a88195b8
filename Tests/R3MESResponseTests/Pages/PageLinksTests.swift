// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import R3MESResponse

@Suite("Links to pages")
struct PageLinksTests {
    private func links(_ links: PageLinks, _ path: String) -> String? {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "test", path: path)
        return links.fields(for: Request(head: head, body: RequestBody(buffer: ByteBuffer())))[.link]
    }

    @Test("have the request's path and query, and another cursor")
    func query() {
        #expect(
            links(PageLinks(next: "n", previous: "p", includesFirst: true), "/users?limit=2&cursor=old&sort=-credits")
                == "</users?limit=2&sort=-credits>; rel=\"first\", </users?limit=2&sort=-credits&cursor=p>; rel=\"prev\", "
                + "</users?limit=2&sort=-credits&cursor=n>; rel=\"next\""
        )
        #expect(links(PageLinks(next: "n"), "/users") == "</users?cursor=n>; rel=\"next\"")
        #expect(links(PageLinks(includesFirst: true), "/users?cursor=x") == "</users>; rel=\"first\"")
        #expect(links(PageLinks(), "/users") == nil)
    }

    @Test("cannot be ended by what a client wrote into the query")
    func injection() {
        let link = links(PageLinks(next: "n"), "/users?q=<>\"\\x y>;rel=\"evil\"") ?? ""
        #expect(link.filter { $0 == ">" }.count == 1 && link.filter { $0 == "<" }.count == 1)
        #expect(!link.contains("rel=\"evil\""))
    }
}
