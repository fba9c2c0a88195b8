# SPDX-License-Identifier: Apache-2.0
#
# The names of the things one does here. What they do is in scripts/.

# Arguments for the script behind a target: make test ARGS="--filter Cursor"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-thread check bench bench-flow bench-cache bench-database bench-redis bench-response fuzz fuzz-redis \
	lint format docs clean distclean

help: ## Lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Builds for speed and serves demonstration data (PORT=9000 make run)
	@scripts/run $(ARGS)

test: ## Builds and runs all tests, with servers of their own (ARGS="--filter Cursor")
	@scripts/test $(ARGS)

check: ## Checks under load that answers are right and the ledger is exact, in a minute
	@scripts/bench --users 100000 --seconds 5

bench: ## Measures the service with a million users, in some minutes (ARGS="--seconds 10")
	@scripts/bench $(ARGS)

test-thread: ## Runs the tests of the libraries under ThreadSanitizer (ARGS=R3MESBatchTests)
	@scripts/test-thread $(ARGS)

bench-flow: ## Measures the libraries beside their peers in Go and Python (ARGS=--quick)
	@scripts/bench-flow $(ARGS)

bench-cache: ## Measures the memory cache beside its peers in Java, Go and Python (ARGS=--quick)
	@scripts/bench-cache $(ARGS)

bench-database: ## Measures the database beside pgx, asyncpg, pgbench and psql (ARGS=--quick)
	@scripts/bench-database $(ARGS)

bench-redis: ## Measures the Redis client beside redis-benchmark and redis-py (ARGS="--callers 64")
	@scripts/bench-redis $(ARGS)

fuzz-redis: ## Looks for bytes that the parser of Redis' protocol fails on (ARGS=600 seconds)
	@scripts/fuzz-redis $(ARGS)

bench-response: ## Measures JSON and compression of answers (ARGS=--quick)
	@scripts/bench-response $(ARGS)

fuzz: ## Feeds the parsers of requests with made-up bytes (ARGS="--seconds 600 cursor")
	@scripts/fuzz $(ARGS)

lint: ## Checks format, warnings, scripts and white space
	@scripts/lint $(ARGS)

format: ## Formats the Swift files in place
	@scripts/lint --fix

docs: ## Builds the documentation of the libraries (ARGS=MODULE for one)
	@scripts/docs $(ARGS)

clean: ## Ends the project's own servers and removes .data, but not the build
	@for folder in .data/services .data/test-services-*; do \
		if [ -d "$$folder" ]; then scripts/services stop --data "$$folder"; fi; \
	done
	rm -rf .data

distclean: clean ## Removes the build too, so that the next one takes minutes
	rm -rf .build
