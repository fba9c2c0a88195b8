// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// A configuration that was read and found good, with the origin of every setting.
    public struct Loaded: Sendable {
        /// The settings.
        public let configuration: ServiceConfiguration

        /// Where each setting came from, by its dotted key.
        public let origins: [String: Origin]
    }

    /// The environment variable that names the configuration file.
    static let fileVariable = "R3MES_CONFIG"

    /// What the environment variables of the tests begin with; the service does not mind them.
    static let testVariablePrefix = "R3MES_TEST_"

    /// Reads the settings: flags win over environment variables, those over the file, and that over the defaults.
    ///
    /// Reads the file while it blocks the calling thread, which is for the start of a process.
    ///
    /// - Parameters:
    ///   - flags: The flags that were given, by the dotted key of their setting.
    ///   - environment: The environment of the process. Variables that do not begin with `R3MES_` are left alone.
    ///   - file: The path of the file, if a flag names it; else the variable `R3MES_CONFIG` may.
    /// - Throws: ``ServiceError`` with the code ``ServiceError/Code/configurationUnreadable`` for the file;
    ///   ``ServiceError/Code/configurationInvalid`` if any value or name is wrong, else
    ///   ``ServiceError/Code/configurationUnsafe`` if ``validate()`` would refuse the whole. Both list every mistake of
    ///   either kind, with its origin and without any secret.
    public static func load(
        flags: [String: String] = [:],
        environment: [String: String],
        file: String? = nil
    ) throws(ServiceError) -> Loaded {
        var loadedFile: File?
        if let path = file ?? environment[fileVariable] {
            loadedFile = try File(path: path)
        }
        let sources = Sources(flags: flags, environment: environment, file: loadedFile)
        var configuration = ServiceConfiguration()
        var review = Review()
        for setting in Setting.all {
            guard let (text, origin) = sources.text(of: setting) else { continue }
            review.origins[setting.key] = origin
            do throws(Refusal) {
                try setting.apply(text, &configuration)
            } catch {
                review.refuse(setting, shown: setting.shown(refused: text), error)
            }
        }
        review.add(sources.mistakes)
        review.checkSafety(of: configuration)
        try review.finish()
        let origins = Setting.all.map { ($0.key, review.origins[$0.key] ?? .default) }
        return Loaded(configuration: configuration, origins: Dictionary(uniqueKeysWithValues: origins))
    }
}
