// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

var cases = map[string]func(time.Duration, int) measurement{
	"select": load(sel), "page": load(page), "mixed": load(mixed),
	"insert": insert, "copy": bulkInsert, "acquire": load(acquire), "memory": memory,
}

func acquire(_ int, _ *rand.Rand) {
	connection, err := pool.Acquire(background)
	check(err)
	connection.Release()
}

// One statement of many rows of values, which is pgx's fastest way for a hundred rows.
func insert(budget time.Duration, count int) measurement {
	_, err := pool.Exec(background, "TRUNCATE few")
	check(err)
	values := []string{}
	arguments := []interface{}{}
	for index := 0; index < count; index++ {
		values = append(values, fmt.Sprintf("($%d,$%d,$%d)", index*3+1, index*3+2, index*3+3))
		arguments = append(arguments, wallet(index), float64(index), index%2 == 0)
	}
	sql := "INSERT INTO few (wallet, credits, is_miner) VALUES " + strings.Join(values, ",")
	all := []float64{}
	for end := time.Now().Add(budget); time.Now().Before(end); {
		start := time.Now()
		_, err := pool.Exec(background, sql, arguments...)
		check(err)
		all = append(all, float64(time.Since(start).Nanoseconds())/1000)
	}
	notes := quantiles(all)
	return measurement{notes["p50"] / 1000, notes}
}

func bulkInsert(_ time.Duration, count int) measurement {
	_, err := pool.Exec(background, "TRUNCATE bulk")
	check(err)
	rows := make([][]interface{}, count)
	for index := range rows {
		rows[index] = []interface{}{wallet(index), float64(index), index%2 == 0}
	}
	start := time.Now()
	columns := []string{"wallet", "credits", "is_miner"}
	copied, err := pool.CopyFrom(background, pgx.Identifier{"bulk"}, columns, pgx.CopyFromRows(rows))
	check(err)
	if copied != int64(count) {
		panic("wrong answer")
	}
	return measurement{Value: float64(time.Since(start).Nanoseconds()) / 1e6}
}

func residentKibibytes() float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmRSS:") {
			value, err := strconv.ParseFloat(strings.Fields(line)[1], 64)
			check(err)
			return value
		}
	}
	panic("no VmRSS")
}

func memory(_ time.Duration, count int) measurement {
	pool := connect(count)
	defer pool.Close()
	before := residentKibibytes()
	var group sync.WaitGroup
	for index := 0; index < count; index++ {
		group.Add(1)
		go func() {
			defer group.Done()
			check(pool.AcquireFunc(background, func(connection *pgxpool.Conn) error {
				if _, err := connection.Exec(background, "SELECT pg_sleep(0.5)"); err != nil {
					return err
				}
				_, err := connection.Exec(
					background, "SELECT wallet, credits, is_miner FROM users WHERE wallet = $1", wallet(1),
				)
				return err
			}))
		}()
	}
	group.Wait()
	after := residentKibibytes()
	if after < before {
		after = before
	}
	return measurement{Value: (after - before) / float64(count)}
}
