// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime"
	"time"
)

// The bytes an entry takes in a cache that is full, its key and value not counted, as they were there before.
func footprint(kind, keyKind string, count int) measurement {
	keys := makeKeys(keyKind, count)
	before := heapInUse()
	c := newCache(kind, count)
	for index, key := range keys {
		c.put(key)
		if index%1000 == 0 {
			// Lets ristretto take what it would drop when it is busy.
			time.Sleep(100 * time.Microsecond)
		}
	}
	time.Sleep(100 * time.Millisecond)
	bytes := heapInUse() - before
	entries := 0
	for _, key := range keys {
		if c.get(key) {
			entries++
		}
	}
	return measurement{Value: float64(bytes) / float64(entries), Notes: map[string]float64{"entries": float64(entries)}}
}

func heapInUse() int64 {
	var statistics runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapAlloc)
}
