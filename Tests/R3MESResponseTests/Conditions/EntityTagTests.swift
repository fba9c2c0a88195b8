// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Entity tags")
struct EntityTagTests {
    // The table of RFC 9110, section 8.8.3.2.
    @Test(
        "compare strongly and weakly as RFC 9110 says",
        arguments: [
            ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true),
        ]
    )
    func comparison(first: String, second: String, strongly: Bool, weakly: Bool) throws {
        let (first, second) = (try #require(EntityTag(first)), try #require(EntityTag(second)))
        #expect(first.matchesStrongly(second) == strongly && first.matchesWeakly(second) == weakly)
    }

    @Test("are read in lists, with commas inside of quotes")
    func lists() {
        let condition = EntityTagCondition("\"a,b\" ,W/\"c\",, \"\"")
        #expect(condition.tags.map(\.description) == ["\"a,b\"", "W/\"c\"", "\"\""])
        #expect(EntityTagCondition(" * ").isAny)
        for field in ["a", "\"a", "w/\"a\"", "\"a b\"", "", "\u{7F}"] {
            #expect(EntityTagCondition(field).tags.isEmpty, "\(field)")
        }
        #expect(EntityTagCondition(String(repeating: "\"a\",", count: 10_000)).tags.count == 256)
    }

    @Test("come back from their own text, and have no character that a field could not carry")
    func text() {
        forAll(cases: 2000) { generator in
            let text = generator.unicodeText(maximumLength: 8)
            guard let tag = EntityTag(value: text, isWeak: Bool.random(using: &generator)) else { return }
            try hold(EntityTag(tag.description) == tag, tag.description)
            try hold(EntityTagCondition("\(tag), \(tag)").tags == [tag, tag], tag.description)
        }
        #expect(EntityTag(value: "a\"b") == nil && EntityTag(value: "a\nb") == nil)
    }

    @Test(
        "decide what happens to a request",
        arguments: [
            ("GET", nil, "\"1\"", "\"1\"", Preconditions.Verdict.notModified),
            ("GET", nil, "W/\"1\"", "\"1\"", .notModified),
            ("HEAD", nil, "*", "\"1\"", .notModified), ("GET", nil, "\"2\"", "\"1\"", .proceed),
            ("GET", nil, "*", nil, .proceed), ("PUT", nil, "*", "\"1\"", .failed), ("PUT", nil, "*", nil, .proceed),
            ("PUT", "\"1\"", nil, "\"1\"", .proceed), ("PUT", "W/\"1\"", nil, "W/\"1\"", .failed),
            ("PUT", "*", nil, nil, .failed), ("PUT", "\"2\", \"1\"", nil, "\"1\"", .proceed),
            ("GET", "\"2\"", "\"1\"", "\"1\"", .failed), ("GET", "\"1\"", "\"1\"", "\"1\"", .notModified),
            ("PUT", "junk", nil, "\"1\"", .failed), ("GET", nil, "junk", "\"1\"", .proceed),
            ("GET", nil, nil, nil, .proceed),
        ] as [(String, String?, String?, String?, Preconditions.Verdict)]
    )
    func verdicts(
        method: String,
        ifMatch: String?,
        ifNoneMatch: String?,
        tag: String?,
        verdict: Preconditions.Verdict
    ) throws {
        var headers: HTTPFields = [:]
        headers[.ifMatch] = ifMatch
        headers[.ifNoneMatch] = ifNoneMatch
        let conditions = Preconditions(method: try #require(.init(method)), headers: headers)
        #expect(conditions.verdict(for: tag.flatMap { EntityTag($0) }) == verdict)
    }
}
