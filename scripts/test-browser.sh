#!/usr/bin/env bash
# The browser tests, against the release build and registries of the testbed.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT/end2end"
export STOWAGE_BIN=${STOWAGE_BIN:-$CARGO_TARGET_DIR/release/stowage}
export TESTBED_BIN=${TESTBED_BIN:-$CARGO_TARGET_DIR/debug/testbed}
export CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
exec npx --no-install playwright test "$@"
