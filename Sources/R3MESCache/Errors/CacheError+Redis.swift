// SPDX-License-Identifier: Apache-2.0

extension CacheError {
    /// The server's own words, if it was the server that refused.
    public var serverError: RESPError? {
        underlying as? RESPError
    }

    static func server(_ error: RESPError) -> CacheError {
        let authentication = ["NOAUTH", "WRONGPASS"].contains(error.code)
        return CacheError(
            authentication ? .authenticationFailed : .serverError,
            "Redis answered with the error \(error.code)",
            underlying: error
        )
    }

    static func unexpected(_ value: RESPValue, for wanted: String) -> CacheError {
        if case .error(let error) = value {
            return .server(error)
        }
        return CacheError(.unexpectedReply, "Redis answered with \(value.kind) where \(wanted) was expected")
    }
}

extension RESPValue {
    /// What kind of value this is, for messages that must not hold the value.
    var kind: String {
        switch self {
        case .null: "null"
        case .simpleString: "a status"
        case .error: "an error"
        case .integer: "an integer"
        case .bulkString: "bytes"
        case .double: "a double"
        case .boolean: "a boolean"
        case .bigNumber: "a big number"
        case .verbatimString: "a verbatim string"
        case .array: "a list"
        case .map: "a map"
        case .set: "a set"
        case .push: "a push message"
        }
    }
}
