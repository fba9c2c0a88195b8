// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// What settings may not be together.
    struct SafetyRule: Sendable {
        /// The settings that the rule looks at; the first one is to be changed.
        let keys: [String]

        /// What is wrong and what to do, without any value.
        let reason: String

        /// Whether a configuration breaks the rule.
        let isBroken: @Sendable (ServiceConfiguration) -> Bool
    }
}

extension ServiceConfiguration.SafetyRule {
    /// Every rule.
    static let all: [Self] = [
        Self(
            keys: ["auth.mode", "server.host"],
            reason: "none lets everybody do everything, so server.host must be a loopback address such as 127.0.0.1",
            isBroken: { $0.authentication.mode == .none && !HostName(text: $0.server.host).isLoopback }
        ),
        Self(
            keys: ["auth.open-operations", "profile"],
            reason: "true opens the operations calls to everybody, which production refuses; set it to false",
            isBroken: { $0.profile == .production && $0.authentication.openOperations }
        ),
        Self(
            keys: ["security.cursor-secret"],
            reason: "\(Redaction.marker) is too short; at least"
                + " \(ServiceConfiguration.Security.minimumSecretLength) characters are needed",
            isBroken: {
                $0.security.cursorSecret.value.count < ServiceConfiguration.Security.minimumSecretLength
            }
        ),
        Self(
            keys: ["security.cursor-secret", "profile"],
            reason: "the default is known to everybody; production needs a secret of its own,"
                + " for example from `openssl rand -base64 32`",
            isBroken: {
                $0.profile == .production
                    && $0.security.cursorSecret == ServiceConfiguration.Security.developmentCursorSecret
            }
        ),
        Self(
            keys: ["database.url", "profile"],
            reason: "the PostgreSQL server is on another machine; production needs ?sslmode=require or stricter",
            isBroken: { configuration in
                guard case .postgres(let postgres) = configuration.database.url else { return false }
                let isEncrypted = postgres.sslMode?.requiresEncryption ?? false
                return configuration.profile == .production && !postgres.isLocal && !isEncrypted
            }
        ),
        Self(
            keys: ["cache.url", "profile"],
            reason: "the Redis server is on another machine; production needs rediss://",
            isBroken: { configuration in
                guard case .redis(let redis) = configuration.cache.url else { return false }
                return configuration.profile == .production && !redis.isLocal && !redis.isEncrypted
            }
        ),
    ]
}
