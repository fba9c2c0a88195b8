// SPDX-License-Identifier: Apache-2.0

import R3MESCache
import R3MESResponse
import R3MESService

/// What `r3mes simulate` found, for people and for programs.
struct SimulationReport {
    let name: String
    let recording: Recording
    let policies: [SimulationPolicy]
    let sizes: [Int]
    let results: [SimulationResult]
    let advice: SizeAdvice?
    let entryBytes: Int?

    /// The result of a policy at a size.
    func result(_ policy: SimulationPolicy, _ size: Int) -> SimulationResult? {
        results.first { $0.policy == policy && $0.size == size }
    }

    var plot: HitRatioPlot {
        HitRatioPlot(title: "Hit ratio by cache size: \(name)", results: results, markedSize: advice?.worth?.size)
    }
}

extension SimulationReport {
    /// The heading, the table and the advice.
    var text: String {
        var heading = "\(name): \(recording.trace.count.grouped) requests, \(recording.trace.distinctKeys.grouped) keys"
        if recording.skippedLines > 0 {
            heading += "; \(recording.skippedLines.grouped) lines without a key skipped"
        }
        if recording.isCutShort {
            heading += "; more may follow after the limit"
        }
        return ([heading, ""] + table + [""] + adviceLines).joined(separator: "\n")
    }

    /// A row for each size, a column for each policy; sizes are without spaces, lest a program count columns wrongly.
    private var table: [String] {
        let head = ["size"] + (entryBytes == nil ? [] : ["memory"]) + policies.map(\.title)
        let rows = sizes.map { size in
            [String(size)] + (memory(of: size).map { [$0] } ?? [])
                + policies.map { policy in
                    result(policy, size).map { "\(($0.hitRatio * 100).tenths) %" } ?? ""
                }
        }
        let widths = head.indices.map { column in
            ([head] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([head] + rows).map { cells in
            zip(cells, widths).map { cell, width in
                String(repeating: " ", count: width - cell.count) + cell
            }.joined(separator: "   ")
        }
    }

    /// What so many entries take, as `1.9 MiB`; nil unless it is known what one takes.
    func memory(of size: Int) -> String? {
        guard let entryBytes else { return nil }
        var (amount, unit) = (Double(size) * Double(entryBytes), "B")
        for larger in ["KiB", "MiB", "GiB", "TiB"] where amount >= 1024 {
            (amount, unit) = (amount / 1024, larger)
        }
        return unit == "B" ? "\(Int(amount)) B" : "\(amount.tenths) \(unit)"
    }
}

extension SimulationReport {
    /// All of it as one JSON object; ratios are from 0 to 1.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("trace") { json in
                json.object { json in
                    json.member("requests", recording.trace.count)
                    json.member("distinct_keys", recording.trace.distinctKeys)
                    json.member("skipped_lines", recording.skippedLines)
                    json.member("cut_short", recording.isCutShort)
                }
            }
            json.member("results") { json in
                json.array(results) { json, result in json.result(result) }
            }
            json.member("advice") { json in
                guard let advice else { return json.null() }
                json.object { json in
                    json.member("policy", plain: advice.policy.name)
                    json.member("min_gain") { $0.raw("\(advice.minimumGain)") }
                    json.member("worth") { json in
                        if let worth = advice.worth { json.result(worth) } else { json.null() }
                    }
                    json.member("curve") { json in
                        json.array(advice.curve) { json, result in json.result(result) }
                    }
                    json.member("text") { json in json.string(adviceLines.joined(separator: "\n")) }
                }
            }
        }
        return json.text
    }
}

extension JSONWriter {
    fileprivate mutating func result(_ result: SimulationResult) {
        object { json in
            json.member("policy", plain: result.policy.name)
            json.member("size", result.size)
            json.member("hit_ratio") { $0.raw("\(result.hitRatio)") }
            json.member("hits", result.hits)
            json.member("requests", result.requests)
        }
    }
}
