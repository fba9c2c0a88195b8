// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import R3MESService

@Suite("Service errors")
struct ServiceErrorTests {
    private struct DiskFull: Error, CustomStringConvertible {
        let description = "SQL: INSERT INTO secrets"
    }

    private let error = ServiceError(
        .databaseFailure,
        "The user could not be stored.",
        fieldErrors: [.init(field: "credits", reason: "is too large")],
        context: ["statement": "INSERT INTO users"],
        underlying: DiskFull()
    )

    @Test("the description is the public half")
    func description() {
        #expect("\(error)" == "R3MES-4003: The user could not be stored. [credits: is too large]")
    }

    @Test("the description shows neither context, cause, nor place")
    func privateHalf() {
        for secret in ["INSERT", "statement", "DiskFull", "ServiceErrorTests"] {
            #expect(!"\(error)".contains(secret))
            #expect(!error.localizedDescriptionParts.contains(secret))
        }
    }

    @Test("without a detail the title speaks")
    func title() {
        #expect(ServiceError(.userNotFound).detail == ServiceError.Code.userNotFound.title)
        #expect("\(ServiceError(.userNotFound))" == "R3MES-3001: There is no user with this wallet")
    }

    @Test("all refused fields are listed in order")
    func fields() {
        let error = ServiceError(
            .invalidFields,
            fieldErrors: [.init(field: "a", reason: "1"), .init(field: "b", reason: "2")]
        )
        #expect("\(error)".hasSuffix(" [a: 1] [b: 2]"))
    }

    @Test("the place where it was made is kept, without a path of the machine")
    func place() {
        let line = #line + 1
        let error = ServiceError(.internalError)
        #expect(error.file == "R3MESServiceTests/ServiceErrorTests.swift")
        #expect(error.line == line)
    }

    @Test("wrapping a service error gives that same error")
    func wrapOwn() {
        let wrapped = ServiceError(wrapping: error as any Error, as: .internalError)
        #expect(wrapped.code == .databaseFailure)
        #expect(wrapped.detail == error.detail)
        #expect(wrapped.line == error.line)
        #expect(wrapped.context == error.context)
    }

    @Test("wrapping another error keeps it as the cause, and shows nothing of it")
    func wrapOther() {
        let wrapped = ServiceError(wrapping: DiskFull(), as: .databaseUnavailable)
        #expect(wrapped.code == .databaseUnavailable)
        #expect(wrapped.underlying is DiskFull)
        #expect("\(wrapped)" == "R3MES-4001: The database is not available")
        #expect(wrapped.file == "R3MESServiceTests/ServiceErrorTests.swift")
    }

    @Test("wrapping without a code is an internal error")
    func wrapInternal() {
        #expect(ServiceError(wrapping: DiskFull()).code == .internalError)
    }

    @Test("the log gets everything")
    func logMetadata() {
        let metadata = error.logMetadata
        #expect(metadata["error.code"] == "R3MES-4003")
        #expect(metadata["error.detail"] == "The user could not be stored.")
        #expect(metadata["error.fields"] == ["credits": "is too large"])
        #expect(metadata["error.context"] == ["statement": "INSERT INTO users"])
        #expect(metadata["error.cause.type"] == "DiskFull")
        #expect(metadata["error.cause"] == "SQL: INSERT INTO secrets")
        #expect(metadata["error.source"] == "R3MESServiceTests/ServiceErrorTests.swift:\(error.line)")
    }

    @Test("the log gets no empty values")
    func shortLogMetadata() {
        let keys = ServiceError(.shuttingDown).logMetadata.keys.sorted()
        #expect(keys == ["error.code", "error.detail", "error.source"])
    }

    @Test("a chain of service errors is logged as a whole")
    func chain() {
        let outer = ServiceError(.internalError, underlying: error)
        guard case .dictionary(let cause) = outer.logMetadata["error.cause"] else {
            Issue.record("the cause is no dictionary")
            return
        }
        #expect(cause["error.code"] == "R3MES-4003")
        #expect(cause["error.cause"] == "SQL: INSERT INTO secrets")
    }

    @Test("two reasons for one field are both logged")
    func sameFieldTwice() {
        let error = ServiceError(
            .invalidFields,
            fieldErrors: [.init(field: "a", reason: "one"), .init(field: "a", reason: "two")]
        )
        #expect(error.logMetadata["error.fields"] == ["a": "one; two"])
    }
}

extension ServiceError {
    /// What interpolation into a longer text shows.
    fileprivate var localizedDescriptionParts: String {
        "failed: \(self), \([self].map(\.description))"
    }
}
