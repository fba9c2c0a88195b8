// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A sum that several threads add to without waiting for each other.
///
/// Adding costs one atomic addition.
struct StripedCounter: ~Copyable, Sendable {
    struct Cell: ~Copyable, Sendable {
        let whole = Atomic<Int64>(0)
        /// The bits of a `Double`.
        let fractional = Atomic<UInt64>(0)
    }

    private let cells: Stripes<Cell>

    init(stripes: Int) {
        cells = Stripes(count: stripes) { Cell() }
    }

    func add(_ amount: Int64) {
        cells.withCurrent { _ = $0.whole.wrappingAdd(amount, ordering: .relaxed) }
    }

    func add(_ amount: Double) {
        cells.withCurrent { $0.fractional.addToDouble(amount) }
    }

    /// The sum so far.
    ///
    /// What is added meanwhile may be in it or not.
    var value: (whole: Int64, fractional: Double) {
        var sum: (whole: Int64, fractional: Double) = (0, 0)
        cells.forEach { cell in
            sum.whole &+= cell.whole.load(ordering: .relaxed)
            sum.fractional += Double(bitPattern: cell.fractional.load(ordering: .relaxed))
        }
        return sum
    }

    func reset() {
        cells.forEach { cell in
            cell.whole.store(0, ordering: .relaxed)
            cell.fractional.store(0, ordering: .relaxed)
        }
    }
}

extension Atomic where Value == UInt64 {
    /// Adds to the number whose bits are stored here.
    borrowing func addToDouble(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let result = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if result.exchanged { return }
            old = result.original
        }
    }
}
