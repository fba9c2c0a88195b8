// SPDX-License-Identifier: Apache-2.0

import Configuration
import Synchronization

extension ServiceConfiguration {
    /// The sources of the settings behind one reader, the strongest first: flags, environment, file.
    ///
    /// The reader is asked for these keys, all as text, since a flag and a variable have no other type:
    /// - `profile`
    /// - `server.host`, `server.port`, `server.idle-timeout`, `server.shutdown-timeout`, `server.backlog`
    /// - `database.url`, `database.busy-timeout`, `database.readers`, `database.synchronous`
    /// - `cache.url`, `cache.size`, `cache.lifetime`, `cache.shared-lifetime`
    /// - `auth.mode`, `auth.open-reads`, `auth.open-operations`
    /// - `chain.url`, `chain.timeout`
    /// - `security.cursor-secret`
    /// - `limits.body-size`, `limits.keys-per-wallet`, `limits.page-size`
    /// - `idempotency.retention`
    /// - `log.level`, `log.format`
    struct Sources: Sendable {
        private let flags: [String: String]
        private let environment: [String: String]
        private let file: File?
        private let reader: ConfigReader
        private let recorder = LayerRecorder()

        init(flags: [String: String], environment: [String: String], file: File?) {
            self.flags = flags
            self.environment = environment
            self.file = file
            self.reader = ConfigReader(
                providers: [
                    InMemoryProvider(name: "flags", values: Self.values(flags)),
                    EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "r3mes"),
                    InMemoryProvider(name: "file", values: Self.values(file?.values ?? [:])),
                ],
                accessReporter: recorder
            )
        }

        private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
            let pairs = texts.map { key, text in
                let setting = Setting.named(key)
                return (
                    AbsoluteConfigKey(ConfigKey(key)), ConfigValue(.string(text), isSecret: setting?.secrecy != .open)
                )
            }
            return Dictionary(pairs) { first, _ in first }
        }
    }
}

extension ServiceConfiguration.Sources {
    /// What the strongest source says about a setting, and which source that is.
    func text(of setting: ServiceConfiguration.Setting) -> (text: String, origin: ServiceConfiguration.Origin)? {
        let text = reader.string(forKey: ConfigKey(setting.key), isSecret: setting.secrecy != .open)
        guard let text, let layer = recorder.layer(of: setting.key) else { return nil }
        switch layer {
        case 0: return (text, .flag(setting.flag ?? setting.key))
        case 1: return (text, .environment(setting.environmentVariable))
        default: return (text, .file(file?.path ?? ""))
        }
    }

    /// Remembers which provider answered: providers are asked in order up to the first that has a value.
    private final class LayerRecorder: AccessReporter {
        private let layers = Mutex<[String: Int]>([:])

        func layer(of key: String) -> Int? {
            layers.withLock { $0[key] }
        }

        func report(_ event: AccessEvent) {
            guard case .success(.some) = event.result else { return }
            layers.withLock { $0[event.metadata.key.description] = event.providerResults.count - 1 }
        }
    }
}

extension ServiceConfiguration.Sources {
    private typealias Setting = ServiceConfiguration.Setting

    /// What is wrong with the sources themselves: names that mean nothing, and values that are no single value.
    var mistakes: [ServiceError.FieldError] {
        unknownFlags + unknownVariables + unknownKeys + misshapenKeys
    }

    private var unknownFlags: [ServiceError.FieldError] {
        flags.keys.filter { Setting.named($0)?.flag == nil }.sorted().map { key in
            ServiceError.FieldError(field: key, reason: "no flag gives this setting")
        }
    }

    private var unknownVariables: [ServiceError.FieldError] {
        let known = Setting.all.map(\.environmentVariable)
        let given = environment.keys.filter { name in
            name.hasPrefix(Setting.environmentPrefix) && !name.hasPrefix(ServiceConfiguration.testVariablePrefix)
                && name != ServiceConfiguration.fileVariable && !known.contains(name)
        }
        return given.sorted().map { name in
            let suggestion = NameSuggestion(for: name, among: known).text
            return ServiceError.FieldError(field: name, reason: "unknown environment variable\(suggestion)")
        }
    }

    private var unknownKeys: [ServiceError.FieldError] {
        guard let file else { return [] }
        let known = Setting.all.map(\.key)
        return file.keys.filter { !known.contains($0) }.sorted().map { key in
            let suggestion = NameSuggestion(for: key, among: known).text
            return ServiceError.FieldError(field: key, reason: "unknown key in file \(file.path)\(suggestion)")
        }
    }

    private var misshapenKeys: [ServiceError.FieldError] {
        guard let file else { return [] }
        return Setting.all.compactMap { setting in
            let reason: String
            if file.repeatedKeys.contains(setting.key) {
                reason = "is given twice"
            } else if file.listKeys.contains(setting.key) {
                reason = "a list is not \(setting.allowed)"
            } else {
                return nil
            }
            return ServiceError.FieldError(field: setting.key, reason: "\(reason) (file \(file.path))")
        }
    }
}
