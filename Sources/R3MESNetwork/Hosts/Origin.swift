// SPDX-License-Identifier: Apache-2.0

/// Where a request goes: scheme, host and port, in lower case.
///
/// What belongs to a host is kept by it.
struct Origin: Hashable, Sendable {
    let text: String

    /// The origin of an absolute URL; nil for any other scheme than http and https, and for URLs with user information,
    /// which would be sent to the server in clear.
    init?(of url: String) {
        let bytes = url.utf8
        guard
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8)
        else {
            return nil
        }
        let scheme = url[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else {
            return nil
        }
        let start = bytes.index(colon, offsetBy: 3)
        let end = bytes[start...].firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
        }
        let authority = url[start..<(end ?? url.endIndex)]
        guard !authority.isEmpty, !authority.utf8.contains(UInt8(ascii: "@")) else {
            return nil
        }
        text = scheme + "://" + authority.lowercased()
    }
}
