// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

extension RedisClusterClient: Service {
    /// Looks for the nodes, and shuts down in an orderly way when cancelled or told to stop.
    ///
    /// A client works without: then it looks for them with the first command, and ``shutdown(within:)`` ends it.
    public func run() async throws {
        // A cluster that isn't there yet is asked again by the first command.
        _ = try? await topology()
        await cancelWhenGracefulShutdown {
            // Ends by cancellation alone.
            while (try? await Task.sleep(for: .seconds(86_400))) != nil {}
        }
        await shutdown(within: configuration.node.commandTimeout)
    }
}
