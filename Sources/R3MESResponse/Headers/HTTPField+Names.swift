// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

extension HTTPField.Name {
    package static let requestID = Self(constant: "X-Request-ID")
    static let requestTimeout = Self(constant: "X-Request-Timeout")
    package static let link = Self(constant: "Link")
    static let te = Self(constant: "TE")
    static let rateLimit = Self(constant: "RateLimit")
    static let rateLimitPolicy = Self(constant: "RateLimit-Policy")
    static let streamStatus = Self(constant: "X-Stream-Status")
    static let contentDigest = Self(constant: "Content-Digest")
    static let reprDigest = Self(constant: "Repr-Digest")
    static let digest = Self(constant: "Digest")
    static let contentMD5 = Self(constant: "Content-MD5")
    static let referrerPolicy = Self(constant: "Referrer-Policy")
    static let frameOptions = Self(constant: "X-Frame-Options")
    static let permissionsPolicy = Self(constant: "Permissions-Policy")
    static let crossOriginResourcePolicy = Self(constant: "Cross-Origin-Resource-Policy")

    /// A name that is written in this library's code.
    package init(constant name: String) {
        guard let name = Self(name) else {
            preconditionFailure("\(name) is not a field name of RFC 9110")
        }
        self = name
    }
}

extension HTTPFields {
    /// Adds a name to `Vary`, unless that has it or `*`.
    mutating func vary(on name: HTTPField.Name) {
        let known = self[values: .vary].flatMap { $0.split(separator: ",") }.map { text in
            text.trimmingOptionalWhitespace.lowercased()
        }
        guard !known.contains("*"), !known.contains(name.canonicalName) else { return }
        let current = self[.vary].map { $0 + ", " } ?? ""
        self[.vary] = current + name.rawName
    }
}
