// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no RESP, or more of it than is accepted.
///
/// A connection that sent such bytes can't be used any more.
enum RESPParseError: Error, Hashable, Sendable {
    case unknownType
    case malformedLine
    case malformedNumber
    case malformedBoolean
    case malformedVerbatimString
    case missingTerminator
    case negativeLength
    case streamedAggregate
    case lineTooLong
    case bulkTooLong
    case tooManyElements
    case answerTooLarge
    case nestedTooDeep
    case nestedPush

    var message: String {
        switch self {
        case .unknownType: "a value begins with a byte that stands for no type"
        case .malformedLine: "a line holds a line break"
        case .malformedNumber: "a number or a length is none"
        case .malformedBoolean: "a boolean is neither t nor f"
        case .malformedVerbatimString: "a verbatim string has no format"
        case .missingTerminator: "a bulk string or null does not end where it should"
        case .negativeLength: "a length is negative"
        case .streamedAggregate: "a streamed string or aggregate, which no server sends and this client does not read"
        case .lineTooLong: "a line is longer than accepted"
        case .bulkTooLong: "a bulk string is longer than accepted"
        case .tooManyElements: "an answer has more elements than accepted"
        case .answerTooLarge: "an answer has more bytes than accepted"
        case .nestedTooDeep: "aggregates are nested deeper than accepted"
        case .nestedPush: "a push message or an attribute stands where a value must"
        }
    }
}
