// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"time"
)

const capacity = 10_000
const keyCount = 100_000

// Ours counts in chunks of as many operations between two looks at the clock.
const chunk = 256

type throughput struct {
	zipf, hot []int32
	keys      map[string][]interface{}
	// What was cached in the rounds before stays.
	caches map[string]cache
	// Where each stream goes on.
	next map[string]int
}

func newThroughput(zipf, hot []int32) *throughput {
	keys := map[string][]interface{}{"int": makeKeys("int", keyCount), "string": makeKeys("string", keyCount)}
	return &throughput{zipf, hot, keys, map[string]cache{}, map[string]int{}}
}

func (t *throughput) measure(budget time.Duration, kind, work, keyKind string, threads int) measurement {
	name := fmt.Sprint(kind, work, keyKind, threads)
	keys := t.keys[keyKind]
	stream := t.zipf
	if work == "reads" {
		stream = t.hot
	}
	c, found := t.caches[name]
	if !found {
		c = newCache(kind, capacity)
		t.caches[name] = c
		if work == "reads" {
			fill(c, keys, stream)
		}
	}
	operations := make([]int, threads*16)
	hits := make([]int, threads*16)
	start := t.next[name]
	var group sync.WaitGroup
	begin := time.Now()
	end := begin.Add(budget)
	for thread := 0; thread < threads; thread++ {
		group.Add(1)
		go func(thread int) {
			defer group.Done()
			position := start + thread*(len(stream)/threads)
			operations[thread*16], hits[thread*16] = run(c, work, keys, stream, position, end)
		}(thread)
	}
	group.Wait()
	seconds := time.Since(begin).Seconds()
	operationCount, hitCount := 0, 0
	for thread := 0; thread < threads; thread++ {
		operationCount += operations[thread*16]
		hitCount += hits[thread*16]
	}
	t.next[name] = start + operationCount/threads
	return measurement{
		Value: float64(operationCount) / seconds,
		Notes: map[string]float64{"hit ratio": float64(hitCount) / float64(operationCount)},
	}
}

func run(c cache, work string, keys []interface{}, stream []int32, position int, end time.Time) (int, int) {
	mask := len(stream) - 1
	operations, hits := 0, 0
	for {
		switch work {
		case "read-through":
			for i := 0; i < chunk; i++ {
				key := keys[stream[position&mask]]
				position++
				if c.get(key) {
					hits++
				} else {
					c.put(key)
				}
			}
		case "reads":
			for i := 0; i < chunk; i++ {
				if c.get(keys[stream[position&mask]]) {
					hits++
				}
				position++
			}
		case "writes":
			for i := 0; i < chunk; i++ {
				c.put(keys[stream[position&mask]])
				position++
			}
		}
		operations += chunk
		if !time.Now().Before(end) {
			return operations, hits
		}
	}
}

// Stores every key of a stream; again, if the cache did not take it, as ristretto does when it is busy.
func fill(c cache, keys []interface{}, stream []int32) {
	for attempt := 0; attempt < 200; attempt++ {
		missing := 0
		for _, number := range stream {
			if !c.get(keys[number]) {
				missing++
				c.put(keys[number])
				if missing%1000 == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		}
		if missing == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	panic("the cache does not take all keys")
}
