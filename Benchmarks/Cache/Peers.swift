// SPDX-License-Identifier: Apache-2.0

import Harness

/// How the peers' programs are started.
struct Peers: Sendable {
    let go: [String]
    /// The class path.
    let java: String?
    let python: [String]
    /// The folder with the streams that all read.
    let streams: String

    func startGo() throws -> PeerProcess? {
        try go.isEmpty ? nil : PeerProcess(go + [streams])
    }

    func startPython() throws -> PeerProcess? {
        try python.isEmpty ? nil : PeerProcess(python + [streams])
    }

    func startJava() throws -> PeerProcess? {
        try java.map { try PeerProcess(["/usr/bin/env", "java", "-classpath", $0, "CacheBenchmark", streams]) }
    }
}
