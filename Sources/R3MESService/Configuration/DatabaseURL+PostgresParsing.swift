// SPDX-License-Identifier: Apache-2.0

extension DatabaseURL.Postgres {
    private typealias Refusal = ServiceConfiguration.Refusal

    /// Reads what follows `postgres://`.
    ///
    /// Parameters win over what the authority says, as in libpq. Reasons quote nothing of the URL.
    init(_ text: String, afterScheme rest: Substring) throws(ServiceConfiguration.Refusal) {
        let (location, query) = rest.split(atFirst: "?")
        let (authority, path) = location.split(atFirst: "/")
        let parameters = try Self.parameters(query ?? "")

        var user: String?
        var password: String?
        var servers = authority
        if let at = authority.lastIndex(of: "@") {
            servers = authority[authority.index(after: at)...]
            let (name, secret) = authority[..<at].split(atFirst: ":")
            user = try Self.percentDecoded(name)
            password = try secret.map(Self.percentDecoded)
        }
        var hosts = try servers.split(separator: ",", omittingEmptySubsequences: false).map(Self.host)
        if let names = parameters["hostaddr"] ?? parameters["host"] {
            hosts = try Self.hosts(names: names, ports: parameters["port"])
        } else if let ports = parameters["port"] {
            hosts = try Self.hosts(names: hosts.map(\.name).joined(separator: ","), ports: ports)
        }
        var sslMode: SSLMode?
        if let mode = parameters["sslmode"] {
            sslMode = SSLMode(rawValue: mode)
            guard sslMode != nil else {
                throw Refusal("sslmode must be \(SSLMode.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }

        let pathDatabase = try path.map(Self.percentDecoded)
        let database = parameters["dbname"] ?? pathDatabase
        self.hosts = hosts
        self.database = database?.isEmpty == true ? nil : database
        self.user = parameters["user"] ?? (user?.isEmpty == true ? nil : user)
        self.hasPassword = parameters["password"] != nil || password?.isEmpty == false
        self.sslMode = sslMode
        self.connectionString = Secret(text)
    }

    private static func parameters(_ query: Substring) throws(ServiceConfiguration.Refusal) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let (name, value) = pair.split(atFirst: "=")
            guard let value else { throw Refusal("each parameter after ? must be name=value") }
            parameters[try percentDecoded(name)] = try percentDecoded(value)
        }
        return parameters
    }

    private static func host(_ text: Substring) throws(ServiceConfiguration.Refusal) -> Host {
        if text.hasPrefix("[") {
            guard let end = text.lastIndex(of: "]") else { throw Refusal("a bracket of an IPv6 address is not closed") }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw Refusal("] must be followed by a port or nothing")
            }
            return Host(name: String(text[text.index(after: text.startIndex)..<end]), port: try port(after.dropFirst()))
        }
        let (name, port) = text.split(atFirst: ":")
        return Host(name: try percentDecoded(name), port: try Self.port(port ?? ""))
    }

    /// The hosts of the parameters `host` and `port`, which are lists; one port serves all hosts.
    private static func hosts(names: String, ports: String?) throws(ServiceConfiguration.Refusal) -> [Host] {
        let names = names.split(separator: ",", omittingEmptySubsequences: false)
        let ports = (ports ?? "").split(separator: ",", omittingEmptySubsequences: false)
        guard ports.count == 1 || ports.count == names.count else {
            throw Refusal("there must be one port, or one for each host")
        }
        return try names.enumerated().map { index, name throws(ServiceConfiguration.Refusal) in
            Host(name: String(name), port: try port(ports.count == 1 ? ports[0] : ports[index]))
        }
    }

    private static func port(_ text: Substring) throws(ServiceConfiguration.Refusal) -> Int {
        if text.isEmpty { return 5432 }
        guard let port = Int(digits: text), 1...65535 ~= port else {
            throw Refusal("a port must be a whole number from 1 to 65535; in a password, write : / @ as %3A %2F %40")
        }
        return port
    }

    private static func percentDecoded(_ text: Substring) throws(ServiceConfiguration.Refusal) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let decoded = UInt8(Substring(rest.prefix(2)), radix: 16), decoded != 0 else {
                throw Refusal("% must be followed by two hexadecimal digits, and not by 00")
            }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text with every byte escaped that is not a letter, a digit or one of `-._~` (RFC 3986, "unreserved").
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar) {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}

private extension Substring {
    /// What is before the first occurrence of a character, and what is after it, if it occurs.
    func split(atFirst separator: Character) -> (Substring, Substring?) {
        guard let index = firstIndex(of: separator) else { return (self, nil) }
        return (self[..<index], self[self.index(after: index)...])
    }
}
