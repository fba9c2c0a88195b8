// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESMemory

/// Budget 15: an export in pages against the same as a list.
enum StreamingBudget {
    static func run(users: UserTable) async throws -> [Budget] {
        // The first reads fill the database's own caches, which are no part of the export.
        for try await _ in UserStream(users: users, first: users.count - 5_000) {}
        let sampler = MemorySampler()
        let before = try sampler.sample().resident
        var peak = before
        let stream = try await measurePeakMemory { probe in
            var exported = 0
            for try await user in UserStream(users: users).probed(by: probe) {
                exported += user.wallet.utf8.count
                if user.id.isMultiple(of: 10_000) {
                    peak = max(peak, try sampler.sample().resident)
                }
            }
            return exported
        }
        let list = try await measurePeakMemory { probe in
            var all: [User] = []
            for try await user in UserStream(users: users) { all.append(user) }
            probe.sample()
            return all.reduce(0) { $0 + $1.wallet.utf8.count }
        }
        guard stream.result == list.result else { throw WrongAnswer("stream and list differ") }
        let ratio = Double(list.memory.growth) / Double(max(1, stream.memory.growth))
        return [
            Budget(
                number: 15,
                name: "export of \(users.count) rows, SQLite",
                aim: "RSS grows < 16 MiB",
                figure: "RSS by \(mebibytes(peak - before)) MiB, heap by \(mebibytes(stream.memory.growth)) MiB; "
                    + "a list takes \(mebibytes(list.memory.growth)) MiB, \(Figure.ratio(ratio))",
                isReached: peak - before < 16 << 20
            ),
            try await slowReader(users),
        ]
    }

    /// How many rows are read of which a reader that stops after 2,500 knows nothing.
    private static func slowReader(_ users: UserTable) async throws -> Budget {
        let stream = UserStream(users: users)
        var reader = stream.makeAsyncIterator()
        for _ in 0..<2_500 {
            _ = try await reader.next()
        }
        try await Task.sleep(for: .milliseconds(50))
        return Budget(
            number: 15,
            name: "a reader that stops",
            aim: "stops the reading",
            figure: "\(reader.rowsRead - 2_500) rows read ahead, the rest of a page of \(UserStream.pageSize)",
            isReached: reader.rowsRead - 2_500 < UserStream.pageSize
        )
    }

    private static func mebibytes(_ bytes: Int) -> String {
        Figure.plain(Double(bytes) / 1_048_576)
    }
}

/// All users in order, read by the page when they are asked for.
private struct UserStream: AsyncSequence {
    typealias Element = User

    static let pageSize = 1_000

    let users: UserTable
    /// The id after which it begins.
    var first = 0

    func makeAsyncIterator() -> Iterator {
        Iterator(users: users, last: first)
    }

    struct Iterator: AsyncIteratorProtocol {
        let users: UserTable
        var last: Int
        var page: [User] = []
        var index = 0
        private(set) var rowsRead = 0

        init(users: UserTable, last: Int) {
            self.users = users
            self.last = last
        }

        mutating func next() async throws -> User? {
            try await next(isolation: nil)
        }

        mutating func next(isolation: isolated (any Actor)?) async throws -> User? {
            if index == page.count {
                page = try await users.page(after: last, limit: UserStream.pageSize)
                rowsRead += page.count
                index = 0
            }
            guard index < page.count else { return nil }
            defer { index += 1 }
            last = page[index].id
            return page[index]
        }
    }
}
