// SPDX-License-Identifier: Apache-2.0

// Measures Go's counterparts of what FlowBenchmark measures of ours, and in the same way.
//
// Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a line of JSON.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"
)

// What one round found out.
type measurement struct {
	Value   float64            `json:"value"`
	Notes   map[string]float64 `json:"notes,omitempty"`
	Samples []float64          `json:"samples,omitempty"`
}

// One case: how long to measure, and the rest of the line.
type measure func(budget time.Duration, arguments []string) measurement

var cases = map[string]measure{}

// The nanoseconds that one operation takes; shorter runs before the one that counts warm up.
func perOperation(budget time.Duration, least int, batch func(count int)) float64 {
	count := least
	for {
		start := time.Now()
		batch(count)
		elapsed := time.Since(start)
		if elapsed >= budget/2 {
			return float64(elapsed.Nanoseconds()) / float64(count)
		}
		if elapsed < budget/100 {
			count *= 10
		} else if next := int(float64(count) * float64(budget) / float64(elapsed)); next > count {
			count = next
		} else {
			count++
		}
	}
}

func number(arguments []string, index int) int {
	value, err := strconv.Atoi(arguments[index])
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	questions := bufio.NewScanner(os.Stdin)
	for questions.Scan() {
		words := strings.Fields(questions.Text())
		budget := time.Duration(number(words, 1)) * time.Millisecond
		if err := answers.Encode(cases[words[0]](budget, words[2:])); err != nil {
			panic(err)
		}
	}
}
