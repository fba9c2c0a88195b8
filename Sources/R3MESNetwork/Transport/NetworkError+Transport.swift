// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension NetworkError {
    /// Puts an error of the HTTP client into a class.
    ///
    /// That nothing was sent is claimed only where two facts agree: the head of the request was not handed to a socket,
    /// and the error is one that only the making of a connection brings forth; or the server itself says so (HTTP/2
    /// `REFUSED_STREAM`, RFC 9113, section 8.7). What is not known counts as sent.
    init(transport error: any Error, headSent: Bool) {
        let (code, message, isBeforeSending) = Self.classify(error)
        self.init(
            code == .connectionFailed && headSent ? .connectionClosed : code,
            message,
            mayHaveBeenSent: code == .refused ? false : headSent || !isBeforeSending,
            underlying: error
        )
    }

    private static func classify(_ error: any Error) -> (Code, String, isBeforeSending: Bool) {
        switch error {
        case is ResponseCollector.TooLarge:
            (.responseTooLarge, "the answer is larger than the limit", false)
        case let error as HTTPClientError:
            classify(error)
        case is NIOConnectionError:
            (.connectionFailed, "no connection could be made", true)
        case ChannelError.connectTimeout:
            (.connectTimeout, "no connection was made in time", true)
        case let error as IOError where connectErrors.contains(error.errnoCode):
            (.connectionFailed, "no connection could be made", true)
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            (.connectionFailed, "the TLS handshake failed", true)
        case let error as NIOHTTP2Errors.StreamClosed where error.errorCode == .refusedStream:
            (.refused, "the server refused the request without looking at it", true)
        case HTTPParserError.invalidEOFState:
            (.connectionClosed, "the connection was closed before the answer was whole", false)
        case is HTTPParserError, is NIOHTTP2Errors.StreamError:
            (.invalidResponse, "the server broke the rules of HTTP", false)
        case is IOError, is ChannelError, is NIOHTTP2Errors.StreamClosed, is NIOSSLError:
            (.connectionClosed, "the connection was closed before the answer was whole", false)
        default:
            (.other, "the HTTP client failed", false)
        }
    }

    private static func classify(_ error: HTTPClientError) -> (Code, String, isBeforeSending: Bool) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
            .httpProxyHandshakeTimeout:
            (.connectTimeout, "no connection was made in time", true)
        case .readTimeout, .writeTimeout:
            (.readTimeout, "the connection was silent for too long", false)
        case .cancelled:
            (.cancelled, "the request was cancelled", false)
        case .deadlineExceeded:
            (.tryTimeout, "the answer did not come in time", false)
        case .remoteConnectionClosed:
            (.connectionClosed, "the connection was closed before the answer was whole", false)
        case .alreadyShutdown:
            (.stopped, "the HTTP client is shut down", true)
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .traceRequestWithBody, .bodyLengthMismatch:
            (.invalidRequest, "the request cannot be expressed in HTTP", true)
        default:
            (.other, "the HTTP client failed: \(error.shortDescription)", false)
        }
    }

    /// Errors of `connect(2)` that no established connection reports.
    private static let connectErrors: Set<CInt> = [
        ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EMFILE, ENFILE,
    ]
}
