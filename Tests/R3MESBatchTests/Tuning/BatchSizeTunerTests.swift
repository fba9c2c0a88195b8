// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESBatch

@Suite("BatchSizeTuner")
struct BatchSizeTunerTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let sizes: ClosedRange<Int>
        let noise: Double
        var stalls = 0.0
        /// How many of a thousand runs may miss.
        let misses: Int

        var testDescription: String { "sizes \(sizes), noise \(noise), stalls \(stalls)" }
    }

    private func run(
        _ tuner: inout BatchSizeTuner,
        _ model: CostModel,
        batches: Int,
        _ setting: Setting,
        using generator: inout SeededGenerator
    ) {
        for _ in 0..<batches {
            let size = tuner.size
            let time = model.noisy(size, noise: setting.noise, stalls: setting.stalls, using: &generator)
            tuner.record(count: size, duration: time)
        }
    }

    @Test(
        "after 50 batches the best size it knows has 0.9 of the throughput of the best fixed size",
        arguments: [
            Setting(sizes: 10...200, noise: 0.02, misses: 25),
            Setting(sizes: 10...200, noise: 0.15, misses: 35),
            Setting(sizes: 10...200, noise: 0.15, stalls: 0.03, misses: 50),
            Setting(sizes: 10...1000, noise: 0.1, misses: 35),
            Setting(sizes: 1...10_000, noise: 0.1, misses: 40),
        ]
    )
    func findsBest(setting: Setting) throws {
        var missed: [(seed: UInt64, shape: CostModel.Shape)] = []
        let first = UInt64.random(in: 0..<1 << 40)
        for seed in first..<first + 1000 {
            var generator = SeededGenerator(seed: seed)
            let shape = CostModel.Shape.allCases[Int(seed % 4)]
            let model = CostModel(shape, using: &generator)
            var tuner = try BatchSizeTuner(configuration: .init(sizes: setting.sizes))
            run(&tuner, model, batches: 50, setting, using: &generator)
            if model.throughput(tuner.best) < 0.9 * model.best(in: setting.sizes) {
                missed.append((seed, shape))
            }
        }
        #expect(missed.count <= setting.misses, "\(missed)")
    }

    @Test("follows when the cost changes by much, within 80 batches", arguments: [0.02, 0.1])
    func follows(noise: Double) throws {
        let setting = Setting(sizes: 10...1000, noise: noise, misses: 0)
        var missed: [UInt64] = []
        let first = UInt64.random(in: 0..<1 << 40)
        for seed in first..<first + 500 {
            var generator = SeededGenerator(seed: seed)
            let before = CostModel(.quadratic, using: &generator)
            let after = CostModel(CostModel.Shape.allCases[Int(seed % 4)], using: &generator)
            var tuner = try BatchSizeTuner(configuration: .init(sizes: setting.sizes))
            run(&tuner, before, batches: 100, setting, using: &generator)
            run(&tuner, after, batches: 80, setting, using: &generator)
            if after.throughput(tuner.best) < 0.9 * after.best(in: setting.sizes) {
                missed.append(seed)
            }
        }
        #expect(missed.count <= 50, "\(missed)")
    }

    @Test("does not begin anew for noise")
    func isSteady() throws {
        var restarts = 0
        let first = UInt64.random(in: 0..<1 << 40)
        for seed in first..<first + 100 {
            var generator = SeededGenerator(seed: seed)
            let model = CostModel(.affine, using: &generator)
            let setting = Setting(sizes: 10...200, noise: 0.1, misses: 0)
            var tuner = try BatchSizeTuner(configuration: .init(sizes: setting.sizes))
            run(&tuner, model, batches: 300, setting, using: &generator)
            restarts += tuner.restartCount
        }
        #expect(restarts <= 30, "seeds from \(first)")
    }

    @Test("once settled, seven batches in eight have the best size")
    func exploits() throws {
        var generator = SeededGenerator()
        let model = CostModel(.quadratic, using: &generator)
        let setting = Setting(sizes: 10...200, noise: 0.02, misses: 0)
        var tuner = try BatchSizeTuner(configuration: .init(sizes: setting.sizes))
        run(&tuner, model, batches: 60, setting, using: &generator)
        #expect(tuner.phase == .settled, "seed \(generator.seed)")
        var atBest = 0
        for _ in 0..<80 {
            atBest += tuner.size == tuner.best ? 1 : 0
            run(&tuner, model, batches: 1, setting, using: &generator)
        }
        #expect(atBest >= 68, "seed \(generator.seed)")
    }

    @Test("keeps to the latency limit, and near the best size under it, in most runs")
    func latencyLimit() throws {
        let setting = Setting(sizes: 10...1000, noise: 0.02, misses: 0)
        var over: [UInt64] = []
        var missed: [UInt64] = []
        let first = UInt64.random(in: 0..<1 << 40)
        for seed in first..<first + 300 {
            var generator = SeededGenerator(seed: seed)
            let model = CostModel(.affine, using: &generator)
            let largest = Int.random(in: 40...900, using: &generator)
            let limit = Duration.seconds(model.seconds(largest))
            var tuner = try BatchSizeTuner(configuration: .init(sizes: setting.sizes, latencyLimit: limit))
            run(&tuner, model, batches: 60, setting, using: &generator)
            if tuner.best > largest, model.seconds(tuner.best) > 1.03 * model.seconds(largest) {
                over.append(seed)
            }
            if model.throughput(tuner.best) < 0.85 * model.throughput(largest) {
                missed.append(seed)
            }
        }
        #expect(over.count <= 10, "\(over)")
        #expect(missed.count <= 55, "\(missed)")
    }

    @Test("stays within its bounds whatever it is told")
    func oddMeasurements() throws {
        var generator = SeededGenerator()
        let durations: [Duration] = [
            .zero, .seconds(-1), .seconds(Int64.max), .nanoseconds(1),
            Duration(secondsComponent: 0, attosecondsComponent: 1),
            .milliseconds(5),
        ]
        for bounds in [1...1, 1...2, 7...9, 10...200, 1...1 << 40] {
            var tuner = try BatchSizeTuner(configuration: .init(sizes: bounds, latencyLimit: .milliseconds(1)))
            for _ in 0..<2000 {
                let count = [tuner.size, tuner.size, 0, -3, Int.max, 11].randomElement(using: &generator) ?? 0
                tuner.record(count: count, duration: durations.randomElement(using: &generator) ?? .zero)
                #expect(bounds.contains(tuner.size) && bounds.contains(tuner.best), "seed \(generator.seed)")
                #expect(!tuner.explanation.isEmpty)
            }
        }
    }

    @Test("explains itself")
    func explains() throws {
        var tuner = try BatchSizeTuner(configuration: .init(sizes: 10...160, latencyLimit: .milliseconds(100)))
        #expect(tuner.explanation == "Nothing is measured yet; the first size is 40.")
        for _ in 0..<60 {
            tuner.record(count: tuner.size, duration: .milliseconds(10 + tuner.size))
        }
        #expect(tuner.explanation.hasPrefix("\(tuner.best) items a batch: "))
        #expect(tuner.explanation.contains("would exceed the latency limit"))
        #expect(tuner.explanation.contains("after 60 batches"))
    }

    @Test("refuses bounds that cannot be")
    func validates() {
        var configuration = BatchSizeTuner.Configuration()
        configuration.minimumSize = 0
        configuration.maximumSize = -1
        let error = #expect(throws: BatchError.self) { try BatchSizeTuner(configuration: configuration) }
        #expect(error?.message.contains("minimumSize") == true && error?.message.contains("maximumSize") == true)
    }
}
