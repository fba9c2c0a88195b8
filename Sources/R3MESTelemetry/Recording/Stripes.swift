// SPDX-License-Identifier: Apache-2.0

/// Several copies of one thing, each on cache lines of its own, of which a thread uses always the same.
struct Stripes<Element: ~Copyable & Sendable>: ~Copyable, @unchecked Sendable {
    /// Two cache lines, since processors fetch them in pairs.
    struct Padded: ~Copyable {
        let element: Element
        let padding: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
        let more: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

        init(_ element: consuming Element) {
            self.element = element
        }
    }

    private let base: UnsafeMutablePointer<Padded>
    private let mask: Int

    var count: Int { mask + 1 }

    /// - Parameter count: A power of two; another number is rounded up to one.
    init(count: Int, _ make: () -> Element) {
        var size = 1
        while size < count { size *= 2 }
        mask = size - 1
        base = .allocate(capacity: size)
        for index in 0..<size {
            (base + index).initialize(to: Padded(make()))
        }
    }

    deinit {
        base.deinitialize(count: mask + 1)
        base.deallocate()
    }

    /// Works on the stripe of the calling thread, which other threads may use at the same time.
    @inline(__always)
    borrowing func withCurrent<Result>(_ body: (borrowing Element) -> Result) -> Result {
        body(base[ThreadIndex.current & mask].element)
    }

    /// Works on all stripes, one after the other.
    borrowing func forEach(_ body: (borrowing Element) -> Void) {
        for index in 0...mask {
            body(base[index].element)
        }
    }
}
