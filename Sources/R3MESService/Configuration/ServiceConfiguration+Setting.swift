// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// One row of the table of settings: a key, how its value is written, and where that value goes.
    ///
    /// Reading, validation, printing and `docs/configuration.md` all come from ``all``, so that they cannot differ.
    struct Setting: Sendable {
        /// The dotted key, as in a file.
        let key: String

        /// The command-line flag without its dashes, for the few settings that have one.
        let flag: String?

        /// What is allowed.
        let allowed: String

        /// How much of the value may be shown.
        let secrecy: Secrecy

        /// What the setting does.
        let meaning: String

        /// The default in words, where it depends on the machine.
        let defaultInWords: String?

        /// Reads a text into the configuration.
        let apply: @Sendable (_ text: String, _ configuration: inout ServiceConfiguration) throws(Refusal) -> Void

        /// The value in a configuration as text, which may be secret: only ``shown(in:)`` is for eyes.
        let text: @Sendable (_ configuration: ServiceConfiguration) -> String

        init<Value>(
            _ key: String,
            _ path: any WritableKeyPath<ServiceConfiguration, Value> & Sendable,
            _ format: ValueFormat<Value>,
            flag: String? = nil,
            secrecy: Secrecy = .open,
            default defaultInWords: String? = nil,
            _ meaning: String
        ) {
            self.key = key
            self.flag = flag
            self.allowed = format.allowed
            self.secrecy = secrecy
            self.meaning = meaning
            self.defaultInWords = defaultInWords
            self.apply = { text, configuration throws(Refusal) in
                configuration[keyPath: path] = try format.parse(text)
            }
            self.text = { configuration in format.text(configuration[keyPath: path]) }
        }
    }
}

extension ServiceConfiguration.Setting {
    /// How much of a value may be shown.
    enum Secrecy: Sendable {
        /// All of it.
        case open
        /// The value itself hides its secret part, but a text that cannot be read may hold one anywhere.
        case partial
        /// None of it.
        case secret
    }

    /// The environment variable, such as `R3MES_SERVER_IDLE_TIMEOUT`.
    var environmentVariable: String {
        Self.environmentPrefix + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    /// What all environment variables of the service begin with.
    static let environmentPrefix = "R3MES_"

    /// The value in a configuration as people may see it.
    func shown(in configuration: ServiceConfiguration) -> String {
        secrecy == .secret ? Redaction.marker : text(configuration)
    }

    /// A text that could not be read as people may see it: quoted, of bounded length, without secrets.
    func shown(refused text: String) -> String {
        switch secrecy {
        case .secret: Redaction.marker
        case .partial where text.contains("@") || text.contains("="): Redaction.marker
        case .partial, .open: Redaction.text(text.count > 100 ? text.prefix(100) + "…" : text).debugDescription
        }
    }
}
