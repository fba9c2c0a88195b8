// SPDX-License-Identifier: Apache-2.0

extension Metadata {
    /// The walk over members that finds what breaks a limit.
    struct Inspection {
        private(set) var faults: [ServiceError.FieldError] = []
        private var path = ["metadata"]

        /// More faults than these help nobody.
        private static let maximumFaultCount = 16

        mutating func inspect(_ members: [String: JSONValue]) {
            if members.count > maximumMemberCount {
                fault("has \(members.count) members; \(maximumMemberCount) are allowed")
            }
            inspect(.object(members), depth: 1)
            // Only what is not too deep may be encoded: the encoder recurses.
            if faults.isEmpty {
                let size = JSONValue.object(members).json.count
                if size > maximumByteCount { fault("takes \(size) bytes as JSON; \(maximumByteCount) are allowed") }
            }
        }

        private mutating func inspect(_ value: JSONValue, depth: Int) {
            switch value {
            case .array, .object:
                guard depth <= maximumDepth else { return fault("is nested deeper than \(maximumDepth) levels") }
            case .number(let number):
                if JSONValue(exactly: number) == nil { fault("is not finite, or too large to be exact") }
            case .string(let string):
                inspect(string)
            case .null, .bool, .integer:
                break
            }
            if case .array(let elements) = value {
                for (index, element) in elements.enumerated() where faults.count < Self.maximumFaultCount {
                    within(String(index)) { $0.inspect(element, depth: depth + 1) }
                }
            }
            if case .object(let members) = value {
                for (name, member) in members where faults.count < Self.maximumFaultCount {
                    within(String(name.unicodeScalars.prefix(maximumNameLength))) {
                        $0.inspect(name: name)
                        $0.inspect(member, depth: depth + 1)
                    }
                }
            }
        }

        private mutating func inspect(name: String) {
            if name.unicodeScalars.count > maximumNameLength {
                fault("has a name of more than \(maximumNameLength) characters")
            }
            inspect(name)
        }

        /// PostgreSQL keeps no U+0000 in text or `jsonb`.
        private mutating func inspect(_ text: String) {
            if text.utf8.contains(0) { fault("contains the character U+0000") }
        }

        private mutating func within(_ step: String, _ body: (inout Self) -> Void) {
            path.append(step)
            body(&self)
            path.removeLast()
        }

        private mutating func fault(_ reason: String) {
            faults.append(.init(field: path.joined(separator: "."), reason: reason))
        }
    }
}
