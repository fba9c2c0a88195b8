// SPDX-License-Identifier: Apache-2.0

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** The bytes an entry takes in a cache that is full, its key and value not counted, as they were there before. */
final class Footprint {
    private Footprint() {}

    static CacheBenchmark.Measurement measure(String keyKind, int count) throws InterruptedException {
        var keys = CacheBenchmark.makeKeys(keyKind, count);
        long before = heapInUse();
        Cache<Object, Object> cache = Caffeine.newBuilder().maximumSize(count).build();
        for (Object key : keys) {
            cache.put(key, key);
        }
        cache.cleanUp();
        long bytes = heapInUse() - before;
        long entries = cache.estimatedSize();
        // Both are in use until here: none of them was collected before it was counted.
        if (keys.length != count || cache.getIfPresent(keys[count - 1]) == null && entries == 0) {
            throw new IllegalStateException();
        }
        return new CacheBenchmark.Measurement((double) bytes / entries, "entries", entries);
    }

    private static long heapInUse() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
