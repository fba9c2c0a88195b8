// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

// Times are microseconds since 1970 and credits are millionths, both as 64-bit integers. Users are numbered in order of
// arrival, so that the indexes that are written with every new balance stay small: docs/decisions/0004. What has been
// written in the ledger stays, which triggers see to: corrections are new entries.
//
// A statement that has been released is never changed: its checksum is in the databases.

/// The schema for SQLite, one property for each migration.
enum SQLiteSchema {
    static let usersAndLedger: [SQL] = [
        """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            wallet TEXT NOT NULL UNIQUE,
            credits INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),
            is_miner INTEGER NOT NULL DEFAULT 0 CHECK (is_miner IN (0, 1)),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            last_mining_at INTEGER,
            metadata TEXT NOT NULL DEFAULT '{}'
        ) STRICT
        """,
        """
        CREATE INDEX users_created_at ON users (created_at, id)
        """,
        """
        CREATE INDEX users_credits ON users (credits, id)
        """,
        """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY,
            wallet TEXT NOT NULL REFERENCES users (wallet),
            amount INTEGER NOT NULL CHECK (amount <> 0),
            balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
            kind TEXT NOT NULL,
            counterparty TEXT,
            transfer_id TEXT,
            reason TEXT,
            created_at INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE INDEX ledger_wallet ON ledger (wallet, id)
        """,
        """
        CREATE TRIGGER ledger_keeps_entries BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE(ABORT, 'ledger entries cannot be changed'); END
        """,
        """
        CREATE TRIGGER ledger_keeps_all BEFORE DELETE ON ledger
        BEGIN SELECT RAISE(ABORT, 'ledger entries cannot be deleted'); END
        """,
    ]

    static let apiKeys: [SQL] = [
        """
        CREATE TABLE api_keys (
            id TEXT NOT NULL PRIMARY KEY,
            wallet TEXT REFERENCES users (wallet),
            name TEXT NOT NULL,
            prefix TEXT NOT NULL UNIQUE,
            digest BLOB NOT NULL,
            scopes TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE INDEX api_keys_wallet ON api_keys (wallet, created_at)
        """,
    ]

    static let idempotency: [SQL] = [
        """
        CREATE TABLE idempotency (
            principal TEXT NOT NULL,
            key TEXT NOT NULL,
            request_digest BLOB NOT NULL,
            status INTEGER NOT NULL,
            location TEXT,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (principal, key)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE INDEX idempotency_created_at ON idempotency (created_at)
        """,
    ]

    static let minerStats: [SQL] = [
        """
        CREATE TABLE miner_stats (
            wallet TEXT NOT NULL REFERENCES users (wallet),
            recorded_at INTEGER NOT NULL,
            hashrate REAL NOT NULL CHECK (hashrate >= 0),
            gpu_temperature REAL NOT NULL,
            blocks_found INTEGER NOT NULL CHECK (blocks_found >= 0),
            uptime INTEGER NOT NULL CHECK (uptime >= 0),
            PRIMARY KEY (wallet, recorded_at)
        ) STRICT, WITHOUT ROWID
        """
    ]
}
