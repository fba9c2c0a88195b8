// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESService

/// Reads arguments by the rules of the domain: what those refuse is a command used wrongly, and nothing is opened for it.
enum CheckedArgument {
    @Sendable
    static func wallet(_ text: String) throws -> WalletAddress {
        try make { () throws(ServiceError) in try WalletAddress(text) }
    }

    @Sendable
    static func scopes(_ text: String) throws -> APIKey.Scopes {
        try make { () throws(ServiceError) in try APIKey.Scopes(text) }
    }

    @Sendable
    static func time(_ text: String) throws -> Timestamp {
        try make { () throws(ServiceError) in try Timestamp(text) }
    }

    @Sendable
    static func demoUsers(_ text: String) throws -> DemoUsers {
        guard let count = Int(text) else { throw ValidationError("It must be a whole number.") }
        return try make { () throws(ServiceError) in try DemoUsers(count: count) }
    }

    /// What the closure gives.
    ///
    /// - Throws: `ValidationError` with everything that it refused.
    static func make<Value>(_ body: () throws(ServiceError) -> Value) throws -> Value {
        do throws(ServiceError) {
            return try body()
        } catch {
            let fields = error.fieldErrors.map { "\($0.field) \($0.reason)" }
            throw ValidationError(fields.isEmpty ? error.detail : fields.joined(separator: "; "))
        }
    }
}
