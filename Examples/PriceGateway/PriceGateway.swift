// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import Logging
import R3MESBatch
import R3MESConcurrency
import R3MESNetwork

/// A small Hummingbird server in front of a price service that is slow, fails now and then, and answers for many symbols
/// as fast as for one.
///
/// Three rooms, nothing of the R3MES backend:
/// - `RateLimiter` gives each client ten prices a second (R3MESConcurrency).
/// - `DataLoader` makes one call of what many clients ask for at the same time (R3MESBatch).
/// - `ResilientClient` repeats failed calls, within one second in all (R3MESNetwork).
///
/// ```console
/// $ swift run PriceGateway &
/// $ curl -s localhost:8081/prices/GPU
/// {"symbol":"GPU","price":96}
/// ```
@main
struct PriceGateway {
    static func main() async throws {
        let logger = Logger(label: "price-gateway")
        let base = ProcessInfo.processInfo.environment["PRICES_URL"] ?? "http://127.0.0.1:8081/demo"

        var settings = ResilientClient.Configuration()
        settings.name = "prices"
        settings.timeouts.total = .seconds(1)
        let client = try ResilientClient(settings, logger: logger)
        let prices = try DataLoader<String, Int> { batch in
            let symbols = batch.keys.joined(separator: ",")
            let answer = try await client.execute(ClientRequest(.get, "\(base)/prices?symbols=\(symbols)"))
            guard answer.status == .ok else { throw HTTPError(.badGateway) }
            logger.info("one call", metadata: ["symbols": "\(symbols)", "tries": "\(answer.tries)"])
            return try JSONDecoder().decode([String: Int].self, from: Data(answer.body.readableBytesView))
        }
        let limiter = try RateLimiter<String>(configuration: .init(limit: RateLimit(10, per: .seconds(1))))

        let router = Router()
        router.get("prices/{symbol}") { request, context in
            let decision = limiter.allow(request.headers[.authorization] ?? "anonymous")
            if let wait = decision.retryAfter {
                // In whole seconds, rounded up: whoever comes back then is not refused again.
                let seconds = (wait + .nanoseconds(999_999_999)).components.seconds
                throw HTTPError(.tooManyRequests, headers: [.retryAfter: "\(seconds)"])
            }
            let symbol = try context.parameters.require("symbol")
            guard symbol.allSatisfy({ $0.isASCII && $0.isLetter }) else { throw HTTPError(.badRequest) }
            return Price(symbol: symbol, price: try await prices.load(symbol))
        }
        router.get("demo/prices", use: demonstrationPrices)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 8081)),
            services: [client],
            logger: logger
        )
        try await application.runService()
    }

    /// Stands at the other end when there is no real price service: every third call fails.
    @Sendable
    static func demonstrationPrices(_ request: Request, _ context: some RequestContext) async throws -> [String: Int] {
        guard UInt.random(in: 0..<3) > 0 else { throw HTTPError(.serviceUnavailable) }
        try await Task.sleep(for: .milliseconds(20))
        let symbols = request.uri.queryParameters["symbols"] ?? ""
        return symbols.split(separator: ",").reduce(into: [:]) { prices, symbol in
            prices[String(symbol)] = symbol.utf8.reduce(0) { ($0 * 31 + Int($1)) % 100 }
        }
    }
}

struct Price: ResponseEncodable {
    let symbol: String
    let price: Int
}
