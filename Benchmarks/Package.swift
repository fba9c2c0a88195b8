// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "r3mes-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "r3mes", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.40.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    ],
    targets: [
        .executableTarget(
            name: "FlowBenchmark",
            dependencies: [
                "Harness", "Upstream",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "R3MESBatch", package: "r3mes"),
                .product(name: "R3MESConcurrency", package: "r3mes"),
                .product(name: "R3MESMemory", package: "r3mes"),
                .product(name: "R3MESNetwork", package: "r3mes"),
            ],
            path: "Flow"
        ),

        .executableTarget(
            name: "CacheBenchmark",
            dependencies: [
                "Harness",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "R3MESCache", package: "r3mes"),
                .product(name: "R3MESMemory", package: "r3mes"),
            ],
            path: "Cache"
        ),

        // Comparisons in turns, peers behind pipes, and tables: what all benchmarks have in common.
        .target(name: "Harness", dependencies: [.product(name: "Logging", package: "swift-log")], path: "Harness"),

        .executableTarget(
            name: "DatabaseBenchmark",
            dependencies: [
                "Harness",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "R3MESDatabase", package: "r3mes"),
            ],
            path: "Database"
        ),

        .executableTarget(
            name: "RedisBenchmark",
            dependencies: [
                "Harness",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "R3MESCache", package: "r3mes"),
            ],
            path: "Redis"
        ),

        .executableTarget(
            name: "ResponseBenchmark",
            dependencies: [
                "Harness",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "R3MESResponse", package: "r3mes"),
            ],
            path: "Response"
        ),

        // The scripted server of the tests, by symbolic links: the package of the libraries has no product for it.
        .target(
            name: "Upstream",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Upstream"
        ),
    ],
    swiftLanguageModes: [.v6]
)

let upcomingFeatures = [
    "ExistentialAny",
    "ImmutableWeakCaptures",
    "InferIsolatedConformances",
    "InternalImportsByDefault",
    "MemberImportVisibility",
    "NonisolatedNonsendingByDefault",
]
for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += upcomingFeatures.map { .enableUpcomingFeature($0) }
    if Context.environment["WARNINGS_AS_ERRORS"] == "1" {
        settings.append(.treatAllWarnings(as: .error))
    }
    target.swiftSettings = settings
}
