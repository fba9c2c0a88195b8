// SPDX-License-Identifier: Apache-2.0

/// The first words on a new connection, as a value: protocol, user, name, database, and what the owner asks for.
///
/// RESP3 is asked for first. A server that doesn't know it (before version 6, or a proxy) is spoken to in RESP2.
struct Handshake: Sendable {
    enum Step: Sendable {
        case send([RedisCommand])
        case wait
        case done
    }

    struct Credentials: Sendable {
        var username: String?
        var password: String
    }

    private enum Phase {
        case hello
        /// So many answers are missing.
        case settings(Int)
        case done
    }

    let credentials: Credentials?
    let name: String?
    let database: Int
    /// Sent after all else; each must succeed.
    let settings: [RedisCommand]
    /// Refuses a server that is a replica.
    let requiresMaster: Bool
    private(set) var isRESP3: Bool
    private var phase = Phase.hello

    init(
        credentials: Credentials?,
        name: String?,
        database: Int,
        settings: [RedisCommand] = [],
        asksForRESP3: Bool = true,
        requiresMaster: Bool = false
    ) {
        self.credentials = credentials
        self.name = name
        self.database = database
        self.settings = settings
        self.requiresMaster = requiresMaster
        isRESP3 = asksForRESP3
    }

    mutating func start() -> Step {
        guard isRESP3 else { return configure() }
        var hello = RedisCommand("HELLO")
        hello.append(3)
        if let credentials {
            hello.append("AUTH")
            hello.append(credentials.username ?? "default")
            hello.append(credentials.password)
        }
        if let name {
            hello.append("SETNAME")
            hello.append(name)
        }
        return .send([hello])
    }

    mutating func receive(_ answer: RESPValue) throws(CacheError) -> Step {
        switch phase {
        case .hello:
            guard case .error(let error) = answer else { return configure() }
            guard ["ERR", "NOPROTO"].contains(error.code) else { throw .server(error) }
            isRESP3 = false
            return configure()
        case .settings(let missing):
            if case .error(let error) = answer {
                throw .server(error)
            }
            guard missing > 1 else {
                if requiresMaster { try Self.checkIsMaster(answer) }
                phase = .done
                return .done
            }
            phase = .settings(missing - 1)
            return .wait
        case .done:
            throw CacheError(.protocolViolation, "Redis answered more than it was asked")
        }
    }

    /// Reads the answer to `ROLE`.
    private static func checkIsMaster(_ answer: RESPValue) throws(CacheError) {
        guard let role = answer.elements?.first.flatMap({ try? String(resp: $0) }), role == "master" else {
            throw CacheError(.unavailable, "the server that the sentinels name is not a master, or not yet")
        }
    }

    private mutating func configure() -> Step {
        var commands: [RedisCommand] = []
        if !isRESP3 {
            if let credentials {
                var auth = RedisCommand("AUTH")
                if let username = credentials.username {
                    auth.append(username)
                }
                auth.append(credentials.password)
                commands.append(auth)
            }
            if let name {
                var setName = RedisCommand("CLIENT")
                setName.append("SETNAME")
                setName.append(name)
                commands.append(setName)
            }
        }
        if database != 0 {
            var select = RedisCommand("SELECT")
            select.append(database)
            commands.append(select)
        }
        commands += settings
        if requiresMaster {
            commands.append(RedisCommand("ROLE", room: 0))
        }
        guard !commands.isEmpty else {
            phase = .done
            return .done
        }
        phase = .settings(commands.count)
        return .send(commands)
    }
}
