// SPDX-License-Identifier: Apache-2.0

public import Logging

extension ServiceError {
    /// Everything that is known about the error, the private half too, for the log alone.
    ///
    /// - `error.code` and `error.detail`, always;
    /// - `error.fields`, `error.context`: dictionaries, unless they are empty;
    /// - `error.cause` and `error.cause.type`, if another error is ``underlying``; where that is a ``ServiceError``
    ///   too, `error.cause` is its own metadata;
    /// - `error.source`: where the error was made, as `Module/File.swift:12`.
    public var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "error.code": "\(code)",
            "error.detail": "\(detail)",
            "error.source": "\(file):\(line)",
        ]
        if !fieldErrors.isEmpty {
            let fields = fieldErrors.map { ($0.field, Logger.Metadata.Value.string($0.reason)) }
            metadata["error.fields"] = .dictionary(
                Dictionary(fields) { first, second in .string("\(first); \(second)") }
            )
        }
        if !context.isEmpty {
            metadata["error.context"] = .dictionary(context.mapValues { .string($0) })
        }
        if let underlying {
            metadata["error.cause.type"] = "\(type(of: underlying))"
            metadata["error.cause"] =
                (underlying as? ServiceError).map { .dictionary($0.logMetadata) } ?? .string("\(underlying)")
        }
        return metadata
    }
}
