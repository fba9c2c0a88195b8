// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache

extension SimulationReport {
    /// Which size is worth its memory, and why, in words; the first line answers.
    var adviceLines: [String] {
        guard recording.trace.distinctKeys < recording.trace.count else {
            return [
                "Worth its memory: none. No key is asked for twice. Is a line more than a key? For an access log add "
                    + "--column request."
            ]
        }
        guard let advice, let best = advice.worth ?? result(advice.policy, sizes.last ?? 0) else { return [] }
        return [verdict(advice, best), rivals(advice.policy, at: best), firstRequests(advice)].compactMap(\.self)
    }

    private func verdict(_ advice: SizeAdvice, _ best: SimulationResult) -> String {
        let isEnough = advice.worth != nil
        var text = "Worth its memory: \(isEnough ? "" : "more than ")\(entries(best.size)) "
        text += "(\((best.hitRatio * 100).tenths) % of requests hit with \(best.policy.title)"
        text += memory(of: best.size).map { ", \($0))." } ?? ")."
        if let smaller = advice.previous(before: best) {
            text += " \(smaller.size.grouped) hit \(best.gain(over: smaller).points) less."
        }
        guard let larger = advice.next(after: best) else {
            return text + " All keys fit."
        }
        let step = larger.size == best.size * 2 ? "Doubling to \(larger.size.grouped)" : larger.size.grouped
        let verb = larger.size == best.size * 2 ? "adds" : "add"
        text += " \(step) \(verb) \(larger.gain(over: best).points)"
        return text + (isEnough ? "." : ": try larger --sizes.")
    }

    /// How far it is to the optimum and to LRU.
    private func rivals(_ policy: SimulationPolicy, at best: SimulationResult) -> String? {
        let others: [(SimulationPolicy, String)] = [(.optimal, "the optimum hits"), (.lru, "LRU hits")]
        let parts = others.compactMap { rival, words -> String? in
            guard rival != policy, let result = result(rival, best.size) else { return nil }
            let gain = result.gain(over: best)
            let comparison = abs(gain) < 0.05 ? "as much" : "\(abs(gain).points) \(gain > 0 ? "more" : "less")"
            return "\(words) \((result.hitRatio * 100).tenths) %, \(comparison)"
        }
        guard !parts.isEmpty else { return nil }
        return "Beside \(policy.title) at \(entries(best.size)): \(parts.joined(separator: "; "))."
    }

    /// What no cache can change, and what this trace cannot tell.
    private func firstRequests(_ advice: SizeAdvice) -> String {
        let share = recording.trace.firstRequestRatio * 100
        var text = "\(share.tenths) % of the requests are the first for their keys and hit in no cache."
        if let size = advice.warmUpSize {
            text +=
                " From \(entries(size)) on they are more than half of all misses: to tell larger sizes apart, record more."
        }
        return text
    }

    private func entries(_ size: Int) -> String {
        size == 1 ? "1 entry" : "\(size.grouped) entries"
    }
}

extension Double {
    /// The number with one decimal.
    var tenths: String {
        String(format: "%.1f", self)
    }

    /// As a distance between percentages.
    fileprivate var points: String {
        "\(tenths) points"
    }
}
