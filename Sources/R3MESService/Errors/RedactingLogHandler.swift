// SPDX-License-Identifier: Apache-2.0

public import Logging

/// A log handler that lets no secret through to the one it wraps.
///
/// Messages, errors and metadata, whether set on the logger, given by its provider or given with one event, pass
/// ``Redaction``. Values under a sensitive name are masked as a whole, at any depth. An event in which nothing is found
/// goes on unchanged.
public struct RedactingLogHandler: LogHandler {
    private var base: any LogHandler

    /// Wraps a handler, and masks what its metadata already holds.
    public init(_ base: any LogHandler) {
        self.base = base
        metadata = base.metadata
        if let provider = base.metadataProvider { metadataProvider = provider }
    }

    /// The level of the wrapped handler.
    public var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    /// The metadata of the wrapped handler; what is set is masked first.
    public var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = Redaction.masked(newValue) ?? newValue }
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue.map { Redaction.masked($0, named: key) ?? $0 } }
    }

    /// The provider of the wrapped handler, which is wrapped so that what it gives is masked.
    public var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set {
            base.metadataProvider = newValue.map { provider in
                Logger.MetadataProvider {
                    let metadata = provider.get()
                    return Redaction.masked(metadata) ?? metadata
                }
            }
        }
    }

    /// Masks the event and passes it on.
    public func log(event: LogEvent) {
        var event = event
        if let message = Redaction.masked(event.message.description) {
            event.message = Logger.Message(stringLiteral: message)
        }
        if let metadata = event.metadata, let masked = Redaction.masked(metadata) {
            event.metadata = masked
        }
        if let error = event.error, let masked = Redaction.masked("\(error)") {
            event.error = MaskedError(description: masked)
        }
        base.log(event: event)
    }

    /// Stands in for an error whose own description holds a secret.
    private struct MaskedError: Error, CustomStringConvertible {
        let description: String
    }
}

extension Redaction {
    /// The metadata without its secrets, or `nil` if it has none.
    static func masked(_ metadata: Logger.Metadata) -> Logger.Metadata? {
        var result: Logger.Metadata?
        for (name, value) in metadata {
            guard let value = masked(value, named: name) else { continue }
            result = result ?? metadata
            result?[name] = value
        }
        return result
    }

    /// The value without its secrets, or `nil` if it has none.
    static func masked(_ value: Logger.Metadata.Value, named name: String) -> Logger.Metadata.Value? {
        isSensitive(name: name) ? .string(marker) : masked(value)
    }

    private static func masked(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value? {
        switch value {
        case .string(let text):
            return masked(text).map { .string($0) }
        case .stringConvertible(let convertible):
            return masked(convertible.description).map { .string($0) }
        case .dictionary(let metadata):
            return masked(metadata).map { .dictionary($0) }
        case .array(let values):
            let maskedValues = values.map { masked($0) }
            guard maskedValues.contains(where: { $0 != nil }) else { return nil }
            return .array(zip(maskedValues, values).map { $0 ?? $1 })
        }
    }
}
