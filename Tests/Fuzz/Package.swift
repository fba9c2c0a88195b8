// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// A package of its own, for it needs a sanitizer that no other build has. The parser's files are symbolic links: nothing
// of the library is public for the sake of this.
let package = Package(
    name: "r3mes-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0")
    ],
    targets: [
        .executableTarget(
            name: "FuzzRedis",
            dependencies: [.product(name: "NIOCore", package: "swift-nio")],
            path: "Redis",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .unsafeFlags(["-parse-as-library"]),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
