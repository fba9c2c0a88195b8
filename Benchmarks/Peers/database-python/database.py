# SPDX-License-Identifier: Apache-2.0
"""Does with asyncpg what DatabaseBenchmark does with ours, and measures it in the same way.

Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a line of JSON.
"""

import asyncio
import json
import random
import sys
import time

import asyncpg

URL = sys.argv[1]
ROW_COUNT = 100_000
COLUMNS = ["wallet", "credits", "is_miner"]


def wallet(key):
    return f"remes1{key:038d}"


def quantiles(values):
    values.sort()
    return {"p50": values[int(0.5 * (len(values) - 1))], "p99": values[int(0.99 * (len(values) - 1))]}


def load(operation):
    async def measure(pool, seconds, callers):
        end = time.perf_counter() + seconds
        latencies = []

        async def caller():
            while (begun := time.perf_counter()) < end:
                await operation(pool, random.randrange(ROW_COUNT))
                latencies.append((time.perf_counter() - begun) * 1e6)

        start = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return {"value": len(latencies) / (time.perf_counter() - start), "notes": quantiles(latencies)}

    return measure


async def select(pool, key):
    row = await pool.fetchrow("SELECT wallet, credits, is_miner FROM users WHERE wallet = $1", wallet(key))
    assert row[1] == key


async def page(pool, key):
    rows = await pool.fetch(
        "SELECT wallet, credits, is_miner, created_at FROM users WHERE wallet >= $1 ORDER BY wallet LIMIT 100",
        wallet(key),
    )
    assert sum(row[1] for row in rows) >= key


async def mixed(pool, key):
    if random.randrange(10):
        await select(pool, key)
    else:
        done = await pool.execute("UPDATE users SET created_at = now() WHERE wallet = $1", wallet(key))
        assert done == "UPDATE 1"


async def insert(pool, seconds, count):
    await pool.execute("TRUNCATE few")
    places = ",".join(f"(${3 * i + 1},${3 * i + 2},${3 * i + 3})" for i in range(count))
    sql = f"INSERT INTO few (wallet, credits, is_miner) VALUES {places}"
    arguments = [value for i in range(count) for value in (wallet(i), float(i), i % 2 == 0)]
    latencies = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await pool.execute(sql, *arguments)
        latencies.append((time.perf_counter() - start) * 1e6)
    notes = quantiles(latencies)
    return {"value": notes["p50"] / 1e3, "notes": notes}


async def copy(pool, _, count):
    await pool.execute("TRUNCATE bulk")
    rows = [(wallet(i), float(i), i % 2 == 0) for i in range(count)]
    start = time.perf_counter()
    async with pool.acquire() as connection:
        done = await connection.copy_records_to_table("bulk", records=rows, columns=COLUMNS)
    assert done == f"COPY {count}"
    return {"value": (time.perf_counter() - start) * 1e3}


async def acquire(pool, _):
    async with pool.acquire():
        pass


def resident_kibibytes():
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(float(line.split()[1]) for line in status if line.startswith("VmRSS:"))


async def memory(_, seconds, count):
    before = resident_kibibytes()
    async with asyncpg.create_pool(URL, min_size=0, max_size=count) as pool:

        async def use():
            async with pool.acquire() as connection:
                await connection.execute("SELECT pg_sleep(0.5)")
                await connection.fetchrow(
                    "SELECT wallet, credits, is_miner FROM users WHERE wallet = $1", wallet(1)
                )

        await asyncio.gather(*(use() for _ in range(count)))
        return {"value": max(resident_kibibytes() - before, 0) / count}


CASES = {
    "select": load(select),
    "page": load(page),
    "mixed": load(mixed),
    "insert": insert,
    "copy": copy,
    "acquire": load(acquire),
    "memory": memory,
}


def main():
    with asyncio.Runner() as runner:
        pool = runner.run(make_pool())
        for line in sys.stdin:
            name, milliseconds, argument = line.split()
            measurement = runner.run(CASES[name](pool, float(milliseconds) / 1e3, int(argument)))
            print(json.dumps(measurement), flush=True)


async def make_pool():
    return await asyncpg.create_pool(URL, min_size=16, max_size=16)


main()
