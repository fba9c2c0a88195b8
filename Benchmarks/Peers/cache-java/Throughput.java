// SPDX-License-Identifier: Apache-2.0

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Operations per second. */
final class Throughput {
    private static final int CAPACITY = 10_000;
    private static final int KEYS = 100_000;
    /** Ours does as many operations between two looks at the clock. */
    private static final int CHUNK = 256;

    private final int[] zipf;
    private final int[] hot;
    private final Map<String, Object[]> keys = new HashMap<>();
    /** What was cached in the rounds before stays. */
    private final Map<String, Cache<Object, Object>> caches = new HashMap<>();
    /** Where each stream goes on. */
    private final Map<String, Integer> next = new HashMap<>();

    Throughput(Path folder) throws IOException {
        zipf = readStream(folder.resolve("zipf.bin"));
        hot = readStream(folder.resolve("hot.bin"));
    }

    /** A stream is a file of 32-bit numbers of keys, the lowest byte first. */
    private static int[] readStream(Path path) throws IOException {
        var numbers = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        var stream = new int[numbers.remaining()];
        numbers.get(stream);
        return stream;
    }

    CacheBenchmark.Measurement measure(long milliseconds, String work, String keyKind, int threads) throws Exception {
        var name = work + keyKind + threads;
        var stream = work.equals("reads") ? hot : zipf;
        var keys = this.keys.computeIfAbsent(keyKind, kind -> CacheBenchmark.makeKeys(kind, KEYS));
        var cache = caches.get(name);
        if (cache == null) {
            cache = Caffeine.newBuilder().maximumSize(CAPACITY).build();
            caches.put(name, cache);
            if (work.equals("reads")) {
                for (int number : stream) {
                    cache.put(keys[number], keys[number]);
                }
            }
        }
        int start = next.getOrDefault(name, 0);
        var loops = new Loop[threads];
        long begin = System.nanoTime();
        for (int thread = 0; thread < threads; thread++) {
            int position = start + thread * (stream.length / threads);
            loops[thread] = new Loop(cache, work, keys, stream, position, begin + milliseconds * 1_000_000);
            loops[thread].start();
        }
        long operations = 0;
        long hits = 0;
        for (var loop : loops) {
            loop.join();
            operations += loop.operations;
            hits += loop.hits;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        next.put(name, start + (int) (operations / threads));
        return new CacheBenchmark.Measurement(operations / seconds, "hit ratio", (double) hits / operations);
    }

    /** One thread's work, with the counts in locals: nothing is shared but the cache. */
    private static final class Loop extends Thread {
        private final Cache<Object, Object> cache;
        private final String work;
        private final Object[] keys;
        private final int[] stream;
        private final int position;
        private final long end;
        long operations;
        long hits;

        Loop(Cache<Object, Object> cache, String work, Object[] keys, int[] stream, int position, long end) {
            this.cache = cache;
            this.work = work;
            this.keys = keys;
            this.stream = stream;
            this.position = position;
            this.end = end;
        }

        @Override
        public void run() {
            switch (work) {
                case "read-through" -> readThrough();
                case "reads" -> read();
                case "writes" -> write();
                default -> throw new IllegalArgumentException(work);
            }
        }

        private void readThrough() {
            int position = this.position;
            int mask = stream.length - 1;
            long operations = 0;
            long hits = 0;
            do {
                for (int i = 0; i < CHUNK; i++) {
                    Object key = keys[stream[position++ & mask]];
                    if (cache.getIfPresent(key) != null) {
                        hits++;
                    } else {
                        cache.put(key, key);
                    }
                }
                operations += CHUNK;
            } while (System.nanoTime() < end);
            this.operations = operations;
            this.hits = hits;
        }

        private void read() {
            int position = this.position;
            int mask = stream.length - 1;
            long operations = 0;
            long hits = 0;
            do {
                for (int i = 0; i < CHUNK; i++) {
                    if (cache.getIfPresent(keys[stream[position++ & mask]]) != null) {
                        hits++;
                    }
                }
                operations += CHUNK;
            } while (System.nanoTime() < end);
            this.operations = operations;
            this.hits = hits;
        }

        private void write() {
            int position = this.position;
            int mask = stream.length - 1;
            long operations = 0;
            do {
                for (int i = 0; i < CHUNK; i++) {
                    Object key = keys[stream[position++ & mask]];
                    cache.put(key, key);
                }
                operations += CHUNK;
            } while (System.nanoTime() < end);
            this.operations = operations;
        }
    }
}
