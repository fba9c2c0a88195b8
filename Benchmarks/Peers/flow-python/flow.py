# SPDX-License-Identifier: Apache-2.0
"""Measures Python's counterparts of what FlowBenchmark measures of ours, and in the same way.

Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a line of JSON.
"""

import asyncio
import json
import sys
import time

from aiodataloader import DataLoader
import httpx
from tenacity import retry, stop_after_attempt, wait_random_exponential


async def per_operation(seconds, batch, least=1):
    """The nanoseconds that one operation takes; shorter runs before the one that counts warm up."""
    count = least
    while True:
        start = time.perf_counter()
        await batch(count)
        elapsed = time.perf_counter() - start
        if elapsed >= seconds / 2:
            return elapsed * 1e9 / count
        count = count * 10 if elapsed < seconds / 100 else max(count + 1, int(count * seconds / elapsed))


async def per_operation_of(tasks, seconds, operation):
    """As per_operation, with the operations spread evenly over tasks."""

    async def batch(count):
        await asyncio.gather(*(operation((count + index) // tasks) for index in range(tasks)))

    return await per_operation(seconds, batch, least=tasks)


def free_permits(tasks, limit):
    async def measure(seconds):
        permits = asyncio.Semaphore(limit)

        async def operation(count):
            for _ in range(count):
                async with permits:
                    pass

        return {"value": await per_operation_of(tasks, seconds, operation)}

    return measure


async def permits_waited_for(seconds):
    permits = asyncio.Semaphore(4)

    async def operation(count):
        for _ in range(count):
            async with permits:
                await asyncio.sleep(0)

    return {"value": await per_operation_of(64, seconds, operation)}


async def yields(seconds):
    async def operation(count):
        for _ in range(count):
            await asyncio.sleep(0)

    return {"value": await per_operation_of(64, seconds, operation)}


async def loader(seconds):
    loads = calls = 0

    async def load_all(keys):
        nonlocal calls
        calls += 1
        return keys

    async def batch(count):
        nonlocal loads
        for _ in range(count):
            # One for each request, as is its use: it remembers what it has loaded.
            users = DataLoader(load_all)
            await asyncio.gather(*(users.load(key) for key in range(1000)))
        loads += count

    value = await per_operation(seconds, batch) / 1000
    return {"value": value, "notes": {"calls for 1,000 loads": calls / loads}}


async def at_once(value):
    return value


async def timeouts(seconds):
    async def batch(count):
        for index in range(count):
            async with asyncio.timeout(10):
                await at_once(index)

    return {"value": await per_operation(seconds, batch)}


async def mapping(seconds):
    async def mapped(permits, value):
        async with permits:
            return value + 1

    async def batch(count):
        for _ in range(count):
            permits = asyncio.Semaphore(4)
            await asyncio.gather(*(mapped(permits, value) for value in range(1000)))

    return {"value": await per_operation(seconds, batch) / 1000}


async def retries(seconds):
    wrapped = retry(stop=stop_after_attempt(4), wait=wait_random_exponential(0.05, 5))(at_once)

    async def batch(count):
        for index in range(count):
            await wrapped(index)

    return {"value": await per_operation(seconds, batch)}


def http_calls(wrap):
    async def measure(seconds, url, callers):
        async with httpx.AsyncClient(timeout=10) as client:

            async def get():
                return (await client.get(url)).content

            call = wrap(get)

            async def operation(count):
                for _ in range(count):
                    await call()

            return {"value": await per_operation_of(int(callers), seconds, operation)}

    return measure


async def precision(_, milliseconds, count, spacing):
    timeout = float(milliseconds) / 1e3

    async def lateness(delay):
        await asyncio.sleep(delay)
        start = time.perf_counter()
        try:
            async with asyncio.timeout(timeout):
                await asyncio.sleep(3600)
        except TimeoutError:
            return (time.perf_counter() - start - timeout) * 1e6

    delays = (index * float(spacing) / 1e3 for index in range(int(count)))
    samples = await asyncio.gather(*map(lateness, delays))
    return {"value": max(samples), "samples": samples}


CASES = {
    "semaphore-1": free_permits(1, 2),
    "semaphore-2": free_permits(2, 2),
    "semaphore-64": free_permits(64, 64),
    "semaphore-wait": permits_waited_for,
    "yield-64": yields,
    "loader-1000": loader,
    "timeout": timeouts,
    "map": mapping,
    "retry": retries,
    "http": http_calls(lambda get: get),
    "http-tenacity": http_calls(retry(stop=stop_after_attempt(4), wait=wait_random_exponential(0.05, 5))),
    "precision": precision,
}


def main():
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            name, milliseconds, *arguments = line.split()
            measurement = runner.run(CASES[name](float(milliseconds) / 1e3, *arguments))
            print(json.dumps(measurement), flush=True)


main()
