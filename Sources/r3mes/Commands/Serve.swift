// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESService

/// The command `r3mes serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service until SIGTERM or Ctrl-C.",
        discussion: """
            The first line on standard output says the URL. The first start on an empty database makes an admin key and \
            prints it once. Every setting can also come from the environment (R3MES_…) or a file; \
            docs/configuration.md lists them.

            Example:
              r3mes serve --port 9000 --database sqlite:/var/lib/r3mes/r3mes.sqlite
            """
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "The address to listen on. The default is 127.0.0.1: this machine alone.")
    var host: String?

    @Option(help: "The port to listen on; 0 picks a free one. The default is 8080.")
    var port: String?

    @Option(
        help: ArgumentHelp("Make so many demonstration users if the database has none.", valueName: "users"),
        transform: CheckedArgument.demoUsers
    )
    var demo: DemoUsers?

    @Flag(help: "Print the settings and where each came from, then end.")
    var printConfiguration = false

    @Flag(help: "Print the settings as JSON. Goes with --print-configuration.")
    var json = false

    func validate() throws {
        if json, !printConfiguration {
            throw ValidationError("--json goes with --print-configuration.")
        }
    }

    func run() async throws {
        let loaded = try options.load(flags: ["server.host": host, "server.port": port])
        if printConfiguration {
            Terminal.printResult(json ? try loaded.json() : loaded.text())
            return
        }
        let settings = loaded.configuration
        let logger = makeLogger(settings.logging)
        let storage = try Storage(opening: settings.database, remembering: settings.cache, logger: logger)
        try await storage.migrate()
        if let demo, try await storage.hasNoUsers() {
            try await write(demo, into: storage)
        }
        let application = ServiceApplication(configuration: settings, storage: storage, logger: logger) { port in
            // Not before the socket listens: a start that failed would use the key up without showing it.
            let adminKey = settings.authentication.mode == .keys ? try await storage.makeFirstAdminKey() : nil
            let banner = try await Banner(settings: settings, port: port, adminKey: adminKey, storage: storage)
            Terminal.printResult(banner.text)
        }
        try await application.run()
    }
}
