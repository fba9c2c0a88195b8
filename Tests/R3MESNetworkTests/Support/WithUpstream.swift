// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOSSL
import R3MESTestSupport

@testable import R3MESNetwork

/// Runs the body with a server and a client of its own, and shuts both down.
func withUpstream(
    _ configuration: ResilientClient.Configuration = .forTests(retries: 0),
    tls: Bool = false,
    script: @escaping FaultyUpstream.Script,
    _ body: (FaultyUpstream, ResilientClient) async throws -> Void
) async throws {
    try await FaultyUpstream.run(tls: tls, script) { upstream in
        let client = try ResilientClient(configuration, logger: .silent)
        do {
            try await body(upstream, client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
        await upstream.wait { $0.openConnections == 0 }
    }
}

extension ResilientClient.Configuration {
    static func trustingUpstream() throws -> Self {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(FaultyUpstream.certificate.utf8), format: .pem)
        ])
        return .forTests { [tls] in
            $0.tls = tls
            $0.retry.backoff = Backoff(base: .milliseconds(1))
        }
    }
}
