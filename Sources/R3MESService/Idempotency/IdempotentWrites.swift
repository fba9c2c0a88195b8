// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import GRDB
import Hummingbird
import NIOCore

/// Makes POST requests with an `Idempotency-Key` safe to repeat.
///
/// The effect and the answer are committed in one transaction: after a crash there are both or neither. A refusal by a rule
/// (4xx) is an answer too and is kept; a failure (5xx) is not, since trying again may help.
struct IdempotentWrites: Sendable {
    typealias Effect = @Sendable (Database) throws -> Answer

    static let maximumKeyLength = 255

    let storage: Storage
    let retention: Duration
    private let inFlight = InFlightKeys()

    init(storage: Storage, retention: Duration) {
        self.storage = storage
        self.retention = retention
    }

    /// Performs the effect in a transaction, once for each idempotency key.
    ///
    /// - Parameters:
    ///   - body: The request's body, which is part of what makes two requests the same.
    ///   - isSecret: Whether the answer must not be readable in the database: see ``AnswerSeal``.
    func perform(
        _ request: Request,
        _ context: ServiceRequestContext,
        body: ByteBuffer,
        isSecret: Bool = false,
        _ effect: @escaping Effect
    ) async throws -> Response {
        guard let text = request.headers[.idempotencyKey] else {
            return try await storage.write(effect).response
        }
        let key = IdempotencyTable.Key(principal: context.principal.description, key: try Self.checked(text))
        guard inFlight.begin(key) else {
            throw ServiceError(.idempotencyKeyInUse, "Wait for the first request to end, then send it again.")
        }
        defer { inFlight.end(key) }

        let write = Write(
            key: key,
            digest: Self.digest(request, body),
            seal: isSecret ? AnswerSeal(for: context.presentedKey, idempotencyKey: text) : nil,
            path: request.uri.path,
            requestID: context.requestID,
            expiry: Timestamp.now().advanced(by: .zero - retention)
        )
        let (answer, isReplay) = try await storage.write { db in try write.perform(effect, in: db) }
        var response = answer.response
        if isReplay {
            response.headers[.idempotentReplayed] = "true"
        }
        return response
    }

    private static func checked(_ key: String) throws(ServiceError) -> String {
        let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isVisible, (1...maximumKeyLength).contains(key.utf8.count) else {
            throw ServiceError(
                .idempotencyKeyMalformed,
                "An Idempotency-Key has 1 to \(maximumKeyLength) visible ASCII characters."
            )
        }
        return key
    }

    private static func digest(_ request: Request, _ body: ByteBuffer) -> Data {
        var hash = SHA256()
        hash.update(data: Data("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: body.readableBytesView)
        return Data(hash.finalize())
    }
}

/// One write with an idempotency key, inside its transaction.
private struct Write: Sendable {
    var key: IdempotencyTable.Key
    var digest: Data
    var seal: AnswerSeal?
    var path: String
    var requestID: String
    /// Answers older than this are forgotten.
    var expiry: Timestamp

    func perform(_ effect: IdempotentWrites.Effect, in db: Database) throws -> (Answer, isReplay: Bool) {
        if let kept = try IdempotencyTable.fetch(key, in: db), kept.createdAt >= expiry.microseconds {
            guard kept.requestDigest == digest else {
                throw ServiceError(.idempotencyKeyReused, "Take a new Idempotency-Key for each new request.")
            }
            return (try seal?.open(kept.answer) ?? kept.answer, true)
        }
        let answer = try outcome(of: effect, in: db)
        let kept = IdempotencyTable.Kept(
            requestDigest: digest,
            answer: try seal?.close(answer) ?? answer,
            createdAt: Timestamp.now().microseconds
        )
        try IdempotencyTable.store(kept, for: key, in: db)
        return (answer, false)
    }

    /// A refusal undoes what the effect did so far, but not the transaction that keeps the answer.
    private func outcome(of effect: IdempotentWrites.Effect, in db: Database) throws -> Answer {
        var answer = Answer(status: 500)
        do {
            try db.inSavepoint {
                answer = try effect(db)
                return .commit
            }
        } catch let error as ServiceError where (400..<500).contains(error.code.status) {
            answer = Answer(
                status: error.code.status,
                body: Problem.body(of: error, path: path, requestID: requestID)
            )
        }
        return answer
    }
}
