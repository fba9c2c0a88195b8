// SPDX-License-Identifier: Apache-2.0

/// What really sends a request, once; a test puts a script in its place.
protocol Transport: Sendable {
    /// Sends the request to an absolute URL and collects the answer.
    ///
    /// Ends at the latest when `timeout` is over, then with ``NetworkError/Code/tryTimeout``; ends at once when the
    /// task is cancelled, then with ``NetworkError/Code/cancelled``. What it opened is closed by then or given back.
    func send(_ request: ClientRequest, to url: String, timeout: Duration, maximumBytes: Int) async -> TryResult

    /// Closes all connections.
    func shutdown() async

    /// Connections opened and still open.
    var connections: ConnectionCount { get }
}

/// Connections as the transport sees them.
struct ConnectionCount: Hashable, Sendable {
    var opened = 0
    var open = 0
    var http2 = 0
}
