// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// Where the value of a setting came from, the strongest first.
    public enum Origin: Hashable, Sendable {
        /// A command-line flag, by its name without dashes.
        case flag(String)
        /// An environment variable, by its name.
        case environment(String)
        /// The configuration file, by its path.
        case file(String)
        /// Nowhere: the setting has its default.
        case `default`
    }
}

extension ServiceConfiguration.Origin: CustomStringConvertible {
    /// The origin in words, such as `flag --port`.
    public var description: String {
        switch self {
        case .flag(let name): "flag --\(name)"
        case .environment(let name): "environment variable \(name)"
        case .file(let path): "file \(path)"
        case .default: "default"
        }
    }
}
