// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// The servers that may be connected to, in the order in which they are tried, each as libpq's parameters.
struct PostgresServers: Sendable {
    typealias Parameters = [(keyword: String, value: String)]

    /// Never empty.
    let list: [Parameters]

    /// Takes a URL, or a list of keywords and values, of libpq's form; hosts, addresses and ports in lists become a server each.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - settings: What counts instead of what the URL says.
    ///   - problems: Takes what is wrong, without a word of the URL, which may hold a password.
    init(_ text: String, settings: [String: String], problems: inout ConfigurationProblems) {
        guard var values = Self.parse(text) else {
            problems.require(false, "url is not a PostgreSQL URL: postgres://user@host:port/database?option=value")
            list = []
            return
        }
        values.merge(settings) { _, new in new }
        values["client_encoding"] = "UTF8"
        if values["fallback_application_name"] == nil {
            values["fallback_application_name"] = "r3mes"
        }
        let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
        problems.require(
            values["sslmode"].map { modes.contains($0) } ?? true,
            "sslmode must be one of \(modes.joined(separator: ", "))"
        )
        let hosts = Self.list(values.removeValue(forKey: "host"))
        let addresses = Self.list(values.removeValue(forKey: "hostaddr"))
        let ports = Self.list(values.removeValue(forKey: "port"))
        let count = max(hosts.count, addresses.count, 1)
        problems.require(
            hosts.isEmpty || addresses.isEmpty || hosts.count == addresses.count,
            "url must name as many hosts as host addresses"
        )
        problems.require(
            ports.count <= 1 || ports.count == count,
            "url must name one port, or one for each host"
        )
        for port in ports where !port.isEmpty {
            problems.require(Int(port).map { (1...65_535).contains($0) } ?? false, "a port must be 1 to 65535")
        }
        list = (0..<count).map { index in
            var server = values
            server["host"] = hosts.indices.contains(index) ? hosts[index] : nil
            server["hostaddr"] = addresses.indices.contains(index) ? addresses[index] : nil
            server["port"] = ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : nil
            return server.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    private static func list(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else {
            return []
        }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }

    /// The settings of a URL or a list of keywords; nil if it is neither.
    private static func parse(_ text: String) -> [String: String]? {
        guard let options = PQconninfoParse(text, nil) else {
            return nil
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                values[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return values
    }
}
