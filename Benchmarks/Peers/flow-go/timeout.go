// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"
)

func init() {
	cases["timeout"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				sink = atOnce(ctx, i)
				cancel()
			}
		})}
	}
	cases["timeout-select"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				withTimeout(10*time.Second, func(ctx context.Context) int { return atOnce(ctx, i) })
			}
		})}
	}
	cases["precision"] = func(_ time.Duration, arguments []string) measurement {
		timeout, err := time.ParseDuration(arguments[0] + "ms")
		if err != nil {
			panic(err)
		}
		spacing, _ := strconv.ParseFloat(arguments[2], 64)
		samples := lateness(timeout, number(arguments, 1), time.Duration(spacing*1e6))
		worst := samples[0]
		for _, sample := range samples {
			worst = math.Max(worst, sample)
		}
		return measurement{Value: worst, Samples: samples}
	}
}

//go:noinline
func atOnce(_ context.Context, value int) int { return value }

// Frees the caller in time, whatever the work does.
func withTimeout(timeout time.Duration, work func(context.Context) int) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	result := make(chan int, 1)
	go func() { result <- work(ctx) }()
	select {
	case value := <-result:
		return value, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// By how many microseconds each of some timeouts strikes late; they begin one after the other.
func lateness(timeout time.Duration, count int, spacing time.Duration) []float64 {
	samples := make([]float64, count)
	var group sync.WaitGroup
	begin := time.Now()
	for index := range samples {
		time.Sleep(time.Until(begin.Add(time.Duration(index) * spacing)))
		group.Add(1)
		go func(sample *float64) {
			defer group.Done()
			start := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), timeout)
			defer cancel()
			<-ctx.Done()
			*sample = float64(time.Since(start)-timeout) / 1e3
		}(&samples[index])
	}
	group.Wait()
	return samples
}
