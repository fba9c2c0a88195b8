// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Without the spaces and tabs around it (OWS of RFC 9110).
    var trimmingOptionalWhitespace: SubSequence {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
            return self[endIndex...]
        }
        return self[start...end]
    }
}
