// SPDX-License-Identifier: Apache-2.0

extension ResilientClient {
    /// The order of the policies, outermost first.
    ///
    /// Each knows only the one below it, as `next`.
    ///
    /// Around all of them stands the deadline, which no policy extends.
    func policies(_ call: Call) async -> TryResult {
        // Stands in for whatever fails below.
        await answeringStale(call) {
            // Repeats what failed below, if that is safe, in time and within the budget.
            await self.retrying(call) { kind in
                // Sends a second copy of a slow try, within the same budget.
                await self.hedging(call, kind) { kind in
                    // Chooses the endpoint, and another one where the first is closed or full.
                    await self.routing(call) { route in
                        // Refuses what the host's breaker refuses, and reports to it.
                        await self.breaking(route, kind) { route in
                            // Holds one of the host's places for as long as the try takes.
                            await self.bulkheading(route, kind) {
                                // Sends, under the timeouts and the size limit; one metric and one log line.
                                await self.sending(call, route, kind)
                            }
                        }
                    }
                }
            }
        }
    }
}
