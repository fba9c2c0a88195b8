// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService

/// What a person is told when the service listens: where, with which data, and what to try.
struct Banner {
    let text: String

    init(
        settings: ServiceConfiguration,
        port: Int,
        adminKey: APIKey.Secret?,
        storage: Storage
    ) async throws {
        let host = settings.server.host
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        let example = try await storage.users(UserQuery(), limit: 1).items.first?.wallet
        let place =
            switch settings.database.url {
            case .sqlite(let path): URL(fileURLWithPath: path).standardizedFileURL.path
            case .postgres(let postgres): postgres.description
            }

        var lines = ["R3MES is listening on \(url)", "Data: \(place)"]
        if let adminKey {
            lines += [
                "",
                "Admin key, shown this once: \(adminKey.revealed())",
                "Another one: r3mes keys create --scope admin --database \(settings.database.url)",
            ]
        }
        lines += ["", "Try:", "  curl -s '\(url)/v1/users?limit=2'"]
        if let example {
            lines += ["  curl -s \(url)/v1/users/\(example)"]
        }
        lines += ["  curl -s \(url)/health/ready"]
        text = lines.joined(separator: "\n") + "\n"
    }
}
