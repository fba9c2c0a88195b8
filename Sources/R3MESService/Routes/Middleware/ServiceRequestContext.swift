// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
import Logging

/// What is known of a request beside the request itself.
package struct ServiceRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Names the request in answers and logs.
    var requestID = ""
    /// Who asks.
    ///
    /// ``AuthenticationMiddleware`` sets it.
    var principal = Principal.anonymous
    /// The key that was presented, once it has been found valid.
    var presentedKey: APIKey.Secret?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
