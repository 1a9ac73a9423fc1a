# The only entry points. `make` alone lists them.

SHELL := bash
export STOWAGE_LISTEN DEMO_PORT REGISTRY_URL
export CARGO_TARGET_DIR := $(CURDIR)/target

.DEFAULT_GOAL := help
.PHONY: help run build image dev demo test test-unit test-browser bench fuzz lint fmt tools clean testbed run-ports

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  make run REGISTRY_URL=https://registry.example.com STOWAGE_LISTEN=127.0.0.1:8090 DEMO_PORT=5001'

run: run-ports build testbed ## Build it and serve it on http://127.0.0.1:8080, with a demo registry unless REGISTRY_URL is set
	@scripts/run.sh

build: tools ## Build what is shipped: target/release/stowage and target/site
	@scripts/build.sh

image: build ## Make the container image `stowage` from that build, with Docker, Podman or buildah
	@scripts/image.sh

dev: tools testbed ## Rebuild and reload while files are edited
	@scripts/dev.sh

demo: tools testbed ## Run the demo registry alone, on DEMO_PORT (5000)
	@target/debug/testbed demo --port "$${DEMO_PORT:-5000}" --data data/demo

test: test-unit test-browser ## Run all tests

test-unit: ## Run the tests in Rust
	@scripts/tools.sh test
	@scripts/test-unit.sh

test-browser: build testbed ## Run the tests in a browser, against the release build
	@scripts/tools.sh test
	@scripts/test-browser.sh

bench: build ## Measure it against registries with thousands of tags and repositories
	@scripts/tools.sh bench
	@scripts/bench.sh

fuzz: ## Make up inputs by the million for everything that reads what strangers send
	@scripts/tools.sh fuzz
	@scripts/fuzz.sh

lint: tools ## Check formatting, lints, documentation and scripts
	@scripts/lint.sh

fmt: ## Format the code
	@cargo fmt --all

tools: ## Fetch what the build needs into ~/.cache/stowage/tools
	@scripts/tools.sh

clean: ## Remove what was built, and the demo's data
	@cargo clean
	@rm -rf data style/node_modules end2end/node_modules

run-ports:
	@scripts/run.sh --check

testbed:
	@source scripts/common.sh && cargo build --quiet --locked "$${CRATES[@]}" --bin testbed
