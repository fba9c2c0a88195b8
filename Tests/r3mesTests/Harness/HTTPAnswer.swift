// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import Testing

/// An answer of the service, whole.
struct HTTPAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: Data
    /// The path that was asked for, without the query.
    let path: String

    /// A header, or nil if it is missing.
    subscript(_ name: String) -> String? {
        headers.first(name: name)
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Checks the status and that the body is JSON of this form.
    func decoded<Body: Decodable>(
        _ type: Body.Type = Body.self,
        status: Int = 200,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Body {
        try #require(self.status == status, "\(path): \(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/json", sourceLocation: sourceLocation)
        return try JSON.decode(type, from: body)
    }

    /// Checks that the answer is this error, in the form that all errors have.
    @discardableResult
    func expectProblem(
        _ status: Int,
        _ code: String,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ProblemBody {
        try #require(self.status == status, "\(comment ?? "") \(path): \(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/problem+json", comment, sourceLocation: sourceLocation)
        let problem = try JSON.decode(ProblemBody.self, from: body)
        #expect(problem.code == code, comment, sourceLocation: sourceLocation)
        #expect(problem.status == status, comment, sourceLocation: sourceLocation)
        #expect(problem.type == "urn:r3mes:problem:\(code)", comment, sourceLocation: sourceLocation)
        #expect(!problem.title.isEmpty && !problem.detail.isEmpty, comment, sourceLocation: sourceLocation)
        #expect(problem.instance == path, comment, sourceLocation: sourceLocation)
        #expect(problem.requestId == self["X-Request-ID"], comment, sourceLocation: sourceLocation)
        #expect((self["WWW-Authenticate"] != nil) == (status == 401), comment, sourceLocation: sourceLocation)
        return problem
    }
}

/// JSON as the API has it: member names in snake_case.
enum JSON {
    static func decode<Body: Decodable>(_ type: Body.Type, from data: Data) throws -> Body {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    static func encode(_ body: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(body), as: UTF8.self)
    }
}
