// SPDX-License-Identifier: Apache-2.0

// Does with pgx what DatabaseBenchmark does with ours, and measures it in the same way.
//
// Reads lines `CASE MILLISECONDS [ARGUMENT...]`; answers each with a line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

// What one round found out.
type measurement struct {
	Value float64            `json:"value"`
	Notes map[string]float64 `json:"notes,omitempty"`
}

var (
	background = context.Background()
	url        = os.Args[1]
	pool       = connect(16)
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func connect(most int) *pgxpool.Pool {
	configuration, err := pgxpool.ParseConfig(url)
	check(err)
	configuration.MaxConns = int32(most)
	pool, err := pgxpool.ConnectConfig(background, configuration)
	check(err)
	return pool
}

func wallet(key int) string {
	return fmt.Sprintf("remes1%038d", key)
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	questions := bufio.NewScanner(os.Stdin)
	for questions.Scan() {
		words := strings.Fields(questions.Text())
		milliseconds, err := strconv.Atoi(words[1])
		check(err)
		argument, err := strconv.Atoi(words[2])
		check(err)
		budget := time.Duration(milliseconds) * time.Millisecond
		check(answers.Encode(cases[words[0]](budget, argument)))
	}
}
