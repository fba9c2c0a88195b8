// SPDX-License-Identifier: Apache-2.0
//
// A page of users, packed in the coding that the client wants most; asked again, only "not modified". Run it:
//
//     swift run AnswerSmall
//     curl --verbose --compressed http://127.0.0.1:8081/users
//     curl --verbose --compressed --header 'If-None-Match: "1-gzip"' http://127.0.0.1:8081/users
import Hummingbird
import R3MESResponse

let router = Router()
router.add(middleware: SecurityHeadersMiddleware())
router.add(middleware: try CompressionMiddleware())
router.add(middleware: ConditionalRequestMiddleware())
router.add(middleware: RequestDeadlineMiddleware(maximum: .seconds(10)))

let catalog = try FieldCatalog([.init("name"), .init("credits"), .init("is_miner")])

router.get("users") { request, _ in
    let fields = try catalog.selection(request.uri.queryParameters["fields"].map(String.init))
    var json = JSONWriter(capacity: 8192)
    json.array(1...100) { json, number in
        json.object { json in
            if fields.contains("name") { json.member("name", "user \(number)") }
            if fields.contains("credits") { json.member("credits", number * 10) }
            if fields.contains("is_miner") { json.member("is_miner", number.isMultiple(of: 2)) }
        }
    }
    var response = Response(
        status: .ok,
        headers: [.contentType: "application/json"],
        body: .init(byteBuffer: json.buffer)
    )
    response.headers[.eTag] = EntityTag("\"1\"").map { fields.entityTag(from: $0).description }
    return response
}

try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8081))).runService()
