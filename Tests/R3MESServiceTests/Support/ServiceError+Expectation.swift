// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

/// Expects an error with a code, and gives it back for a closer look.
@discardableResult
func expect<Value>(
    _ code: ServiceError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    performing body: () throws -> Value
) -> ServiceError? {
    let error = #expect(throws: ServiceError.self, sourceLocation: sourceLocation) { _ = try body() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    return error
}

/// The code of the error that is thrown, or nil if none is.
func code<Value>(of body: () throws(ServiceError) -> Value) -> ServiceError.Code? {
    do throws(ServiceError) {
        _ = try body()
        return nil
    } catch {
        return error.code
    }
}
