// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
import HTTPTypes
public import Logging
import R3MESConcurrency

/// An HTTP client for servers that are slow or down: it repeats what is safe to repeat, stops calling what is broken,
/// and never takes longer than its caller has time.
///
/// A call is made by ``execute(_:)``. The policies that it passes through, and their order, stand in one place:
/// <doc:OrderOfThePolicies>. The client speaks HTTP/2 where the server offers it over TLS, HTTP/1.1 else, and follows
/// no redirects. Run it as a `Service`, or call ``shutdown()`` when done: a client that is dropped while its own pool
/// is open stops the program, as AsyncHTTPClient does.
///
/// ```swift
/// var configuration = ResilientClient.Configuration()
/// configuration.timeouts.total = .seconds(1)
/// let client = try ResilientClient(configuration, logger: logger)
/// let answer = try await client.execute(ClientRequest(.get, "https://chain.example/status"))
/// ```
public final class ResilientClient: Sendable {
    /// The limit on retries and hedges, which may be shared with other clients.
    public let retryBudget: RetryBudget

    let configuration: Configuration
    let endpoints: EndpointSet?
    let transport: any Transport
    let hosts: HostTable
    let stale: StaleCache?
    let timeline: Timeline
    let metrics: ClientMetrics
    let logger: Logger
    let lifecycle = Lifecycle()
    /// The latency of the endpoint set as a whole, from which hedges are timed.
    let endpointLatency = LatencyTracker()
    let deadlineField: HTTPField.Name?

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - configuration: All settings.
    ///   - endpoints: Where requests go whose URL is a path.
    ///   - retryBudget: A budget shared with other clients, in place of the configured one.
    ///   - httpClient: A client to send by, which stays its owner's to shut down. Without one, the client has its own.
    ///   - logger: Gets one line per try: `debug` for an answer, `info` for a failure. No URL, field or body is logged.
    /// - Throws: ``NetworkError`` with ``NetworkError/Code/invalidConfiguration``.
    public convenience init(
        _ configuration: Configuration = Configuration(),
        endpoints: EndpointSet? = nil,
        retryBudget: RetryBudget? = nil,
        httpClient: HTTPClient? = nil,
        logger: Logger
    ) throws(NetworkError) {
        try NetworkError.check(configuration.problems)
        let transport: HTTPTransport
        if let httpClient {
            transport = HTTPTransport(client: httpClient, counter: nil, logger: logger)
        } else {
            let counter = ConnectionCounter()
            let client = HTTPClient(configuration: .init(configuration, counter: counter))
            transport = HTTPTransport(client: client, counter: counter, logger: logger)
        }
        try self.init(
            configuration,
            endpoints: endpoints,
            retryBudget: retryBudget,
            transport: transport,
            timeline: .system,
            logger: logger
        )
    }

    init(
        _ configuration: Configuration,
        endpoints: EndpointSet?,
        retryBudget: RetryBudget?,
        transport: any Transport,
        timeline: Timeline,
        logger: Logger
    ) throws(NetworkError) {
        self.configuration = configuration
        self.endpoints = endpoints
        self.transport = transport
        self.timeline = timeline
        self.logger = logger
        if let retryBudget {
            self.retryBudget = retryBudget
        } else {
            self.retryBudget = try RetryBudget(configuration.retryBudget, timeline: timeline)
        }
        metrics = ClientMetrics(name: configuration.name)
        stale = configuration.staleIfError.map { StaleCache($0) }
        deadlineField = configuration.options.deadlineField.flatMap { HTTPField.Name($0) }
        hosts = HostTable(maximum: configuration.options.maximumHosts) { _ throws(NetworkError) in
            try Host(configuration, timeline: timeline)
        }
    }

    /// Makes one call; what it may do to be answered is up to the policies.
    ///
    /// A status is never an error: a `503` that no retry bettered is returned.
    ///
    /// - Returns: The whole answer; from the server, or an older one under ``StaleIfErrorPolicy``.
    /// - Throws: ``NetworkError``, or `CancellationError` as soon as the task is cancelled. Of several failures the
    ///   last that really happened is thrown, not that there was no time or no budget for another try.
    public func execute(_ request: ClientRequest) async throws -> ClientResponse {
        let call = try makeCall(request)
        try lifecycle.begin()
        defer { lifecycle.end() }
        retryBudget.deposit()
        let result = await withDeadline(Deadline(call.deadline)) {
            await policies(call)
        }
        metrics.end(call, result)
        switch result.outcome {
        case .success(var response):
            response.tries = call.tries
            return response
        case .failure(let error):
            guard error.code != .cancelled else {
                throw CancellationError()
            }
            throw error
        }
    }

    private func makeCall(_ request: ClientRequest) throws(NetworkError) -> Call {
        let now = timeline.now()
        let own = now.advanced(by: min(max(request.timeout ?? configuration.timeouts.total, .zero), .seconds(86_400)))
        let deadline = min(own, Deadline.current?.instant ?? own)
        if let endpoints, request.url.hasPrefix("/") {
            return Call(request, to: .endpoints(endpoints), latency: endpointLatency, deadline: deadline)
        }
        guard let origin = Origin(of: request.url) else {
            throw NetworkError(
                .invalidRequest,
                "the URL is neither an absolute http or https URL nor a path for a client with endpoints",
                mayHaveBeenSent: false
            )
        }
        let host = try hosts.host(origin)
        return Call(request, to: .host(host, origin), latency: host.latency, deadline: deadline)
    }
}
