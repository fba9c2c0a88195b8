// SPDX-License-Identifier: Apache-2.0

import Logging

extension ServiceConfiguration {
    /// Why a text is no value of its setting.
    struct Refusal: Error {
        /// The reason, if there is more to say than what is allowed.
        let reason: String

        init(_ reason: String = "") {
            self.reason = reason
        }
    }

    /// How one kind of value is written: the rule in words, and the way from text and back.
    struct ValueFormat<Value>: Sendable {
        /// What is allowed, so that "is not …" and "must be …" read well in front of it.
        let allowed: String

        /// Reads a text.
        let parse: @Sendable (String) throws(Refusal) -> Value

        /// Writes a value so that ``parse`` gives it back.
        let text: @Sendable (Value) -> String
    }
}

extension ServiceConfiguration.ValueFormat where Value: Sendable & Comparable {
    /// A value in a range, which also serves to say what the range is.
    private init(
        _ kind: String,
        in range: ClosedRange<Value>,
        read: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            allowed: "\(kind) from \(text(range.lowerBound)) to \(text(range.upperBound))",
            parse: { text throws(ServiceConfiguration.Refusal) in
                guard let value = read(text), range.contains(value) else { throw ServiceConfiguration.Refusal() }
                return value
            },
            text: text
        )
    }
}

extension ServiceConfiguration.ValueFormat<Int> {
    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self("a whole number", in: range, read: { Int(digits: $0) }, text: { "\($0)" })
    }
}

extension ServiceConfiguration.ValueFormat<Duration> {
    /// A duration in a range.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        Self(
            "a duration",
            in: range,
            read: { Duration(configurationText: $0) },
            text: { $0.configurationText }
        )
    }
}

extension ServiceConfiguration.ValueFormat<ByteCount> {
    /// A number of bytes in a range.
    static func size(_ range: ClosedRange<ByteCount>) -> Self {
        Self(
            "a size",
            in: range,
            read: { ByteCount($0) },
            text: { $0.description }
        )
    }
}

extension ServiceConfiguration.ValueFormat<Bool> {
    /// A truth value.
    static var boolean: Self {
        Self(
            allowed: "true or false",
            parse: { text throws(ServiceConfiguration.Refusal) in
                guard let value = Bool(text) else { throw ServiceConfiguration.Refusal() }
                return value
            },
            text: { "\($0)" }
        )
    }
}

extension ServiceConfiguration.ValueFormat
where Value: CaseIterable & RawRepresentable<String> & Sendable {
    /// One of the cases of an enumeration.
    static var oneOf: Self {
        Self(
            allowed: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
            parse: { text throws(ServiceConfiguration.Refusal) in
                guard let value = Value(rawValue: text) else { throw ServiceConfiguration.Refusal() }
                return value
            },
            text: { $0.rawValue }
        )
    }
}

extension ServiceConfiguration.ValueFormat<String> {
    /// A name or an address to listen on.
    static var host: Self {
        Self(
            allowed: "a host name, an IPv4 address or an IPv6 address, without a port",
            parse: { text throws(ServiceConfiguration.Refusal) in
                guard HostName(text: text).isValid else { throw ServiceConfiguration.Refusal() }
                return text
            },
            text: { $0 }
        )
    }

    /// The URL of a web resource, or nothing.
    static var webAddress: Self {
        Self(
            allowed: "an http or https URL without a user or password, or empty",
            parse: { text throws(ServiceConfiguration.Refusal) in
                let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
                let host = rest?.prefix { $0 != "/" && $0 != "?" } ?? ""
                let isURL = !host.isEmpty && !host.contains("@") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                guard text.isEmpty || isURL else { throw ServiceConfiguration.Refusal() }
                return text
            },
            text: { $0 }
        )
    }
}

extension ServiceConfiguration.ValueFormat<Secret> {
    /// A secret, whose length is a matter of safety and so of ``ServiceConfiguration/validate()``.
    static var secret: Self {
        Self(
            allowed: "a text of at least \(ServiceConfiguration.Security.minimumSecretLength) characters",
            parse: { text throws(ServiceConfiguration.Refusal) in
                if text.isEmpty { throw ServiceConfiguration.Refusal() }
                return Secret(text)
            },
            // Read back by the validation alone; what is shown is masked by the setting.
            text: { $0.value }
        )
    }
}

extension ServiceConfiguration.ValueFormat<CacheURL> {
    /// The URL of a cache.
    static var cacheURL: Self {
        Self(
            allowed: "none, memory, redis://…, rediss://… or unix:///…",
            parse: { text throws(ServiceConfiguration.Refusal) in try CacheURL.parse(text) },
            text: { $0.description }
        )
    }
}

extension ServiceConfiguration.ValueFormat<DatabaseURL> {
    /// The URL of a database.
    static var databaseURL: Self {
        Self(
            allowed: "sqlite:PATH, postgres://… or postgresql://…",
            parse: { text throws(ServiceConfiguration.Refusal) in try DatabaseURL.parse(text) },
            text: { $0.description }
        )
    }
}
