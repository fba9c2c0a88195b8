// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/http"
	"time"
)

func init() {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	cases["http"] = func(budget time.Duration, arguments []string) measurement {
		return measurement{Value: perOperationOf(number(arguments, 1), budget, func(count int) {
			for i := 0; i < count; i++ {
				response, err := client.Get(arguments[0])
				if err != nil {
					panic(err)
				}
				body, err := io.ReadAll(response.Body)
				if err != nil {
					panic(err)
				}
				response.Body.Close()
				sink = body
			}
		})}
	}
}
