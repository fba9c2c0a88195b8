// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Hummingbird
import NIOCore
import R3MESDatabase

/// Makes POST requests with an `Idempotency-Key` safe to repeat.
///
/// The effect and the answer are committed in one transaction: after a crash there are both or neither. An effect may be run
/// again when its transaction conflicts with another, so it must do nothing but in that transaction.
///
/// A refusal by a rule
/// (4xx) is an answer too and is kept; a failure (5xx) is not, since trying again may help.
struct IdempotentWrites: Sendable {
    typealias Effect = @Sendable (Transaction) async throws -> Answer

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
    ///   - forgotten: What the effect changes of that which is remembered.
    ///   - isSecret: Whether the answer must not be readable in the database: see ``AnswerSeal``.
    func perform(
        _ request: Request,
        _ context: ServiceRequestContext,
        body: ByteBuffer,
        forgetting forgotten: [ServiceCache.Entry] = [],
        isSecret: Bool = false,
        _ effect: @escaping Effect
    ) async throws -> Response {
        guard let text = request.headers[.idempotencyKey] else {
            return try await storage.write(forgetting: forgotten, effect).response
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
            forgotten: forgotten,
            expiry: Timestamp.now().advanced(by: .zero - retention)
        )
        let (answer, isReplay) = try await perform(write, effect)
        var response = answer.response
        if isReplay {
            response.headers[.idempotentReplayed] = "true"
        }
        return response
    }

    /// A refusal undoes what the effect did, so that it is kept in a transaction of its own.
    private func perform(_ write: Write, _ effect: @escaping Effect) async throws -> (Answer, isReplay: Bool) {
        do {
            return try await storage.write(forgetting: write.forgotten) { db in
                if let replay = try await write.replay(in: db) { return (replay, true) }
                let answer = try await effect(db)
                try await write.keep(answer, in: db)
                return (answer, false)
            }
        } catch let refusal as ServiceError
            where (400..<500).contains(refusal.code.status) && refusal.code != .idempotencyKeyReused
        {
            let body = Problem.body(of: refusal, path: write.path, requestID: write.requestID)
            let answer = Answer(status: refusal.code.status, body: body)
            return try await storage.write { db in
                // Another instance may have been asked the same meanwhile.
                if let replay = try await write.replay(in: db) { return (replay, true) }
                try await write.keep(answer, in: db)
                return (answer, false)
            }
        }
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
    var forgotten: [ServiceCache.Entry]
    /// Answers older than this are forgotten.
    var expiry: Timestamp

    /// The answer that was kept, if there is one; until the transaction ends, nobody else keeps one.
    func replay(in db: Transaction) async throws -> Answer? {
        try await IdempotencyTable.lock(key, in: db)
        guard let kept = try await IdempotencyTable.fetch(key, in: db), kept.createdAt >= expiry.microseconds else {
            return nil
        }
        guard kept.requestDigest == digest else {
            throw ServiceError(.idempotencyKeyReused, "Take a new Idempotency-Key for each new request.")
        }
        return try seal?.open(kept.answer) ?? kept.answer
    }

    func keep(_ answer: Answer, in db: Transaction) async throws {
        let kept = IdempotencyTable.Kept(
            requestDigest: digest,
            answer: try seal?.close(answer) ?? answer,
            createdAt: Timestamp.now().microseconds
        )
        try await IdempotencyTable.store(kept, for: key, in: db)
    }
}
