// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand"
	"sort"
	"sync"
	"time"
)

const rowCount = 100000

// Callers that each do one thing after the other, with a random key.
func load(operation func(key int, random *rand.Rand)) func(time.Duration, int) measurement {
	return func(budget time.Duration, callers int) measurement {
		var mutex sync.Mutex
		var group sync.WaitGroup
		all := []float64{}
		start := time.Now()
		end := start.Add(budget)
		for index := 0; index < callers; index++ {
			group.Add(1)
			go func(seed int64) {
				defer group.Done()
				random := rand.New(rand.NewSource(seed))
				latencies := []float64{}
				for {
					begun := time.Now()
					if !begun.Before(end) {
						break
					}
					operation(random.Intn(rowCount), random)
					latencies = append(latencies, float64(time.Since(begun).Nanoseconds())/1000)
				}
				mutex.Lock()
				all = append(all, latencies...)
				mutex.Unlock()
			}(int64(index) + start.UnixNano())
		}
		group.Wait()
		elapsed := time.Since(start).Seconds()
		return measurement{float64(len(all)) / elapsed, quantiles(all)}
	}
}

func quantiles(values []float64) map[string]float64 {
	sort.Float64s(values)
	at := func(share float64) float64 { return values[int(share*float64(len(values)-1))] }
	return map[string]float64{"p50": at(0.5), "p99": at(0.99)}
}

func sel(key int, _ *rand.Rand) {
	var name string
	var credits float64
	var isMiner bool
	row := pool.QueryRow(background, "SELECT wallet, credits, is_miner FROM users WHERE wallet = $1", wallet(key))
	check(row.Scan(&name, &credits, &isMiner))
	if credits != float64(key) {
		panic("wrong answer")
	}
}

func page(key int, _ *rand.Rand) {
	rows, err := pool.Query(
		background,
		"SELECT wallet, credits, is_miner, created_at FROM users WHERE wallet >= $1 ORDER BY wallet LIMIT 100",
		wallet(key),
	)
	check(err)
	defer rows.Close()
	sum := 0.0
	for rows.Next() {
		var name string
		var credits float64
		var isMiner bool
		var at time.Time
		check(rows.Scan(&name, &credits, &isMiner, &at))
		sum += credits
	}
	check(rows.Err())
	if sum < float64(key) {
		panic("wrong answer")
	}
}

func mixed(key int, random *rand.Rand) {
	if random.Intn(10) > 0 {
		sel(key, random)
		return
	}
	tag, err := pool.Exec(background, "UPDATE users SET created_at = now() WHERE wallet = $1", wallet(key))
	check(err)
	if tag.RowsAffected() != 1 {
		panic("wrong answer")
	}
}
