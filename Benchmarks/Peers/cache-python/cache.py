# SPDX-License-Identifier: Apache-2.0
"""Measures theine as CacheBenchmark measures ours, and in the same way.

Its argument is the folder with the streams of keys. Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a line of
JSON.
"""

import array
import gc
import json
import os
import pathlib
import sys
import threading
import time

from theine import Cache

CAPACITY = 10_000
KEYS = 100_000
# Ours does as many operations between two looks at the clock.
CHUNK = 256


def make_keys(kind, count):
    return [f"remes1{number:038}" for number in range(count)] if kind == "string" else list(range(count))


def read_stream(name):
    """A stream is a file of 32-bit numbers of keys, the lowest byte first."""
    stream = array.array("i")
    stream.frombytes(pathlib.Path(sys.argv[1], name).read_bytes())
    return stream


def read_through(cache, keys, stream, position, end):
    get, put, length = cache.get, cache.set, len(stream)
    operations = hits = 0
    while True:
        for _ in range(CHUNK):
            key = keys[stream[position % length]]
            position += 1
            if get(key)[1]:
                hits += 1
            else:
                put(key, key)
        operations += CHUNK
        if time.perf_counter() >= end:
            return operations, hits


def read(cache, keys, stream, position, end):
    get, length = cache.get, len(stream)
    operations = hits = 0
    while True:
        for _ in range(CHUNK):
            if get(keys[stream[position % length]])[1]:
                hits += 1
            position += 1
        operations += CHUNK
        if time.perf_counter() >= end:
            return operations, hits


def write(cache, keys, stream, position, end):
    put, length = cache.set, len(stream)
    operations = 0
    while True:
        for _ in range(CHUNK):
            key = keys[stream[position % length]]
            position += 1
            put(key, key)
        operations += CHUNK
        if time.perf_counter() >= end:
            return operations, 0


LOOPS = {"read-through": read_through, "reads": read, "writes": write}


class Throughput:
    def __init__(self):
        self.zipf = read_stream("zipf.bin")
        self.hot = read_stream("hot.bin")
        self.keys = {kind: make_keys(kind, KEYS) for kind in ("int", "string")}
        # What was cached in the rounds before stays.
        self.caches = {}
        # Where each stream goes on.
        self.next = {}

    def measure(self, seconds, _, work, key_kind, threads):
        name, threads = (work, key_kind, threads), int(threads)
        keys = self.keys[key_kind]
        stream = self.hot if work == "reads" else self.zipf
        if name not in self.caches:
            self.caches[name] = Cache(CAPACITY)
            if work == "reads":
                for number in set(stream):
                    self.caches[name].set(keys[number], keys[number])
        cache, start, counts = self.caches[name], self.next.get(name, 0), []
        begin = time.perf_counter()

        def run(thread):
            position = start + thread * (len(stream) // threads)
            counts.append(LOOPS[work](cache, keys, stream, position, begin + seconds))

        workers = [threading.Thread(target=run, args=(thread,)) for thread in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        elapsed = time.perf_counter() - begin
        operations, hits = (sum(column) for column in zip(*counts))
        self.next[name] = start + operations // threads
        return {"value": operations / elapsed, "notes": {"hit ratio": hits / operations}}


def memory():
    gc.collect()
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def footprint(key_kind, count):
    """The bytes an entry takes in a cache that is full, its key and value not counted, as they were there before."""
    keys = make_keys(key_kind, count)
    before = memory()
    cache = Cache(count)
    for key in keys:
        cache.set(key, key)
    return {"value": (memory() - before) / len(cache), "notes": {"entries": len(cache)}}


def main():
    throughput = Throughput()
    for line in sys.stdin:
        name, milliseconds, *arguments = line.split()
        if name == "throughput":
            measurement = throughput.measure(float(milliseconds) / 1e3, *arguments)
        else:
            _, key_kind, count = arguments
            measurement = footprint(key_kind, int(count))
        print(json.dumps(measurement), flush=True)
    # Its threads that keep time would hold up the end.
    for cache in throughput.caches.values():
        cache.close()


main()
