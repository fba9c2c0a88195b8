// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures Caffeine as CacheBenchmark measures ours, and in the same way.
 *
 * <p>Its argument is the folder with the streams of keys. Reads lines {@code CASE MILLISECONDS [ARGUMENT...]}; answers each
 * with a line of JSON.
 */
public final class CacheBenchmark {
    private CacheBenchmark() {}

    /** What one round found out: a value, and one thing more by name. */
    record Measurement(double value, String note, double noted) {
        String json() {
            return String.format(Locale.ROOT, "{\"value\":%f,\"notes\":{\"%s\":%f}}", value, note, noted);
        }
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var throughput = new Throughput(folder);
        var questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            var words = line.trim().split(" ");
            var measurement = switch (words[0]) {
                case "throughput" ->
                    throughput.measure(Long.parseLong(words[1]), words[3], words[4], Integer.parseInt(words[5]));
                case "footprint" -> Footprint.measure(words[3], Integer.parseInt(words[4]));
                case "trace" -> Traces.hitRatio(Path.of(words[2]), Integer.parseInt(words[3]));
                default -> throw new IllegalArgumentException(line);
            };
            System.out.println(measurement.json());
        }
    }

    static Object[] makeKeys(String kind, int count) {
        var keys = new Object[count];
        for (int i = 0; i < count; i++) {
            keys[i] = kind.equals("string") ? String.format("remes1%038d", i) : (Object) Integer.valueOf(i);
        }
        return keys;
    }
}
