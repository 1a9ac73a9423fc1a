#!/usr/bin/env bash
# The tests in Rust.
#
#   scripts/test-unit.sh            builds and runs them
#   scripts/test-unit.sh --no-run   only builds them

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
timed 'build the tests' cargo test --locked "${CRATES[@]}" --no-run
[[ ${1:-} == --no-run ]] || timed 'run the tests' cargo test --locked "${CRATES[@]}"
