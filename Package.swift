// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "r3mes",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "R3MESBatch", targets: ["R3MESBatch"]),
        .library(name: "R3MESCache", targets: ["R3MESCache"]),
        .library(name: "R3MESConcurrency", targets: ["R3MESConcurrency"]),
        .library(name: "R3MESDatabase", targets: ["R3MESDatabase"]),
        .library(name: "R3MESMemory", targets: ["R3MESMemory"]),
        .library(name: "R3MESNetwork", targets: ["R3MESNetwork"]),
        .library(name: "R3MESResponse", targets: ["R3MESResponse"]),
        .library(name: "R3MESService", targets: ["R3MESService"]),
        .executable(name: "r3mes", targets: ["r3mes"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.40.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        // Floor 0. The system's libraries.
        .systemLibrary(
            name: "CBrotli",
            pkgConfig: "libbrotlienc libbrotlidec",
            providers: [.apt(["libbrotli-dev"])]
        ),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // Floor 1. These import no other room.
        .target(
            name: "R3MESConcurrency",
            dependencies: [.heapModule, .logging, .metrics, .serviceLifecycle]
        ),
        .testTarget(
            name: "R3MESConcurrencyTests",
            dependencies: ["R3MESConcurrency", "R3MESTestSupport", .metricsTestKit, .serviceLifecycle]
        ),
        .target(
            name: "R3MESMemory",
            dependencies: [.logging, .metrics, .nioCore, .serviceLifecycle, .systemPackage]
        ),
        .testTarget(
            name: "R3MESMemoryTests",
            dependencies: [
                "R3MESConcurrency", "R3MESMemory", "R3MESTestSupport", .logging, .metrics, .metricsTestKit, .nioCore,
                .serviceLifecycle, .systemPackage,
            ]
        ),

        // Floor 2. These import floor 1.
        .target(
            name: "R3MESBatch",
            dependencies: [.dequeModule, .logging, .metrics, .serviceLifecycle, .systemPackage, .tracing]
        ),
        .testTarget(
            name: "R3MESBatchTests",
            dependencies: [
                "R3MESBatch", "R3MESTestSupport", .inMemoryTracing, .logging, .metrics, .metricsTestKit,
                .serviceLifecycle, .serviceLifecycleTestKit, .systemPackage, .tracing,
            ]
        ),
        .target(
            name: "R3MESCache",
            dependencies: [
                "CProcessor", "CZlib", "CZstd", "R3MESConcurrency", .coreMetrics, .dequeModule, .logging, .nioCore,
                .nioPosix, .nioSSL, .serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "R3MESCacheTests",
            dependencies: [
                "R3MESCache", "R3MESConcurrency", "R3MESTestSupport", .logging, .nioCore, .nioEmbedded, .nioPosix,
                .nioSSL,
                .serviceLifecycle,
            ]
        ),
        .target(
            name: "R3MESNetwork",
            dependencies: [
                "R3MESConcurrency", .asyncHTTPClient, .httpTypes, .logging, .coreMetrics, .nioCore, .nioHTTP1,
                .nioHTTP2, .nioPosix, .nioSSL, .serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "R3MESNetworkTests",
            dependencies: [
                "R3MESConcurrency", "R3MESNetwork", "R3MESTestSupport", .asyncHTTPClient, .coreMetrics, .httpTypes,
                .logging, .metricsTestKit, .nioCore, .nioSSL,
            ]
        ),

        // Floor 3. The databases.
        .target(
            name: "R3MESDatabase",
            dependencies: [
                "CLibPQ", "R3MESCache", "R3MESConcurrency", .dequeModule, .grdb, .grdbSQLite, .logging, .metrics,
                .serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "R3MESDatabaseTests",
            dependencies: [
                "R3MESConcurrency", "R3MESDatabase", "R3MESTestSupport", .logging, .metricsTestKit, .serviceLifecycle,
            ]
        ),

        // Floor 3. What answers are made of.
        .target(
            name: "R3MESResponse",
            dependencies: [
                "CBrotli", "CZlib", "CZstd", "R3MESConcurrency", .coreMetrics, .crypto, .httpTypes, .hummingbird,
                .logging, .nioCore,
            ]
        ),
        .testTarget(
            name: "R3MESResponseTests",
            dependencies: [
                "CBrotli", "CZlib", "CZstd", "R3MESConcurrency", "R3MESResponse", "R3MESTestSupport", .grdb,
                .httpTypes, .hummingbird, .logging, .nioCore, .nioPosix, .serviceLifecycle,
            ]
        ),

        // Floor 4. The backend.
        .target(
            name: "R3MESService",
            dependencies: [
                "R3MESCache", "R3MESConcurrency", "R3MESDatabase", "R3MESNetwork", "R3MESResponse",
                .configuration, .crypto, .httpTypes, .hummingbird, .logging, .nioCore, .nioFoundationCompat,
                .nioHTTP1, .serviceLifecycle, .unixSignals,
            ]
        ),
        .testTarget(
            name: "R3MESServiceTests",
            dependencies: [
                "R3MESCache", "R3MESDatabase", "R3MESResponse", "R3MESService", "R3MESTestSupport", .grdb, .grdbSQLite,
                .httpTypes,
                .hummingbird,
                .inMemoryLogging,
                .logging, .nioCore, .nioEmbedded,
            ]
        ),

        // Floor 5. The executable, whose tests start it as a process.
        .executableTarget(
            name: "r3mes",
            dependencies: ["R3MESCache", "R3MESResponse", "R3MESService", .argumentParser, .logging, .nioCore]
        ),
        .testTarget(
            name: "r3mesTests",
            dependencies: [
                "r3mes", "R3MESDatabase", "R3MESService", "R3MESTestSupport", .asyncHTTPClient, .grdb, .logging,
                .nioCore, .nioFoundationCompat,
                .nioHTTP1, .nioPosix,
            ]
        ),

        // An example of using some rooms without the backend.
        .executableTarget(
            name: "PriceGateway",
            dependencies: ["R3MESBatch", "R3MESConcurrency", "R3MESNetwork", .hummingbird, .logging],
            path: "Examples/PriceGateway"
        ),

        // Test doubles that the tests of all rooms share. No product: it leaves the package only in test binaries.
        .target(
            name: "R3MESTestSupport",
            dependencies: [
                "R3MESDatabase", "R3MESMemory", .logging, .nioCore, .nioHTTP1, .nioHTTP2, .nioPosix, .nioSSL,
            ]
        ),
        .testTarget(
            name: "R3MESTestSupportTests",
            dependencies: ["R3MESTestSupport", .nioCore, .nioPosix]
        ),
    ],
    swiftLanguageModes: [.v6]
)

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let coreMetrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let dequeModule = product(name: "DequeModule", package: "swift-collections")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let heapModule = product(name: "HeapModule", package: "swift-collections")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let inMemoryLogging = product(name: "InMemoryLogging", package: "swift-log")
    static let inMemoryTracing = product(name: "InMemoryTracing", package: "swift-distributed-tracing")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let metricsTestKit = product(name: "MetricsTestKit", package: "swift-metrics")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioFoundationCompat = product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let serviceLifecycleTestKit = product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let tracing = product(name: "Tracing", package: "swift-distributed-tracing")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
}

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
