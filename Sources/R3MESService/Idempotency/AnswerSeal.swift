// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import NIOCore

/// Keeps an answer that shows a secret so that only the caller who got it can get it again.
///
/// The answer is encrypted (ChaCha20-Poly1305, RFC 8439) under a key derived (HKDF, RFC 5869) from the API key that the
/// caller presents. Of that one the database has a hash only: whoever reads the database cannot read the answer. Where
/// authentication is switched off there is no such key, and no secret worth one.
struct AnswerSeal: Sendable {
    private let key: SymmetricKey

    init(for presented: APIKey.Secret?, idempotencyKey: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data((presented?.revealed() ?? "").utf8)),
            salt: Data(idempotencyKey.utf8),
            info: Data("r3mes idempotent answer".utf8),
            outputByteCount: 32
        )
    }

    func close(_ answer: Answer) throws -> Answer {
        var sealed = answer
        let box = try ChaChaPoly.seal(Data(answer.body.readableBytesView), using: key)
        sealed.body = ByteBuffer(bytes: box.combined)
        return sealed
    }

    func open(_ sealed: Answer) throws -> Answer {
        var answer = sealed
        let box = try ChaChaPoly.SealedBox(combined: Data(sealed.body.readableBytesView))
        answer.body = ByteBuffer(bytes: try ChaChaPoly.open(box, using: key))
        return answer
    }
}
