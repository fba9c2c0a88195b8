// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The real servers that the third tier of tests runs against.
///
/// `make test` starts them and says where they are by environment variables. Without it (a plain `swift test`) suites that
/// need one are left out, and say so; where ``areRequired`` they run and fail instead.
public enum TestServices {
    /// One of the servers.
    public struct Service: Sendable {
        /// What it is called.
        public let name: String
        /// The environment variable that says where it is.
        public let variable: String

        /// Where it is, if it is there.
        public var url: String? {
            ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }

        /// Whether a suite that needs it should run.
        public var shouldRun: Bool {
            url != nil || TestServices.areRequired
        }

        /// Why a suite that needs it is left out.
        public var reason: String {
            "needs \(name): \(variable) is not set. Run `make test`, or `scripts/services start` first."
        }
    }

    /// PostgreSQL, as `postgres://user@host:port/database`.
    public static let postgres = Service(name: "PostgreSQL", variable: "R3MES_TEST_POSTGRES_URL")

    /// Redis, as `redis://host:port`.
    public static let redis = Service(name: "Redis", variable: "R3MES_TEST_REDIS_URL")

    /// Whether a test whose server is missing must fail: so it is in `make test` and in CI.
    public static var areRequired: Bool {
        ProcessInfo.processInfo.environment["R3MES_TEST_REQUIRE_SERVERS"] == "1"
    }
}
