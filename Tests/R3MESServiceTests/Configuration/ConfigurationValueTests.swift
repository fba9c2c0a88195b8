// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Values of the configuration")
struct ConfigurationValueTests {
    @Test(
        "a duration is a whole number and a unit",
        arguments: [
            ("0s", Duration.zero), ("500ms", .milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)),
            ("24h", .seconds(86_400)), ("7d", .seconds(604_800)), ("15us", .microseconds(15)), ("9ns", .nanoseconds(9)),
        ]
    )
    func durations(text: String, duration: Duration) {
        #expect(Duration(configurationText: text) == duration)
    }

    @Test(
        "what is no duration is refused, and nothing overflows",
        arguments: [
            "", "5", "s", "5 s", " 5s", "5S", "-5s", "+5s", "1.5s", "5sec", "5s5s", "٣s", "9223372036854775807d",
            "99999999999999999999s",
        ]
    )
    func noDurations(text: String) {
        #expect(Duration(configurationText: text) == nil)
    }

    @Test(
        "a duration is written in the largest unit that keeps it whole",
        arguments: [
            (Duration.zero, "0s"), (.milliseconds(1500), "1500ms"), (.seconds(60), "1m"), (.seconds(90), "90s"),
            (.seconds(86_400), "24h"), (.nanoseconds(1), "1ns"), (.seconds(Int64.max), "9223372036854775807s"),
        ]
    )
    func durationTexts(duration: Duration, text: String) {
        #expect(duration.configurationText == text)
    }

    @Test(
        "a size is a whole number and a unit",
        arguments: [
            ("0", 0), ("1", 1), ("10B", 10), ("512KiB", 524_288), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648),
        ]
    )
    func sizes(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(
        "what is no size is refused, and nothing overflows",
        arguments: [
            "", "KiB", "1kib", "1KB", "-1", "1.5MiB", "1 MiB", "9223372036854775807GiB", "99999999999999999999",
        ]
    )
    func noSizes(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test("a size is written so that it reads back", arguments: [0, 1, 1023, 1024, 1536, 1_048_576, 1 << 30, Int.max])
    func sizeTexts(bytes: Int) {
        #expect(ByteCount("\(ByteCount(bytes: bytes))")?.bytes == bytes)
    }

    @Test("sizes are ordered")
    func sizeOrder() {
        #expect(ByteCount.kibibytes(1023) < .mebibytes(1))
    }

    @Test(
        "loopback hosts are known",
        arguments: [
            "127.0.0.1", "127.255.255.254", "127.8.0.3", "::1", "0:0:0:0:0:0:0:1", "::1%lo", "::ffff:127.0.0.1",
            "localhost", "LocalHost", "localhost.", "db.localhost", "/var/run/postgresql", "@r3mes",
        ]
    )
    func loopback(host: String) {
        #expect(HostName(text: host).isLoopback)
    }

    @Test(
        "other hosts are not taken for loopback",
        arguments: [
            "0.0.0.0", "::", "128.0.0.1", "10.0.0.127", "::2", "::ffff:10.0.0.1", "1::1", "fe80::1", "example.org",
            "localhost.example.org", "notlocalhost", "127.0.0.1.example.org", "127.0.0.256", "127.1", "",
        ]
    )
    func notLoopback(host: String) {
        #expect(!HostName(text: host).isLoopback)
    }

    @Test("a secret is not seen by printing, dumping or reflecting it")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret)\(String(reflecting: secret))\(dumped)".contains("hunter2"))
        #expect(secret.value == "hunter2")
    }

    @Test("a whole configuration gives no secret away when it is dumped")
    func dumpedConfiguration() throws {
        let loaded = try ServiceConfiguration.load(
            flags: ["database.url": "postgres://me:hunter2@localhost/db"],
            environment: ["R3MES_SECURITY_CURSOR_SECRET": "hunter3-hunter3-hunter3-hunter3-hunter3"]
        )
        var dumped = ""
        dump(loaded, to: &dumped)
        #expect(!"\(loaded)\(dumped)".contains("hunter"))
    }
}
