# SPDX-License-Identifier: Apache-2.0
"""redis-py (with hiredis), asked for one measurement after the other.

A question is a line `CASE MILLISECONDS CALLERS`, its answer a line of JSON.
"""

import asyncio
import json
import random
import resource
import sys
import time

import redis.asyncio

KEYS = 10_000
VALUE = b"x" * 64


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def measure(client, case, seconds, callers):
    latencies = []
    end = time.perf_counter() + seconds

    def key():
        return f"key:{random.randrange(KEYS)}"

    async def call():
        if case == "get":
            await client.get(key())
        elif case == "set":
            await client.set(key(), VALUE)
        else:
            await client.mget([key() for _ in range(10)])

    async def caller():
        now = time.perf_counter()
        while now < end:
            await call()
            last, now = now, time.perf_counter()
            latencies.append(now - last)

    # Connections are made before the time runs.
    await asyncio.gather(*(client.ping() for _ in range(callers)))
    start, used = time.perf_counter(), cpu()
    end = start + seconds
    await asyncio.gather(*(caller() for _ in range(callers)))
    elapsed, used = time.perf_counter() - start, cpu() - used
    latencies.sort()
    count = len(latencies)
    return {
        "value": count / elapsed,
        "notes": {
            "p50": latencies[count // 2] * 1e9,
            "p99": latencies[min(count - 1, count * 99 // 100)] * 1e9,
            "cpu": used / count * 1e9,
        },
    }


async def main():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        case, milliseconds, callers = line.split()
        client = redis.asyncio.from_url(sys.argv[1], max_connections=1024)
        answer = await measure(client, case, int(milliseconds) / 1000, int(callers))
        await client.aclose()
        print(json.dumps(answer), flush=True)


asyncio.run(main())
