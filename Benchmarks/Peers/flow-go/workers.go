// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

type job struct {
	work   func() int
	result chan int
}

func init() {
	cases["workers"] = func(budget time.Duration, arguments []string) measurement {
		jobs := make(chan job, 1_000)
		defer close(jobs)
		for worker := 0; worker < 4; worker++ {
			go func() {
				for job := range jobs {
					job.result <- job.work()
				}
			}()
		}
		return measurement{Value: perOperationOf(number(arguments, 0), budget, func(count int) {
			for i := 0; i < count; i++ {
				value := i
				result := make(chan int, 1)
				jobs <- job{func() int { return value }, result}
				<-result
			}
		})}
	}
	cases["map"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				sink = concurrentMap(1_000, 4)
			}
		}) / 1_000}
	}
}

func concurrentMap(count int, limit int) []int {
	results := make([]int, count)
	group, _ := errgroup.WithContext(context.Background())
	group.SetLimit(limit)
	for index := range results {
		index := index
		group.Go(func() error {
			results[index] = index + 1
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	return results
}
