// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("The catalogue of error codes")
struct ErrorCatalogueTests {
    private let all = ServiceError.Code.all

    @Test("docs/errors.md is what the catalogue says")
    func document() throws {
        try GeneratedDocument(path: "docs/errors.md").expect(ErrorDocument.text)
    }

    @Test("no number is given twice, and they are in order")
    func numbers() {
        let numbers = all.map(\.number)
        #expect(numbers == Set(numbers).sorted())
    }

    @Test("every number falls in a category", arguments: ServiceError.Code.all)
    func category(code: ServiceError.Code) {
        #expect(1001...9999 ~= code.number)
        #expect(ServiceError.Code.Category(rawValue: code.number / 1000) == code.category)
    }

    @Test("every code that the source declares is in the list, and stands below the heading of its category")
    func complete() throws {
        let source = try GeneratedDocument.text(ofFile: "Sources/R3MESService/Errors/ServiceError+Codes.swift")
        var declared: [Int] = []
        var heading: Int?
        for line in source.split(separator: "\n") {
            if let match = line.firstMatch(of: /MARK: (\d)xxx/) { heading = Int(match.1) }
            if let match = line.firstMatch(of: /static let \w+ = Self\((\d+),/) {
                let number = try #require(Int(match.1))
                #expect(number / 1000 == heading, "\(number) stands below \(heading ?? 0)xxx")
                declared.append(number)
            }
        }
        #expect(!declared.isEmpty)
        #expect(declared == all.map(\.number))
    }

    @Test("every heading of the source names its category")
    func headings() throws {
        let source = try GeneratedDocument.text(ofFile: "Sources/R3MESService/Errors/ServiceError+Codes.swift")
        let headings = source.matches(of: /MARK: (\d)xxx (\w+)/)
        #expect(!headings.isEmpty)
        for heading in headings {
            let category = Int(heading.1).flatMap(ServiceError.Code.Category.init)
            #expect(category.map { "\($0)" } == String(heading.2))
        }
    }

    @Test("every status is one of an error", arguments: ServiceError.Code.all)
    func status(code: ServiceError.Code) {
        #expect(400...599 ~= code.status)
    }

    @Test(
        "mistakes of the caller are 4xx, and our own are 5xx",
        arguments: ServiceError.Code.all
    )
    func blame(code: ServiceError.Code) {
        switch code.category {
        case .validation, .authentication: #expect(code.status < 500)
        case .database, .configuration, .internal: #expect(code.status >= 500)
        case .domain, .cache, .network: break
        }
    }

    @Test("authentication errors are 401 or 403")
    func authentication() {
        let statuses = all.filter { $0.category == .authentication }.map(\.status)
        #expect(Set(statuses) == [401, 403])
    }

    @Test(
        "the statuses that the API promises",
        arguments: [
            (ServiceError.Code.creditsInsufficient, 402), (.userNotFound, 404), (.userExists, 409),
            (.idempotencyKeyReused, 422), (.idempotencyKeyInUse, 409), (.cursorInvalid, 400), (.bodyTooLarge, 413),
            (.credentialsMissing, 401), (.scopeInsufficient, 403), (.shuttingDown, 503), (.walletChecksum, 400),
            (.methodNotAllowed, 405), (.unsupportedMediaType, 415),
        ]
    )
    func promised(code: ServiceError.Code, status: Int) {
        #expect(code.status == status)
    }

    @Test("only 429, 503 and 504 may be retried unchanged", arguments: ServiceError.Code.all)
    func retryable(code: ServiceError.Code) {
        #expect(code.isRetryable == [429, 503, 504].contains(code.status))
    }

    @Test("a code is written R3MES- and its number")
    func text() {
        #expect("\(ServiceError.Code.walletMalformed)" == "R3MES-1004")
        #expect(all.allSatisfy { "\($0)".wholeMatch(of: /R3MES-\d{4}/) != nil })
    }

    @Test("titles are unique, and short texts without a full stop", arguments: ServiceError.Code.all)
    func title(code: ServiceError.Code) {
        #expect(3...60 ~= code.title.count)
        #expect(!code.title.hasSuffix("."))
        #expect(code.title.first?.isUppercase == true)
        #expect(ServiceError.Code.all.filter { $0.title == code.title }.count == 1)
    }

    @Test("codes are told apart by number alone")
    func equality() {
        #expect(ServiceError.Code(1001, status: 400, "one") == ServiceError.Code(1001, status: 500, "other"))
        #expect(Set(all).count == all.count)
    }

    @Test("a number outside all categories counts as internal")
    func strayNumber() {
        #expect(ServiceError.Code(8001, status: 500, "stray").category == .internal)
    }
}
