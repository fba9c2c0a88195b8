// SPDX-License-Identifier: Apache-2.0

import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    @Test(
        "chooses the coding that the client wants most, and the server's first among equals",
        arguments: [
            ("gzip", ContentCoding.gzip), ("GZip", .gzip), ("x-gzip", .gzip), ("br", .brotli), ("deflate", .deflate),
            ("gzip, deflate, br, zstd", .zstd), ("gzip, br", .brotli), ("gzip;q=1, br;q=0.9", .gzip),
            ("gzip ; q=0.2 ,\tbr;Q=0.3", .brotli), ("*", .zstd), ("zstd;q=0, *", .brotli), ("gzip;q=0.001", .gzip),
            ("", .identity), (",,", .identity), ("identity", .identity), ("gzip;q=0", .identity),
            ("identity;q=0.5, gzip;q=0.1", .identity), ("identity, gzip", .gzip), ("compress, bzip2", .identity),
            ("*;q=0, identity;q=0.1", .identity), ("gzip;q=0.5, *;q=0.1", .gzip),
        ]
    )
    func choice(field: String, coding: ContentCoding) {
        #expect(AcceptEncoding(field).choice(among: ContentCoding.compressing).coding == coding, "\(field)")
    }

    @Test(
        "refuses everything when the client does",
        arguments: ["*;q=0", "identity;q=0", "identity;q=0, gzip;q=0", "*;q=0.000"]
    )
    func refusal(field: String) {
        #expect(AcceptEncoding(field).choice(among: ContentCoding.compressing).coding == nil)
    }

    @Test("says whether the plain body may be sent too")
    func identity() {
        #expect(AcceptEncoding("gzip").choice(among: [.gzip]).allowsIdentity)
        #expect(!AcceptEncoding("gzip, identity;q=0").choice(among: [.gzip]).allowsIdentity)
        #expect(!AcceptEncoding("gzip, *;q=0").choice(among: [.gzip]).allowsIdentity)
    }

    @Test("sends the plain body to a client that doesn't say")
    func absent() {
        #expect(AcceptEncoding(nil).choice(among: ContentCoding.compressing).coding == .identity)
    }

    @Test(
        "passes over what is not well-formed, and reads the rest",
        arguments: [
            "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=", "gzip;q", "gzip;x=1", "gzip;q=-1", "gz ip",
            "gzip;q=.5",
            "gzip;q=1;q=0", "gzip;;q=1", "\u{FF}gzip", "gzip;q=0.5x",
        ]
    )
    func malformed(field: String) {
        #expect(AcceptEncoding(field).quality(of: .gzip) == 0, "\(field)")
        #expect(AcceptEncoding("\(field), br").choice(among: ContentCoding.compressing).coding == .brotli)
    }

    @Test("never chooses what was refused by name, whatever else the field holds")
    func generated() {
        let parts = [
            "gzip", "br", "zstd", "deflate", "identity", "*", ";q=", "0", "1", "0.5", ",", " ", ";", "\t", "é", "\"",
        ]
        forAll(cases: 5000) { generator in
            let count = Int.random(in: 0...12, using: &generator)
            let noise = (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
            let choice = AcceptEncoding("gzip;q=0,\(noise)").choice(among: ContentCoding.compressing)
            try hold(choice.coding != .gzip, noise)
            if let coding = choice.coding {
                try hold(AcceptEncoding("gzip;q=0,\(noise)").quality(of: coding) > 0, noise)
            }
        }
    }
}
