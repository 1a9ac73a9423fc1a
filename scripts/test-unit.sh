#!/usr/bin/env bash
# The tests in Rust.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
timed 'build the tests' cargo test --locked "${CRATES[@]}" --no-run
timed 'run the tests' cargo test --locked "${CRATES[@]}"
