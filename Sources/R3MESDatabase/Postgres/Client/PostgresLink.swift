// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Logging

/// libpq's connection, in pipeline mode and never blocking.
///
/// Belongs to one thread and closes when it goes.
///
/// Functions that send return false, and those that receive throw, when the connection is of no use any more.
final class PostgresLink {
    private let connection: OpaquePointer
    private let logger: Logger

    /// Begins to connect; nil if libpq has no memory.
    init?(_ parameters: [(keyword: String, value: String)], logger: Logger) {
        let started = withCStrings(parameters.map(\.keyword)) { keywords in
            withCStrings(parameters.map(\.value)) { values in
                // Expands a URL, or a list of keywords, given for the database's name.
                PQconnectStartParams(keywords, values, 1)
            }
        }
        guard let started else {
            return nil
        }
        connection = started
        self.logger = logger
        // Unretained: the receiver is called by functions of this object only, and goes with the connection.
        PQsetNoticeReceiver(
            started,
            { context, result in
                if let context {
                    Unmanaged<PostgresLink>.fromOpaque(context).takeUnretainedValue().log(notice: result)
                }
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    deinit {
        PQfinish(connection)
    }

    var isBroken: Bool { PQstatus(connection) == CONNECTION_BAD }

    /// The socket, which may be another one after each step of connecting.
    var socket: CInt? {
        let socket = PQsocket(connection)
        return socket >= 0 ? socket : nil
    }

    /// What libpq has to say about the last failure; may hold what only a log may see.
    var lastMessage: String { String(cString: PQerrorMessage(connection)) }

    var isInTransaction: Bool {
        switch PQtransactionStatus(connection) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: true
        default: false
        }
    }

    var serverVersion: Int { Int(PQserverVersion(connection)) }

    /// The server's process that serves this connection.
    var processID: Int32 { PQbackendPID(connection) }

    // MARK: Connecting

    /// The next step of connecting.
    func pollConnecting() -> PostgresPollingStatusType { PQconnectPoll(connection) }

    func enterPipelineMode() -> Bool {
        PQsetnonblocking(connection, 1) == 0 && PQenterPipelineMode(connection) == 1
    }

    /// True when the connection was in no pipeline, or nothing of it is left.
    func exitPipelineMode() -> Bool { PQexitPipelineMode(connection) == 1 }

    // MARK: Sending

    func sendPrepare(_ name: ContiguousArray<CChar>, _ statement: Statement, types: [UInt32]) -> Bool {
        name.withUnsafeBufferPointer { name in
            statement.cText.withUnsafeBufferPointer { text in
                PQsendPrepare(connection, name.baseAddress, text.baseAddress, CInt(types.count), types) == 1
            }
        }
    }

    func sendPrepared(_ name: ContiguousArray<CChar>, _ parameters: inout ParameterEncoder) -> Bool {
        name.withUnsafeBufferPointer { name in
            parameters.withParameters { count, values, lengths, formats in
                PQsendQueryPrepared(
                    connection,
                    name.baseAddress,
                    count,
                    values,
                    lengths,
                    formats,
                    ParameterEncoder.Format.binary
                ) == 1
            }
        }
    }

    /// Sends a statement to be parsed, planned for its values and run at once.
    func sendOnce(_ statement: Statement, _ parameters: inout ParameterEncoder, types: [UInt32]?) -> Bool {
        statement.cText.withUnsafeBufferPointer { text in
            parameters.withParameters { count, values, lengths, formats in
                PQsendQueryParams(
                    connection,
                    text.baseAddress,
                    count,
                    types,
                    values,
                    lengths,
                    formats,
                    ParameterEncoder.Format.binary
                ) == 1
            }
        }
    }

    func sendOnce(_ text: String) -> Bool {
        PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, ParameterEncoder.Format.binary) == 1
    }

    /// Closes the segment; flushes as well, as far as the socket takes it.
    func sendSynchronization() -> Bool { PQpipelineSync(connection) == 1 }

    /// Whether something is left that the socket did not take; nil if the connection broke.
    func flush() -> Bool? {
        switch PQflush(connection) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    // MARK: Receiving

    /// Takes in what the socket has.
    func receive() -> Bool { PQconsumeInput(connection) == 1 }

    /// Whether the next result would have to be waited for.
    var isWaiting: Bool { PQisBusy(connection) == 1 }

    /// The next result; nil at the end of each statement's.
    func nextResult() -> OpaquePointer? { PQgetResult(connection) }

    /// A message that somebody sent by `NOTIFY`, of those that were taken in; nil if there is no more.
    func nextNotification() -> PostgresNotification? {
        guard let notification = PQnotifies(connection) else {
            return nil
        }
        defer { PQfreemem(notification) }
        return PostgresNotification(
            channel: notification.pointee.relname.map { String(cString: $0) } ?? "",
            payload: notification.pointee.extra.map { String(cString: $0) } ?? "",
            processID: notification.pointee.be_pid
        )
    }

    // MARK: Copying

    /// Sends a statement outside of any pipeline.
    func sendCopy(_ text: String) -> Bool { PQsendQuery(connection, text) == 1 }

    /// Takes bytes for the server; nil if the connection broke, false if there is no room for them yet.
    func putCopyData(_ bytes: [UInt8]) -> Bool? {
        let code = bytes.withUnsafeBytes { bytes in
            PQputCopyData(connection, bytes.assumingMemoryBound(to: CChar.self).baseAddress, CInt(bytes.count))
        }
        return code < 0 ? nil : code > 0
    }

    /// Ends a copy to the server, or calls it off; else as ``putCopyData(_:)``.
    func putCopyEnd(callingOffBecause reason: String?) -> Bool? {
        let code = PQputCopyEnd(connection, reason)
        return code < 0 ? nil : code > 0
    }

    /// One row of a copy from the server.
    enum CopiedRow {
        case row([UInt8])
        /// The next one has not arrived yet.
        case pending
        /// There is no more, or an error; the next result tells.
        case end
    }

    func getCopyData() -> CopiedRow {
        var buffer: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(connection, &buffer, 1)
        guard count > 0, let buffer else {
            return count == 0 ? .pending : .end
        }
        defer { PQfreemem(buffer) }
        return .row(Array(UnsafeRawBufferPointer(start: buffer, count: Int(count))))
    }

    // MARK: Cancelling

    /// What another thread needs to cancel what the server does.
    func cancellation() -> PostgresCancellation? {
        PQgetCancel(connection).map { PostgresCancellation(owning: $0) }
    }

    // MARK: Notices

    private func log(notice: OpaquePointer?) {
        guard let notice else {
            return
        }
        let level: Logger.Level =
            switch PostgresField.severity.text(of: notice) {
            // 25P01: nothing to roll back, as is usual when a connection is cleaned up.
            case "WARNING": PostgresField.sqlState.text(of: notice) == "25P01" ? .debug : .warning
            case "NOTICE": .info
            default: .debug
            }
        logger.log(
            level: level,
            "PostgreSQL notice",
            metadata: [
                "sql_state": "\(PostgresField.sqlState.text(of: notice) ?? "")",
                "message": "\(PostgresField.message.text(of: notice) ?? "")",
            ]
        )
    }
}

/// Lends texts as a list of C strings that ends with a null pointer.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let bytes = strings.map { Array($0.utf8CString) }
    let joined = Array(bytes.joined())
    return joined.withUnsafeBufferPointer { joined in
        var pointers: [UnsafePointer<CChar>?] = []
        var offset = 0
        for string in bytes {
            pointers.append(joined.baseAddress.map { $0 + offset })
            offset += string.count
        }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { pointers in
            // Never empty: it has its end.
            withUnsafePointer(to: nil as UnsafePointer<CChar>?) { body(pointers.baseAddress ?? $0) }
        }
    }
}
