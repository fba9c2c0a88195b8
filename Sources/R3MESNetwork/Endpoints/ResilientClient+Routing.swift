// SPDX-License-Identifier: Apache-2.0

import Logging

extension ResilientClient {
    /// Finds where the try goes; with several endpoints, goes on to the next one if this side refuses to send to the
    /// first.
    func routing(_ call: Call, _ next: (Route) async -> TryResult) async -> TryResult {
        switch call.destination {
        case .host(let host, let origin):
            return await next(Route(url: call.request.url, origin: origin, host: host))
        case .endpoints(let endpoints):
            return await routing(call, over: endpoints, next)
        }
    }

    private func routing(
        _ call: Call,
        over endpoints: EndpointSet,
        _ next: (Route) async -> TryResult
    ) async -> TryResult {
        var refused: Set<Int> = []
        var refusal = TryResult.failure(.circuitOpen)
        // Endpoints that have not had this call come first; when all have had it, any that does not refuse.
        while let index = endpoints.pick(avoiding: refused.union(call.triedEndpoints))
            ?? endpoints.pick(avoiding: refused)
        {
            let origin = endpoints.origins[index]
            let result: TryResult
            do throws(NetworkError) {
                let host = try hosts.host(origin)
                let url = endpoints.endpoints[index] + call.request.url
                result = await next(Route(url: url, origin: origin, host: host))
            } catch {
                result = .failure(error)
            }
            if endpoints.end(index, failed: result.blamesHost) {
                metrics.eject()
                logger.notice(
                    "endpoint ejected",
                    metadata: ["host": "\(origin.text)", "client": "\(configuration.name)"]
                )
            }
            guard result.isRefusal else {
                call.markTried(endpoint: index)
                return result
            }
            refused.insert(index)
            refusal = result
        }
        return refusal
    }
}
