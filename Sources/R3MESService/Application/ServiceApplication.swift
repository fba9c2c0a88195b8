// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
import NIOPosix
import R3MESResponse
public import ServiceLifecycle
import UnixSignals

/// The R3MES backend as one long-lived service: HTTP in front, storage behind.
///
/// ```swift
/// let storage = try Storage(opening: configuration.database, remembering: configuration.cache, logger: logger)
/// try await storage.migrate()
/// try await ServiceApplication(configuration: configuration, storage: storage, logger: logger).run()
/// ```
public struct ServiceApplication: Service {
    private let configuration: ServiceConfiguration
    private let storage: Storage
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) async throws -> Void

    /// Puts the service together.
    ///
    /// Nothing runs or listens yet.
    ///
    /// - Parameters:
    ///   - storage: Open and migrated. The service closes it when it stops.
    ///   - onListening: Called once, when the socket listens, with its port. If it throws, the service stops.
    public init(
        configuration: ServiceConfiguration,
        storage: Storage,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async throws -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.storage = storage
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until SIGTERM or SIGINT, or until the service group that this runs in shuts down.
    ///
    /// It stops in order: `/health/ready` says no and the socket is closed, requests in flight finish, the database is
    /// closed. What is not finished after ``ServiceConfiguration/Server-swift.struct/shutdownTimeout`` is cancelled.
    ///
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/addressInUse`` or ``ServiceError/Code/addressUnavailable`` when
    ///   the service cannot listen, and what `onListening` throws.
    public func run() async throws {
        let readiness = Readiness()
        let (listening, host) = (configuration.server, configuration.server.host)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let chain = try ChainClient(configuration.chain, logger: logger)
        let application = Application(
            responder: try makeRouter(readiness: readiness, chain: chain).buildResponder(),
            server: .http1(configuration: .init(idleTimeout: .init(listening.idleTimeout))),
            configuration: .init(
                address: .hostname(host, port: listening.port),
                backlog: listening.backlog
            ),
            onServerRunning: { channel in
                readiness.becameReady()
                port.yield(channel.localAddress?.port ?? listening.port)
                port.finish()
            },
            logger: quietLogger
        )
        // Services stop in the reverse of this order: the storage is the last to go.
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: StorageService(storage: storage)),
                .init(
                    service: IdempotencySweeper(
                        storage: storage,
                        retention: configuration.idempotency.retention,
                        logger: logger
                    )
                ),
                .init(service: application),
                .init(service: ListeningNotice(ports: ports, action: onListening)),
                .init(service: DrainSignal(readiness: readiness)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quietLogger
        )
        if let cache = storage.cache {
            group.services.insert(.init(service: cache), at: 1)
        }
        if let chain {
            group.services.insert(.init(service: chain), at: 1)
        }
        group.maximumGracefulShutdownDuration = configuration.server.shutdownTimeout
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw ServiceError(binding: error, host: host, port: listening.port)
        } catch let error where error is SocketAddressError || error is SocketAddressError.UnknownHost {
            throw ServiceError(
                .addressUnavailable,
                "\(host) is not an address of this machine.",
                underlying: error
            )
        }
    }

    /// Frameworks tell of their own life at info level; operators want to read of ours.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    private func makeRouter(readiness: Readiness, chain: ChainClient?) throws -> Router<ServiceRequestContext> {
        let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ConventionsMiddleware(logger: logger))
        router.add(middleware: try CompressionMiddleware())
        router.add(middleware: ConditionalRequestMiddleware(maximumHashedSize: 1 << 20))
        router.add(middleware: AuthenticationMiddleware(storage: storage, mode: configuration.authentication.mode))

        let access = AccessRules(settings: configuration.authentication)
        let cursors = PageCursor(secret: configuration.security.cursorSecret)
        let limits = configuration.limits
        let writes = IdempotentWrites(storage: storage, retention: configuration.idempotency.retention)
        var endpoints = Endpoints(router)
        HealthRoutes(storage: storage, readiness: readiness, access: access).add(to: &endpoints)
        UserRoutes(storage: storage, writes: writes, cursors: cursors, access: access, limits: limits)
            .add(to: &endpoints)
        LedgerRoutes(storage: storage, writes: writes, cursors: cursors, limits: limits).add(to: &endpoints)
        APIKeyRoutes(storage: storage, writes: writes, limits: limits).add(to: &endpoints)
        NetworkRoutes(census: NetworkCensus(storage: storage), chain: chain, access: access).add(to: &endpoints)
        endpoints.refuseOtherMethods()
        return router
    }
}

/// Closes the storage when everything that uses it has stopped.
private struct StorageService: Service {
    let storage: Storage

    func run() async throws {
        try? await gracefulShutdown()
        await storage.close()
    }
}

/// Tells that the socket listens, outside the server, so that a failure there ends the service.
private struct ListeningNotice: Service {
    let ports: AsyncStream<Int>
    let action: @Sendable (_ port: Int) async throws -> Void

    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() {
            try await action(port)
        }
        try? await gracefulShutdown()
    }
}

/// Turns readiness off as the first step of a shutdown.
private struct DrainSignal: Service {
    let readiness: Readiness

    func run() async throws {
        try? await gracefulShutdown()
        readiness.beganDraining()
    }
}

extension ServiceError {
    fileprivate init(binding error: IOError, host: String, port: Int) {
        switch error.errnoCode {
        case EADDRINUSE:
            self.init(
                .addressInUse,
                "Port \(port) on \(host) is taken by another program. Choose another with --port, or 0 for any.",
                underlying: error
            )
        case EACCES:
            self.init(
                .addressUnavailable,
                "This user may not listen on port \(port). Choose one from 1024 on.",
                underlying: error
            )
        default:
            self.init(.addressUnavailable, "\(host):\(port) cannot be bound.", underlying: error)
        }
    }
}
