#!/usr/bin/env bash
# Rebuilds and reloads while files are edited, beside a demo registry (or REGISTRY_URL).

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
export STOWAGE_DATA=${STOWAGE_DATA:-$ROOT/data/stowage}
mkdir -p "$STOWAGE_DATA"
if [[ -n ${REGISTRY_URL:-} ]]; then
    exec cargo leptos watch
fi
export DELETE_IMAGES=${DELETE_IMAGES:-true}
exec "$CARGO_TARGET_DIR/debug/testbed" demo --port "${DEMO_PORT:-5000}" --data "$ROOT/data/demo" -- cargo leptos watch
