// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

func init() {
	cases["rate-1"] = func(budget time.Duration, _ []string) measurement {
		limiter := rate.NewLimiter(1e9, 1e9)
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				limiter.Allow()
			}
		})}
	}
	var once sync.Once
	var table *keyTable
	cases["rate-million"] = func(budget time.Duration, _ []string) measurement {
		once.Do(func() { table = newKeyTable(1_000_000) })
		return measurement{Value: perOperation(budget, 1, table.touch), Notes: map[string]float64{"bytes a key": table.bytesPerKey}}
	}
}

// A limiter for each key, as users of the package keep them.
type keyTable struct {
	keys        []string
	next        int
	bytesPerKey float64

	mutex    sync.Mutex
	limiters map[string]*rate.Limiter
}

func newKeyTable(count int) *keyTable {
	table := &keyTable{limiters: map[string]*rate.Limiter{}}
	for i := 0; i < count; i++ {
		table.keys = append(table.keys, fmt.Sprintf("address-%07d", i))
	}
	before := heapInUse()
	for _, key := range table.keys {
		table.allow(key)
	}
	table.bytesPerKey = float64(heapInUse()-before) / float64(count)
	return table
}

func (table *keyTable) allow(key string) bool {
	table.mutex.Lock()
	limiter, found := table.limiters[key]
	if !found {
		limiter = rate.NewLimiter(1.0/3600, 1000)
		table.limiters[key] = limiter
	}
	table.mutex.Unlock()
	return limiter.Allow()
}

func (table *keyTable) touch(count int) {
	for i := 0; i < count; i++ {
		table.next = (table.next + 611_953) % len(table.keys)
		table.allow(table.keys[table.next])
	}
}

func heapInUse() int64 {
	var statistics runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapAlloc)
}
