// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/dgraph-io/ristretto"
	lru "github.com/hashicorp/golang-lru"
)

// What all caches can do; keys and values are made before, so that nothing but the cache allocates.
type cache interface {
	get(key interface{}) bool
	put(key interface{})
}

type ristrettoCache struct{ cache *ristretto.Cache }

func (c ristrettoCache) get(key interface{}) bool {
	_, found := c.cache.Get(key)
	return found
}

func (c ristrettoCache) put(key interface{}) { c.cache.Set(key, key, 1) }

// An LRU list and a map behind a mutex.
type lruCache struct{ cache *lru.Cache }

func (c lruCache) get(key interface{}) bool {
	_, found := c.cache.Get(key)
	return found
}

func (c lruCache) put(key interface{}) { c.cache.Add(key, key) }

func newCache(kind string, capacity int) cache {
	if kind == "lru" {
		made, err := lru.New(capacity)
		check(err)
		return lruCache{made}
	}
	// Ten counters an entry and buffers of 64 are what its documentation says.
	made, err := ristretto.NewCache(&ristretto.Config{
		NumCounters: int64(capacity) * 10,
		MaxCost:     int64(capacity),
		BufferItems: 64,
	})
	check(err)
	return ristrettoCache{made}
}

func makeKeys(kind string, count int) []interface{} {
	keys := make([]interface{}, count)
	for i := range keys {
		if kind == "string" {
			keys[i] = fmt.Sprintf("remes1%038d", i)
		} else {
			keys[i] = i
		}
	}
	return keys
}
