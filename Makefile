# Everything starts here. Nothing but Rust, Node and make is needed before; the rest is installed.
.DEFAULT_GOAL := help
.PHONY: help run test bench torture fmt

help: ## these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## build, start, and load a demo workflow to try
	@scripts/run

test: ## everything that must hold: rules, lints, all tests on both databases, crashes
	@scripts/test

bench: ## our own speed figures, as a table (DOCS=1 writes docs/bench.md)
	@scripts/bench

torture: ## 500 and more kills in the middle of work, on both databases (KILLS=n)
	@scripts/torture

fmt: ## format every Rust file
	@cargo run -q -p xtask -- fmt
