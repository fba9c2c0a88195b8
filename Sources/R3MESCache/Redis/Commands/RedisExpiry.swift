// SPDX-License-Identifier: Apache-2.0

/// When Redis forgets a value that is being set.
public struct RedisExpiry: Hashable, Sendable {
    private enum Kind: Hashable {
        case never, keep
        case after(milliseconds: Int64)
    }

    private let kind: Kind

    /// Never.
    public static let never = Self(kind: .never)
    /// When it would have forgotten the value before.
    public static let unchanged = Self(kind: .keep)

    /// After a time, in whole milliseconds and at least one.
    public static func after(_ duration: Duration) -> Self {
        Self(kind: .after(milliseconds: duration.redisMilliseconds))
    }

    func append(to command: inout RedisCommand) {
        switch kind {
        case .never: break
        case .keep: command.append(text: "KEEPTTL")
        case .after(let milliseconds):
            command.append(text: "PX")
            command.append(milliseconds)
        }
    }
}

/// Whether a value may be set, depending on what there is.
public struct RedisSetCondition: Hashable, Sendable {
    let option: String?

    /// Whatever there is.
    public static let always = Self(option: nil)
    /// Only if there is no value.
    public static let ifAbsent = Self(option: "NX")
    /// Only if there is a value.
    public static let ifPresent = Self(option: "XX")
}

extension Duration {
    /// Whole milliseconds, rounded up and at least one, since Redis takes zero for an error.
    var redisMilliseconds: Int64 {
        let nanoseconds = min(max(wholeNanoseconds, 1), .max - 999_999)
        return (nanoseconds + 999_999) / 1_000_000
    }
}
