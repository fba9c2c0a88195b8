// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import R3MESCache
import R3MESService
import Synchronization

/// The command `r3mes simulate`.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find out which cache policy and size would serve a recorded stream of keys.",
        discussion: """
            Replays the keys on caches of several sizes and policies: the cache of this project itself (w-tinylfu), \
            lru, lfu, fifo, sieve, and the optimum that no policy can pass (optimal). Prints how many requests would hit, \
            and which size is worth its memory. The file is text or gzip data, one key a line, or an access log.

            Example:
              r3mes simulate keys.txt.gz --sizes 100,500,1000
              r3mes simulate access.log --column request --svg ratios.svg
            """
    )

    @Argument(help: "The file of keys; - for standard input.")
    var trace: String

    @Option(
        help: ArgumentHelp(
            "The sizes in entries, with commas. The default is steps up to the number of distinct keys.",
            valueName: "sizes"
        ),
        transform: CheckedArgument.sizes
    )
    var sizes: [Int]?

    @Option(
        help: ArgumentHelp(
            "The policies, with commas. The default is w-tinylfu,lru,lfu,fifo,sieve,optimal.",
            valueName: "names"
        ),
        transform: CheckedArgument.policies
    )
    var policies: [SimulationPolicy]?

    @Option(
        help: ArgumentHelp(
            """
            Where in a line the key is: the number of a field from 1, the word request for the target of GET and HEAD in \
            access logs, or the name of a name=value field. The default is the whole line.
            """,
            valueName: "field"
        ),
        transform: CheckedArgument.column
    )
    var column: KeyTraceReader.Column?

    @Option(
        help: ArgumentHelp(
            """
            The one character between fields, or tab. The default is blanks, which fields in "quotation marks" and \
            [brackets] may hold.
            """,
            valueName: "character"
        ),
        transform: CheckedArgument.separator
    )
    var separator: KeyTraceReader.Separator?

    @Option(
        help: ArgumentHelp("Read no more than this many requests. The default is 50 million.", valueName: "requests"),
        transform: CheckedArgument.requestLimit
    )
    var limit: Int?

    @Option(
        name: [.customLong("svg"), .customLong("plot")],
        help: ArgumentHelp("Also draw the hit ratios into this file.", valueName: "file")
    )
    var svg: String?

    @Option(
        help: ArgumentHelp("What an entry takes in memory, to be told what a size takes.", valueName: "bytes"),
        transform: CheckedArgument.entryBytes
    )
    var entryBytes: Int?

    @Option(
        help: ArgumentHelp(
            "By how many points a doubled cache must raise the hit ratio to be worth it. The default is 2.",
            valueName: "points"
        ),
        transform: CheckedArgument.minGain
    )
    var minGain: Double?

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() async throws {
        let recording = try readTrace()
        let simulator = CacheSimulator(recording.trace)
        let policies = policies ?? SimulationPolicy.all
        let sizes = sizes ?? simulator.defaultSizes
        let judged = policies.contains(.wTinyLFU) ? .wTinyLFU : policies.first { $0 != .optimal } ?? .optimal
        // Whether the largest size is large enough shows only beside a larger one.
        let beyond = sizes.filter { $0 < recording.trace.distinctKeys }.count == sizes.count ? sizes.last : nil
        let probes = beyond.map { [min($0 * 2, recording.trace.distinctKeys)] } ?? []

        let progress = Mutex((Progress(counting: "simulated requests"), 0))
        let total = recording.trace.count * (policies.count * sizes.count + probes.count)
        let onProgress: @Sendable (Int) -> Void = { requests in
            progress.withLock { progress in
                progress.1 += requests
                progress.0.update(progress.1, fraction: Double(progress.1) / Double(max(total, 1)))
            }
        }
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let results = try await simulator.run(
            policies: policies,
            sizes: sizes,
            maxConcurrency: processors,
            onProgress: onProgress
        )
        let beyondResults = try await simulator.run(policies: [judged], sizes: probes, onProgress: onProgress)
        progress.withLock { $0.0.finish($0.1) }

        let advice = SizeAdvice(
            for: judged,
            from: results + beyondResults,
            distinctKeys: recording.trace.distinctKeys,
            minimumGain: minGain ?? 2
        )
        let report = SimulationReport(
            name: trace == "-" ? "standard input" : URL(fileURLWithPath: trace).lastPathComponent,
            recording: recording,
            policies: policies,
            sizes: sizes,
            results: results,
            advice: advice,
            entryBytes: entryBytes
        )
        if let svg {
            try write(report.plot.svg, to: svg)
        }
        Terminal.printResult(json ? report.json : report.text)
    }

    private func write(_ document: String, to file: String) throws {
        do {
            try Data(document.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw ServiceError(.malformedBody, "The plot cannot be written to \(file).", underlying: error)
        }
    }
}
