// SPDX-License-Identifier: Apache-2.0

/// The settings of the service, all of them typed and with a default.
///
/// ``load(flags:environment:file:)`` reads them from flags, environment variables and a file; `docs/configuration.md`
/// lists every key. A configuration made in code is checked by ``validate()``.
public struct ServiceConfiguration: Hashable, Sendable {
    /// What the service is run for, which decides how strict ``validate()`` is; `development` by default.
    public var profile: Profile = .development

    /// Where the service listens and how long it waits.
    public var server = Server()

    /// Where the data lives.
    public var database = Database()

    /// What is remembered of the data.
    public var cache = Cache()

    /// Who may call.
    public var authentication = Authentication()

    /// Where the status of the chain is asked for.
    public var chain = Chain()

    /// What is signed, and with what.
    public var security = Security()

    /// How much one request may ask for.
    public var limits = Limits()

    /// How long answers are kept for repeated requests.
    public var idempotency = Idempotency()

    /// What is logged, and how.
    public var logging = Logging()

    /// Makes the default configuration, which is fit for development.
    public init() {}
}

extension ServiceConfiguration {
    /// What the service is run for.
    public enum Profile: String, CaseIterable, Sendable {
        /// A laptop: every default works at once.
        case development
        /// Open to others: defaults that only suit a laptop are refused.
        case production
    }
}
