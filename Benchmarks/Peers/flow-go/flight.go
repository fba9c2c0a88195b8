// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

func init() {
	cases["flight-1"] = func(budget time.Duration, _ []string) measurement {
		var flights singleflight.Group
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				value, _, _ := flights.Do("key", func() (interface{}, error) { return i, nil })
				sink = value
			}
		})}
	}
	cases["flight-64"] = func(budget time.Duration, _ []string) measurement {
		var flights singleflight.Group
		var runs, calls int64
		value := perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				key := strconv.Itoa(i)
				var group sync.WaitGroup
				for caller := 0; caller < 64; caller++ {
					group.Add(1)
					go func() {
						defer group.Done()
						flights.Do(key, func() (interface{}, error) {
							atomic.AddInt64(&runs, 1)
							runtime.Gosched()
							return i, nil
						})
					}()
				}
				group.Wait()
			}
			calls += 64 * int64(count)
		})
		return measurement{Value: value / 64, Notes: map[string]float64{"executions a call": float64(runs) / float64(calls)}}
	}
}
