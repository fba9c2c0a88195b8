// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

// As perOperation, with the operations spread evenly over goroutines.
func perOperationOf(goroutines int, budget time.Duration, operation func(count int)) float64 {
	return perOperation(budget, goroutines, func(count int) {
		var group sync.WaitGroup
		for index := 0; index < goroutines; index++ {
			group.Add(1)
			go func(count int) {
				defer group.Done()
				operation(count)
			}((count + index) / goroutines)
		}
		group.Wait()
	})
}
