// SPDX-License-Identifier: Apache-2.0

import Harness

/// All that one run found out, for machines.
struct Report: Codable, Sendable {
    let circumstances: Circumstances
    var overhead: [Comparison.Outcome] = []
    var timers: [TimerPrecision.Outcome] = []
    var goodput: [GoodputExperiment.Point] = []
    var hedging: [HedgingExperiment.Outcome] = []
    var budgets: [Budget] = []
}
