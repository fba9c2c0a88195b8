// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// Checks every range, and that the whole is safe for its profile.
    ///
    /// Refused in every profile: `auth.mode` `none` on an address that others reach, and a cursor secret that is too
    /// short. Refused in production: open operations calls, the cursor secret that everybody knows, a PostgreSQL
    /// server elsewhere without `sslmode=require` or stricter, and a Redis server elsewhere without TLS.
    ///
    /// - Throws: ``ServiceError`` that lists everything wrong at once, with the code
    ///   ``ServiceError/Code/configurationInvalid`` if a value is out of its range, else
    ///   ``ServiceError/Code/configurationUnsafe``.
    public func validate() throws(ServiceError) {
        var review = Review()
        for setting in Setting.all {
            var copy = self
            do throws(Refusal) {
                try setting.apply(setting.text(self), &copy)
            } catch {
                review.refuse(setting, shown: setting.shown(refused: setting.text(self)), error)
            }
        }
        review.checkSafety(of: self)
        try review.finish()
    }

    /// Collects everything that is wrong with a configuration.
    struct Review {
        /// Where the settings came from, as far as they came from anywhere.
        var origins: [String: Origin] = [:]

        private var invalid: [ServiceError.FieldError] = []
        private var unsafe: [ServiceError.FieldError] = []
    }
}

extension ServiceConfiguration.Review {
    /// Notes that a value cannot be read or is out of its range.
    mutating func refuse(
        _ setting: ServiceConfiguration.Setting,
        shown value: String,
        _ refusal: ServiceConfiguration.Refusal
    ) {
        let reason = refusal.reason.isEmpty ? "" : ": \(refusal.reason)"
        add([.init(field: setting.key, reason: "\(value) is not \(setting.allowed)\(reason)\(origin(of: setting.key))")]
        )
    }

    /// Notes other mistakes.
    mutating func add(_ mistakes: [ServiceError.FieldError]) {
        invalid += mistakes
    }

    /// Notes every broken rule, but for those about a setting whose value is not known because it was refused.
    mutating func checkSafety(of configuration: ServiceConfiguration) {
        let refused = Set(invalid.map(\.field))
        for rule in ServiceConfiguration.SafetyRule.all
        where refused.isDisjoint(with: rule.keys) && rule.isBroken(configuration) {
            let key = rule.keys[0]
            unsafe.append(.init(field: key, reason: rule.reason + origin(of: key)))
        }
    }

    /// Throws if anything was noted.
    func finish() throws(ServiceError) {
        let mistakes = invalid + unsafe
        if mistakes.isEmpty { return }
        let count = mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"
        throw ServiceError(
            invalid.isEmpty ? .configurationUnsafe : .configurationInvalid,
            "The configuration has \(count).",
            fieldErrors: mistakes
        )
    }

    private func origin(of key: String) -> String {
        origins[key].map { " (\($0))" } ?? ""
    }
}
