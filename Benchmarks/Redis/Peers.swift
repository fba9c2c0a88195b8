// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Redis' own load generator, in C: one thread, one connection for each caller.
struct RedisBenchmarkTool: Contestant {
    let host: String
    let port: Int
    let pipeline: Int

    init(url: String, pipeline: Int) throws {
        let components = URLComponents(string: url)
        host = components?.host ?? "127.0.0.1"
        port = components?.port ?? 6379
        self.pipeline = pipeline
    }

    var name: String { "redis-benchmark -P \(pipeline)" }

    func measure(_ workload: Workload, for time: Duration) async throws -> Harness.Measurement {
        // It counts requests and not time: first a few, to know how many fill the time.
        let trial = try run(workload, count: 20_000)
        let count = max(20_000, Int(trial.value * time.seconds))
        return try run(workload, count: count)
    }

    private func run(_ workload: Workload, count: Int) throws -> Harness.Measurement {
        let key = "key:__rand_int__"
        let command =
            switch workload.command {
            case .get: ["GET", key]
            case .set: ["SET", key, Workload.value]
            case .mget: ["MGET"] + Array(repeating: key, count: Workload.keysPerRequest)
            }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "redis-benchmark", "-h", host, "-p", "\(port)", "-c", "\(workload.callers)", "-P", "\(pipeline)",
                "-n", "\(count)", "-r", "\(Workload.keyCount)", "--csv",
            ] + command
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let used = ProcessorTime.ofEndedChildren
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        // The command itself, in the first field, may hold anything: the figures are counted from the end.
        let fields = text.split(separator: "\n").last?.split(separator: ",").map {
            Double($0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))) ?? .nan
        }
        guard let fields, fields.count >= 8 else {
            throw PeerEnded(question: "redis-benchmark")
        }
        let figures = Array(fields.suffix(7))
        return Harness.Measurement(
            value: figures[0],
            notes: [
                "p50": figures[3] * 1e6, "p99": figures[5] * 1e6,
                "cpu": (ProcessorTime.ofEndedChildren - used) / Double(count),
            ]
        )
    }
}

/// redis-py in asyncio, in a process of its own, with a connection for each caller.
struct PythonClient: Contestant {
    let name = "redis-py"
    let process: PeerProcess

    func measure(_ workload: Workload, for time: Duration) async throws -> Harness.Measurement {
        try process.measure(workload.command.rawValue, for: time, argument: "\(workload.callers)")
    }
}
