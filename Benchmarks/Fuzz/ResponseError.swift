// SPDX-License-Identifier: Apache-2.0

/// All that the parsers know of the library's error; the library's own needs Hummingbird.
public struct ResponseError: Error {
    enum Code { case invalidField, invalidConfiguration }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
