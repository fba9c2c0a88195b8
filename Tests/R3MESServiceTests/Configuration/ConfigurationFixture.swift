// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import R3MESService

/// A configuration file for the time of one test.
func withConfigurationFile<Result>(
    _ contents: String,
    suffix: String = ".yaml",
    _ body: (String) throws -> Result
) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(path: "r3mes-\(UUID().uuidString)\(suffix)")
    try Data(contents.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path(percentEncoded: false))
}

/// The error of a configuration that is refused, or `nil` if it is taken.
func refusal(
    flags: [String: String] = [:],
    environment: [String: String] = [:],
    file: String? = nil
) -> ServiceError? {
    do throws(ServiceError) {
        _ = try ServiceConfiguration.load(flags: flags, environment: environment, file: file)
        return nil
    } catch {
        return error
    }
}

/// The error of a file that is refused, or `nil` if it is taken.
func refusal(ofFile contents: String, suffix: String = ".yaml") throws -> ServiceError? {
    try withConfigurationFile(contents, suffix: suffix) { refusal(file: $0) }
}

extension ServiceError {
    /// The reason given for one setting.
    func reason(_ field: String) -> String? {
        fieldErrors.first { $0.field == field }?.reason
    }
}

/// A value for every setting that is allowed and is not the default.
let otherValues: [String: String] = [
    "profile": "production",
    "server.host": "::1",
    "server.port": "0",
    "server.idle-timeout": "90s",
    "server.shutdown-timeout": "500ms",
    "server.backlog": "1024",
    "database.url": "sqlite:/var/lib/r3mes/other.sqlite",
    "database.busy-timeout": "250ms",
    "database.readers": "13",
    "database.synchronous": "normal",
    "cache.url": "redis://localhost/3",
    "cache.size": "5MiB",
    "cache.lifetime": "3s",
    "cache.shared-lifetime": "70s",
    "auth.mode": "none",
    "auth.open-reads": "false",
    "auth.open-operations": "true",
    "chain.url": "https://chain.example:8443/status?brief=1",
    "chain.timeout": "250ms",
    "security.cursor-secret": "correct-horse-battery-staple-correct-horse",
    "limits.body-size": "512KiB",
    "limits.keys-per-wallet": "7",
    "limits.page-size": "50",
    "idempotency.retention": "2h",
    "log.level": "debug",
    "log.format": "json",
]

/// ``otherValues`` without what production or openness would forbid together.
let otherSafeValues = otherValues.filter { $0.key != "auth.open-operations" }
