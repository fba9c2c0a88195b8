// SPDX-License-Identifier: Apache-2.0

/// How short of memory the process is.
public enum MemoryPressureLevel: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// There is enough.
    case normal
    /// It is getting scarce: give up what is cheap to have again, take on less.
    case elevated
    /// The process is about to be killed or to stall: give up all that can be given up.
    case critical

    /// Orders the levels by severity.
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The next milder level, or this one when there is none.
    var milder: Self {
        Self(rawValue: rawValue - 1) ?? self
    }
}
