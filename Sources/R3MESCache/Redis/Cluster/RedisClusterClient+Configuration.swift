// SPDX-License-Identifier: Apache-2.0

extension RedisClusterClient {
    /// How a ``RedisClusterClient`` finds its nodes and speaks to them.
    public struct Configuration: Sendable {
        /// Nodes to ask for the others; one that answers is enough.
        public var seeds: [RedisClient.Endpoint]
        /// How each node is spoken to; its endpoint is not used.
        public var node: RedisClient.Configuration
        /// How often a command is sent again after refusals such as `MOVED`.
        ///
        /// The default is 5.
        public var maximumRedirections = 5
        /// The least time between two looks at the cluster.
        ///
        /// The default is 100 ms.
        public var minimumRefreshInterval = Duration.milliseconds(100)

        /// Makes a configuration of the nodes to ask first.
        public init(seeds: [RedisClient.Endpoint]) {
            self.seeds = seeds
            node = RedisClient.Configuration(endpoint: seeds.first ?? .host(""))
        }

        func validate() throws(CacheError) {
            guard !seeds.isEmpty, seeds.count <= ClusterTopology.maximumNodes else {
                throw CacheError(.invalidConfiguration, "there are no seeds, or too many")
            }
            guard node.database == 0 else {
                throw CacheError(.invalidConfiguration, "a cluster has only the database 0")
            }
            guard maximumRedirections >= 0, minimumRefreshInterval >= .zero else {
                throw CacheError(.invalidConfiguration, "maximumRedirections or minimumRefreshInterval is negative")
            }
            for seed in seeds { try configuration(of: seed).validate() }
        }

        func configuration(of endpoint: RedisClient.Endpoint) -> RedisClient.Configuration {
            var configuration = node
            configuration.endpoint = endpoint
            return configuration
        }
    }
}
