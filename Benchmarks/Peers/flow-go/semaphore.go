// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"
)

func init() {
	cases["semaphore-1"] = freePermits(1, 2)
	cases["semaphore-2"] = freePermits(2, 2)
	cases["semaphore-64"] = freePermits(64, 64)
	cases["semaphore-wait"] = func(budget time.Duration, _ []string) measurement {
		permits := semaphore.NewWeighted(4)
		return measurement{Value: perOperationOf(64, budget, func(count int) {
			for i := 0; i < count; i++ {
				acquire(permits)
				runtime.Gosched()
				permits.Release(1)
			}
		})}
	}
	cases["yield-64"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperationOf(64, budget, func(count int) {
			for i := 0; i < count; i++ {
				runtime.Gosched()
			}
		})}
	}
}

func freePermits(goroutines int, limit int64) measure {
	permits := semaphore.NewWeighted(limit)
	return func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperationOf(goroutines, budget, func(count int) {
			for i := 0; i < count; i++ {
				acquire(permits)
				permits.Release(1)
			}
		})}
	}
}

func acquire(permits *semaphore.Weighted) {
	if err := permits.Acquire(context.Background(), 1); err != nil {
		panic(err)
	}
}
