// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
import Synchronization

/// Says of the routes under it that their answers must not be packed: they mix secrets with what the request said.
///
/// The length of such an answer tells an eavesdropper who can choose part of the request how much of it stands in the secret
/// (the BREACH attack; Gluck, Harris and Prado, 2013). Put it on every group of routes that answers with tokens, keys or
/// other people's data and also repeats parameters.
///
/// ```swift
/// router.group("account").add(middleware: UncompressedRouteMiddleware())
/// ```
///
/// It works within ``CompressionMiddleware``; without that there is nothing to prevent. Costs one look at a task-local.
public struct UncompressedRouteMiddleware<Context: RequestContext>: RouterMiddleware {
    /// Makes the middleware.
    public init() {}

    /// Marks the answer, also one that the route throws.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        CompressionExemption.current?.set()
        return try await next(request, context)
    }
}

/// Whether the answer to the current request must stay as it is; set from within the route.
final class CompressionExemption: Sendable {
    @TaskLocal static var current: CompressionExemption?

    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() {
        flag.store(true, ordering: .relaxed)
    }
}
