// SPDX-License-Identifier: Apache-2.0

/// What the configuration says of who may read without a key.
struct AccessRules: Sendable {
    let settings: ServiceConfiguration.Authentication

    /// Public user data: open to all, or to any key with the scope `read`.
    func requireRead(_ principal: Principal) throws(ServiceError) {
        if !settings.openReads {
            try principal.require(.read)
        }
    }

    /// What only operators should see.
    func mayOperate(_ principal: Principal) -> Bool {
        settings.openOperations || principal.isAdmin
    }
}
