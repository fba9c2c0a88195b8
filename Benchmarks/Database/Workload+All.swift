// SPDX-License-Identifier: Apache-2.0

extension Workload {
    private static let clients = ["pgx", "asyncpg"]
    private static let all3 = clients + ["PostgreSQL's own"]

    /// All that is measured.
    static let all: [Workload] =
        [1, 8, 64, 512].map { callers in
            Workload(
                title: "point selects, \(callers) callers",
                name: "select",
                arguments: [callers],
                peers: all3,
                unit: .perSecond
            ) { ours, time in
                try await ours.load(callers: callers, for: time) { try await ours.select($0) }
            }
        } + [
            Workload(
                title: "pages of 100 rows, 64 callers",
                name: "page",
                arguments: [64],
                peers: clients,
                unit: .perSecond
            ) { ours, time in
                try await ours.load(callers: 64, for: time) { try await ours.page($0) }
            },
            Workload(
                title: "90 % selects, 10 % updates, 64 callers",
                name: "mixed",
                arguments: [64],
                peers: clients,
                unit: .perSecond
            ) { ours, time in
                try await ours.load(callers: 64, for: time) { key in
                    if Int.random(in: 0..<10) == 0 {
                        try await ours.update(key)
                    } else {
                        try await ours.select(key)
                    }
                }
            },
            Workload(
                title: "insert of 100 rows, 1 caller",
                name: "insert",
                arguments: [100],
                peers: clients,
                unit: .milliseconds
            ) { ours, time in try await ours.insert(100, for: time) },
            Workload(
                title: "insert of 100,000 rows, 1 caller",
                name: "copy",
                arguments: [100_000],
                peers: all3,
                unit: .milliseconds
            ) { ours, _ in try await ours.bulkInsert(100_000) },
            Workload(
                title: "taking and giving back a connection, 1 caller",
                name: "acquire",
                arguments: [1],
                peers: clients,
                unit: .perSecond
            ) { ours, time in try await ours.acquire(callers: 1, for: time) },
            Workload(
                title: "memory of a connection on this side",
                name: "memory",
                arguments: [50],
                peers: clients,
                unit: .kibibytes
            ) { ours, _ in try await ours.memory(of: 50) },
        ]
}
