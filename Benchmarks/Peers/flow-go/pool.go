// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

// Where results go, so that the compiler can't leave out the work that makes them.
var sink interface{}

type smallObject struct{ words [14]int }

var small [2]*smallObject
var large []byte

func init() {
	objects := sync.Pool{New: func() interface{} { return new(smallObject) }}
	cases["pool-small"] = func(budget time.Duration, arguments []string) measurement {
		return measurement{Value: perOperationOf(number(arguments, 0), budget, func(count int) {
			for i := 0; i < count; i++ {
				object := objects.Get().(*smallObject)
				object.words[13]++
				objects.Put(object)
			}
		})}
	}
	cases["new-small"] = func(budget time.Duration, arguments []string) measurement {
		return measurement{Value: perOperationOf(number(arguments, 0), budget, func(count int) {
			for i := 0; i < count; i++ {
				object := new(smallObject)
				object.words[13]++
				small[count&1] = object
			}
		})}
	}
	buffers := sync.Pool{New: func() interface{} {
		buffer := make([]byte, 65_536)
		return &buffer
	}}
	cases["pool-buffer"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				buffer := buffers.Get().(*[]byte)
				(*buffer)[0], (*buffer)[65_535] = 1, 2
				buffers.Put(buffer)
			}
		})}
	}
	cases["new-buffer"] = func(budget time.Duration, _ []string) measurement {
		return measurement{Value: perOperation(budget, 1, func(count int) {
			for i := 0; i < count; i++ {
				buffer := make([]byte, 65_536)
				buffer[0], buffer[65_535] = 1, 2
				large = buffer
			}
		})}
	}
}
