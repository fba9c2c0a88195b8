// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A host as people write it: a name, an IPv4 or IPv6 address, or the path of a Unix socket.
struct HostName: Sendable {
    /// The text as it was given.
    let text: String

    /// Whether nobody outside this machine is at the other end.
    ///
    /// True for 127.0.0.0/8, `::1`, its IPv4-mapped forms, `localhost` and names below it (RFC 6761), and Unix sockets
    /// (a path, or `@` and a name). No name is looked up, so a name of one's own for the loopback address is not known.
    var isLoopback: Bool {
        if isUnixSocket { return true }
        if let octets = ipv4 { return octets[0] == 127 }
        if let octets = ipv6 {
            return octets.dropLast().allSatisfy { $0 == 0 } && octets[15] == 1
                || octets.starts(with: Self.mappedPrefix) && octets[12] == 127
        }
        let name = (text.hasSuffix(".") ? text.dropLast() : text[...]).lowercased()
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    /// Whether this is the path of a Unix socket, or a name in Linux' abstract namespace.
    var isUnixSocket: Bool {
        text.hasPrefix("/") || text.hasPrefix("@")
    }

    /// Whether a server could listen there: an address, or letters, digits, `-`, `_` and `.`.
    var isValid: Bool {
        if ipv4 != nil || ipv6 != nil { return true }
        return 1...253 ~= text.utf8.count
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
            }
    }

    /// The prefix of IPv4 addresses inside IPv6, `::ffff:0:0/96`.
    private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// The four octets, if this is an IPv4 address.
    private var ipv4: [UInt8]? { octets(AF_INET, count: 4, of: text) }

    /// The sixteen octets, if this is an IPv6 address; a zone such as `%lo` does not count.
    private var ipv6: [UInt8]? { octets(AF_INET6, count: 16, of: String(text.prefix { $0 != "%" })) }

    private func octets(_ family: Int32, count: Int, of address: String) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        return inet_pton(family, address, &octets) == 1 ? octets : nil
    }
}
