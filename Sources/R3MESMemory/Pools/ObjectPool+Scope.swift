// SPDX-License-Identifier: Apache-2.0

extension ObjectPool {
    /// Lends an object to the closure and takes it back on every way out.
    ///
    /// - Throws: What the closure throws.
    @inlinable
    public func withObject<Result, Failure: Error>(
        _ body: (inout sending Object) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        var object = take()
        do {
            let result = try body(&object)
            giveBack(object)
            return result
        } catch {
            giveBack(object)
            throw error
        }
    }

    /// Lends an object to the asynchronous closure and takes it back on every way out, cancellation included.
    ///
    /// - Throws: What the closure throws.
    @inlinable
    public func withObject<Result, Failure: Error>(
        _ body: (inout sending Object) async throws(Failure) -> sending Result
    ) async throws(Failure) -> sending Result {
        var object = take()
        do {
            let result = try await body(&object)
            giveBack(object)
            return result
        } catch {
            giveBack(object)
            throw error
        }
    }
}
