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
    private(set) var isRESP3: Bool
    private var phase = Phase.hello

    init(
        credentials: Credentials?,
        name: String?,
        database: Int,
        settings: [RedisCommand] = [],
        asksForRESP3: Bool = true
    ) {
        self.credentials = credentials
        self.name = name
        self.database = database
        self.settings = settings
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
                phase = .done
                return .done
            }
            phase = .settings(missing - 1)
            return .wait
        case .done:
            throw CacheError(.protocolViolation, "Redis answered more than it was asked")
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
        guard !commands.isEmpty else {
            phase = .done
            return .done
        }
        phase = .settings(commands.count)
        return .send(commands)
    }
}
