// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A port of 127.0.0.1 that nobody listens on, for a server about to be started.
///
/// It is below those that the system gives to connections: one of them could take it before the server does.
public func freePort() throws -> Int {
    for _ in 0..<1000 {
        let port = UInt16.random(in: 16_384..<32_768)
        if isFree(port) { return Int(port) }
    }
    throw HarnessError("No free port was found.")
}

/// Whether a server could listen on a port.
///
/// The socket that tries it is no program's but this one's: in another it would go on holding the port.
private func isFree(_ port: UInt16) -> Bool {
    #if canImport(Darwin)
    let kind = SOCK_STREAM
    #else
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafeBytes(of: &address) { bytes in
        bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
    }
}
