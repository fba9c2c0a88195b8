// SPDX-License-Identifier: Apache-2.0

// Measures Go's counterparts of what CacheBenchmark measures of ours, and in the same way.
//
// Its argument is the folder with the streams of keys. Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a
// line of JSON.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What one round found out.
type measurement struct {
	Value float64            `json:"value"`
	Notes map[string]float64 `json:"notes,omitempty"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err)
	return value
}

// A stream is a file of 32-bit numbers of keys, the lowest byte first.
func readStream(name string) []int32 {
	bytes, err := os.ReadFile(filepath.Join(os.Args[1], name))
	check(err)
	stream := make([]int32, len(bytes)/4)
	for i := range stream {
		stream[i] = int32(binary.LittleEndian.Uint32(bytes[i*4:]))
	}
	return stream
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	questions := bufio.NewScanner(os.Stdin)
	throughput := newThroughput(readStream("zipf.bin"), readStream("hot.bin"))
	for questions.Scan() {
		words := strings.Fields(questions.Text())
		budget := time.Duration(number(words[1])) * time.Millisecond
		switch words[0] {
		case "throughput":
			check(answers.Encode(throughput.measure(budget, words[2], words[3], words[4], number(words[5]))))
		case "footprint":
			check(answers.Encode(footprint(words[2], words[3], number(words[4]))))
		default:
			panic(words[0])
		}
	}
}
