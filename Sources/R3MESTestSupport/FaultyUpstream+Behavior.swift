// SPDX-License-Identifier: Apache-2.0

extension FaultyUpstream {
    /// What the server does with one request.
    public indirect enum Behavior: Sendable {
        /// Answers as it should.
        case answer(status: Int = 200, body: String = "ok", fields: [String: String] = [:])
        /// Does the other thing when the test calls ``FaultyUpstream/release()``.
        case held(Behavior)
        /// Does the other thing after a while.
        case delayed(Duration, Behavior)
        /// Keeps the connection open and says nothing.
        case never
        /// Announces the whole body, sends the first bytes of it, and closes.
        case cut(body: String, after: Int)
        /// Sends the body in pieces, with a pause after each.
        case trickle(body: String, piece: Int, every: Duration)
        /// Sends a body of another length than it announces, and keeps the connection open.
        case lie(announced: Int, body: String)
        /// Resets the connection without a word (TCP RST); over HTTP/2, refuses the stream (`REFUSED_STREAM`).
        case reset
        /// Closes the connection without a word.
        case close
        /// Sends these bytes, whatever they are.
        case raw(String)
    }
}
