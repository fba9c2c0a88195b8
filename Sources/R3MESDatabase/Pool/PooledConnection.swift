// SPDX-License-Identifier: Apache-2.0

/// What a ``ConnectionPool`` has to know of a connection, and what it does to it.
///
/// One lease at a time uses a connection, so nothing here is called while somebody else works with it, except
/// ``close()``: a pool that has waited long enough for its leases at shutdown closes them as well. The pool limits the
/// time of each call by cancelling it; a call that ignores its cancellation goes on without the pool.
public protocol PooledConnection: AnyObject, Sendable {
    /// Whether the connection may serve the next lease as it is.
    ///
    /// Read when a lease begins and when it ends, so it should cost a few nanoseconds.
    var condition: ConnectionCondition { get }

    /// Proves that the server still answers.
    ///
    /// Called when the connection was idle for long, never during a lease.
    ///
    /// - Throws: Anything, upon which the connection is closed.
    func validate() async throws

    /// Makes a dirty connection clean, such as by rolling back what a lease left open.
    ///
    /// Called in a task of the pool, so neither the caller that left the dirt nor its cancellation has a part in it.
    ///
    /// - Throws: Anything, upon which the connection is closed.
    func reset() async throws

    /// Closes the connection and gives all it holds back.
    ///
    /// Called once.
    func close() async
}

/// In what state a lease leaves its connection.
public enum ConnectionCondition: Sendable {
    /// Nothing of the last lease is left: may be handed on.
    case clean
    /// Works, but ``PooledConnection/reset()`` has to be called before it is handed on.
    case dirty
    /// Of no more use.
    case broken
}
