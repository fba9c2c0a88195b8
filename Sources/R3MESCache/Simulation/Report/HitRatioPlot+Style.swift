// SPDX-License-Identifier: Apache-2.0

extension HitRatioPlot {
    /// How a policy's line looks, always the same, so that two plots can be laid side by side.
    ///
    /// The colours follow Okabe and Ito's palette, which people who see few colours can tell apart, made darker or
    /// lighter until they stand out from the page by 3 to 1 at least; shapes tell the lines apart without colour.
    struct Look {
        let light: String
        let dark: String
        /// The outline of a mark around the origin.
        let shape: String
        var isDashed = false
    }

    static func look(of policy: SimulationPolicy) -> Look {
        switch policy.kind {
        case .wTinyLFU: Look(light: "#0072b2", dark: "#56b4e9", shape: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z")
        case .lru: Look(light: "#c44f00", dark: "#ff9a57", shape: "M-4 -4h8v8h-8z")
        case .lfu: Look(light: "#8a6a00", dark: "#f0d443", shape: "M0 -5.2L4.8 3.6h-9.6z")
        case .fifo: Look(light: "#a8497f", dark: "#e8a2c8", shape: "M0 5.2L4.8 -3.6h-9.6z")
        case .sieve: Look(light: "#00795a", dark: "#3ad1a2", shape: "M0 -5.5L5.5 0L0 5.5L-5.5 0z")
        case .optimal:
            Look(light: "#4a4f57", dark: "#c9d1d9", shape: "M-4 -4L4 4M-4 4L4 -4", isDashed: true)
        }
    }

    static let style: String = {
        var light = [".paper{fill:#fff}", ".ink{fill:#1f2328}", ".soft{fill:#59636e}", ".grid{stroke:#d9dee3}"]
        var dark = [".paper{fill:#0d1117}", ".ink{fill:#f0f3f6}", ".soft{fill:#a5aeb8}", ".grid{stroke:#30363d}"]
        for policy in SimulationPolicy.all {
            let look = look(of: policy)
            for (colour, isDark) in [(look.light, false), (look.dark, true)] {
                let rules = ".\(policy.name){stroke:\(colour);fill:\(colour)}"
                if isDark { dark.append(rules) } else { light.append(rules) }
            }
        }
        return """
            <style>
            \(light.joined(separator: "\n"))
            .line{fill:none;stroke-width:2.25;stroke-linejoin:round}
            .leader{fill:none;stroke-width:1;opacity:.6}
            .name{stroke:none}
            .mark{stroke:#8b949e;stroke-dasharray:2 4;stroke-width:1.5}
            @media (prefers-color-scheme:dark){
            \(dark.joined(separator: "\n"))
            .line,.leader{fill:none}
            .name{stroke:none}
            }
            </style>
            """
    }()
}
