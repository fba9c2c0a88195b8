// SPDX-License-Identifier: Apache-2.0

extension Int {
    /// Reads ASCII digits only: no sign, no space, no separator.
    init?(digits text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        self.init(text)
    }
}
