// SPDX-License-Identifier: Apache-2.0
//
// A call that ends in time, whatever the server does. Run it: swift run CallUpstream [URL]
import Logging
import R3MESNetwork

let url = CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:9"
var configuration = ResilientClient.Configuration()
configuration.name = "upstream"
configuration.timeouts.total = .milliseconds(500)
let client = try ResilientClient(configuration, logger: Logger(label: "call-upstream"))

do {
    let answer = try await client.execute(ClientRequest(.get, url))
    print("status \(answer.status.code), \(answer.body.readableBytes) bytes, after \(answer.tries) tries")
} catch {
    print("no answer: \(error)")
}
await client.shutdown()
