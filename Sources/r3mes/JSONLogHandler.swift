// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import R3MESResponse
import R3MESService

/// Writes each event as one JSON object on a line of standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String) {
        self.label = label
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        var json = JSONWriter()
        json.object { json in
            json.member("time", Timestamp.now())
            json.member("level", plain: event.level)
            json.member("logger", label)
            json.member("message", event.message.description)
            if let error = event.error {
                json.member("error", "\(error)")
            }
            json.member("metadata") { json in
                json.metadata(all)
            }
        }
        Terminal.printLine(json.text)
    }
}

extension JSONWriter {
    fileprivate mutating func metadata(_ metadata: Logger.Metadata) {
        object { json in
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                json.member(named: name) { $0.metadata(value) }
            }
        }
    }

    private mutating func metadata(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): string(text)
        case .stringConvertible(let convertible): string(convertible.description)
        case .dictionary(let dictionary): metadata(dictionary)
        case .array(let values): array(values) { json, value in json.metadata(value) }
        }
    }
}
