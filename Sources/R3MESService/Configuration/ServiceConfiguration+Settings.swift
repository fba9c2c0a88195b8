// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration.Setting {
    /// Every setting of the service, in the order in which they are listed and printed.
    static let all: [Self] = [
        Self(
            "profile",
            \.profile,
            .oneOf,
            "What the service is run for. `production` refuses settings that only suit a laptop."
        ),
        Self(
            "server.host",
            \.server.host,
            .host,
            flag: "host",
            "The address to listen on: `0.0.0.0` or `::` for all."
        ),
        Self(
            "server.port",
            \.server.port,
            .integer(0...65535),
            flag: "port",
            "The port to listen on; 0 lets the system pick one."
        ),
        Self(
            "server.idle-timeout",
            \.server.idleTimeout,
            .duration(.milliseconds(100) ... .seconds(86_400)),
            "How long a connection may stay idle before it is closed."
        ),
        Self(
            "server.shutdown-timeout",
            \.server.shutdownTimeout,
            .duration(.zero ... .seconds(3600)),
            "How long requests in flight may take to finish once the service stops."
        ),
        Self(
            "server.backlog",
            \.server.backlog,
            .integer(1...65535),
            "How many connections the kernel may hold that were not accepted yet."
        ),
        Self(
            "database.url",
            \.database.url,
            .databaseURL,
            flag: "database",
            secrecy: .partial,
            "Which database holds the data."
        ),
        Self(
            "database.busy-timeout",
            \.database.busyTimeout,
            .duration(.zero ... .seconds(300)),
            "How long a statement waits for a lock of another process."
        ),
        Self(
            "database.readers",
            \.database.readers,
            .integer(1...64),
            default: "the number of cores, from 2 to 8",
            "How many connections read at once."
        ),
        Self(
            "database.synchronous",
            \.database.synchronous,
            .oneOf,
            "With `full` an acknowledged write survives a power cut; with `normal` the last ones may be undone."
        ),
        Self(
            "cache.url",
            \.cache.url,
            .cacheURL,
            flag: "cache",
            secrecy: .partial,
            "Where users and API keys are remembered. Instances that share a Redis tell each other of what they change."
        ),
        Self(
            "cache.size",
            \.cache.size,
            .size(.mebibytes(1) ... .mebibytes(64 * 1024)),
            "How much memory that may take."
        ),
        Self(
            "cache.lifetime",
            \.cache.lifetime,
            .duration(.milliseconds(1) ... .seconds(3600)),
            "With `memory`: how late a change is seen that another process made, such as a second instance."
        ),
        Self(
            "cache.shared-lifetime",
            \.cache.sharedLifetime,
            .duration(.seconds(1) ... .seconds(30 * 86_400)),
            "With Redis: how late a change is seen that was made in the database by hand."
        ),
        Self(
            "auth.mode",
            \.authentication.mode,
            .oneOf,
            "How callers prove who they are. `none` lets everybody do everything, and needs a loopback `server.host`."
        ),
        Self(
            "auth.open-reads",
            \.authentication.openReads,
            .boolean,
            "Whether public user data can be read without a key."
        ),
        Self(
            "auth.open-operations",
            \.authentication.openOperations,
            .boolean,
            "Whether the operations calls answer without an admin key. Production refuses `true`."
        ),
        Self(
            "chain.url",
            \.chain.url,
            .webAddress,
            default: "empty",
            "Where the status of the chain is asked for; empty for nowhere."
        ),
        Self(
            "chain.timeout",
            \.chain.timeout,
            .duration(.milliseconds(10) ... .seconds(60)),
            "How long one answer of ours waits for the chain, retries included."
        ),
        Self(
            "security.cursor-secret",
            \.security.cursorSecret,
            .secret,
            secrecy: .secret,
            default: "`\(ServiceConfiguration.Security.developmentCursorSecret.value)`",
            "What signs page cursors: the same on all instances. Production refuses the default."
        ),
        Self(
            "limits.body-size",
            \.limits.bodySize,
            .size(.kibibytes(1) ... .mebibytes(1024)),
            "The longest request body that is read into memory."
        ),
        Self(
            "limits.keys-per-wallet",
            \.limits.keysPerWallet,
            .integer(1...10_000),
            "How many API keys one wallet may have."
        ),
        Self(
            "limits.page-size",
            \.limits.pageSize,
            .integer(1...1000),
            "The most items that one page may have."
        ),
        Self(
            "idempotency.retention",
            \.idempotency.retention,
            .duration(.seconds(60) ... .seconds(30 * 86_400)),
            "How long the same `Idempotency-Key` gets the same answer."
        ),
        Self(
            "log.level",
            \.logging.level,
            .oneOf,
            "The lowest level that is logged."
        ),
        Self(
            "log.format",
            \.logging.format,
            .oneOf,
            "How a log line looks: `text` for people, `json` for machines."
        ),
    ]

    /// The setting with a key.
    static func named(_ key: String) -> Self? {
        all.first { $0.key == key }
    }
}
