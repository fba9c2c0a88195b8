// SPDX-License-Identifier: Apache-2.0

/// JSON that is written with its keys in the order given, so that generated files change only where they must.
enum JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    case string(String)
    case number(Int)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    init(stringLiteral value: String) {
        self = .string(value)
    }

    init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }

    /// Indented by two spaces.
    var text: String { text(indentation: "") }

    private func text(indentation: String) -> String {
        let inner = indentation + "  "
        func lines(_ open: String, _ parts: [String], _ close: String) -> String {
            if parts.isEmpty { return open + close }
            return "\(open)\n\(inner)" + parts.joined(separator: ",\n\(inner)") + "\n\(indentation)\(close)"
        }
        return switch self {
        case .string(let text): Self.quoted(text)
        case .number(let number): number.description
        case .array(let values): lines("[", values.map { $0.text(indentation: inner) }, "]")
        case .object(let members):
            lines("{", members.map { "\(Self.quoted($0.key)): \($0.value.text(indentation: inner))" }, "}")
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
