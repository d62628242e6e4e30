# Everything starts here. Rust, Node.js and make are needed before; the rest is installed.
.DEFAULT_GOAL := help
.PHONY: help run test torture bench fmt

help: ## these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## build, start on an embedded database with a demo workspace, print the address
	@scripts/run

test: ## everything that must hold: rules, lints, all tests on both databases
	@scripts/test

torture: ## kill the product 500 times on each database, and look whether it kept its promises
	@scripts/torture

fmt: ## format every Rust file
	@cargo run -q -p xtask -- fmt

bench: ## how fast it is: requests per second and latency of the workloads in bench/
	@scripts/bench
