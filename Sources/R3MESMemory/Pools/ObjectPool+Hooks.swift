// SPDX-License-Identifier: Apache-2.0

extension ObjectPool {
    /// How objects are made, made clean, checked and measured.
    ///
    /// No hook runs under a lock of the pool.
    public struct Hooks: Sendable {
        /// Makes a new object.
        @usableFromInline let make: @Sendable () -> sending Object
        @usableFromInline let reset: (@Sendable (inout Object) -> Void)?
        @usableFromInline let isValid: (@Sendable (Object) -> Bool)?
        @usableFromInline let size: (@Sendable (Object) -> Int)?

        /// Makes a set of hooks.
        ///
        /// - Parameters:
        ///   - make: Makes a new object.
        ///   - reset: Brings a used object back to its first state, and lets go of what it must not keep from one user to
        ///     the next. Runs when the object is given back. The default does nothing.
        ///   - isValid: Whether an idle object may still be used; asked when it is about to be taken. The default says yes.
        ///   - size: The bytes that the object holds, to be compared with ``Configuration/maximumObjectSize``. Asked when
        ///     the object is given back, before `reset`. The default never finds an object too large.
        public init(
            make: @escaping @Sendable () -> sending Object,
            reset: (@Sendable (inout Object) -> Void)? = nil,
            isValid: (@Sendable (Object) -> Bool)? = nil,
            size: (@Sendable (Object) -> Int)? = nil
        ) {
            self.make = make
            self.reset = reset
            self.isValid = isValid
            self.size = size
        }
    }
}
