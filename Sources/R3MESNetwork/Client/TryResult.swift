// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// How one try ended.
struct TryResult: Sendable {
    var outcome: Result<ClientResponse, NetworkError>
    /// Bytes of the body that came in, also when they were of no use.
    var bytesReceived = 0
    /// From the moment the host's bulkhead let it through; nil if it was not sent.
    var duration: Duration?

    static func failure(_ error: NetworkError) -> TryResult {
        TryResult(outcome: .failure(error))
    }

    static let cancelled = TryResult.failure(
        NetworkError(.cancelled, "the caller was cancelled", mayHaveBeenSent: true)
    )

    var wasSent: Bool { duration != nil }

    var isCancelled: Bool {
        if case .failure(let error) = outcome { error.code == .cancelled } else { false }
    }

    /// Whether this side refused to send it to this host, while another may do.
    var isRefusal: Bool {
        if case .failure(let error) = outcome {
            error.code == .circuitOpen || error.code == .bulkheadFull
        } else {
            false
        }
    }

    /// The outcome as a metric's label and in log lines: one of few.
    var label: String {
        switch outcome {
        case .success(let response): Self.statusLabels[min(max(response.status.code / 100, 1), 5) - 1]
        case .failure(let error): error.code.kind.rawValue
        }
    }

    /// Every possible ``label``.
    static let labels = statusLabels + NetworkError.Code.Kind.allCases.map(\.rawValue)
    private static let statusLabels = ["1xx", "2xx", "3xx", "4xx", "5xx"]

    /// Whether the host is to blame: true, false, or nil if the result says nothing about it.
    var blamesHost: Bool? {
        switch outcome {
        case .success(let response):
            response.status.code >= 500 || response.status.code == 429
        case .failure(let error):
            switch error.code.kind {
            case .connectionFailed, .connectTimeout, .readTimeout, .tryTimeout, .connectionClosed, .invalidResponse,
                .refused:
                true
            case .responseTooLarge:
                false
            case .deadlineExceeded, .circuitOpen, .bulkheadFull, .invalidRequest, .stopped, .invalidConfiguration,
                .cancelled, .other:
                nil
            }
        }
    }
}
