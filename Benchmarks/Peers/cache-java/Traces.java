// SPDX-License-Identifier: Apache-2.0

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Hit ratios on recorded streams: text, one key a line, with gzip or without. */
final class Traces {
    private static Path lastPath;
    private static int[] lastTrace;

    private Traces() {}

    static CacheBenchmark.Measurement hitRatio(Path path, int size) throws IOException {
        if (!path.equals(lastPath)) {
            lastTrace = read(path);
            lastPath = path;
        }
        // Whatever is put off elsewhere is done at once here, so that the policy sees each access in order.
        Cache<Integer, Integer> cache = Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
        long hits = 0;
        for (int number : lastTrace) {
            Integer key = number;
            if (cache.getIfPresent(key) != null) {
                hits++;
            } else {
                cache.put(key, key);
            }
            cache.cleanUp();
        }
        return new CacheBenchmark.Measurement((double) hits / lastTrace.length, "requests", lastTrace.length);
    }

    private static int[] read(Path path) throws IOException {
        var file = Files.newInputStream(path);
        var input = path.toString().endsWith(".gz") ? new GZIPInputStream(file) : file;
        try (var lines = new BufferedReader(new InputStreamReader(input))) {
            return lines.lines().mapToInt(line -> (int) Long.parseLong(line.trim())).toArray();
        }
    }
}
