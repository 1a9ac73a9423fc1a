#!/usr/bin/env bash
# Serves the release build: with the registry in REGISTRY_URL, or else with a demo registry beside it.
# Ctrl-C ends both.
#
#   scripts/run.sh --check   only says whether the ports are free, before time is spent on building

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

export STOWAGE_LISTEN=${STOWAGE_LISTEN:-127.0.0.1:8080}
export STOWAGE_DATA=${STOWAGE_DATA:-$ROOT/data/stowage}
DEMO_PORT=${DEMO_PORT:-5000}
SERVER=$CARGO_TARGET_DIR/release/stowage

port=${STOWAGE_LISTEN##*:}
if port_taken "$port"; then
    fail "port $port is taken by another program, which was left alone; choose another: make run STOWAGE_LISTEN=127.0.0.1:8090"
fi
if [[ -z ${REGISTRY_URL:-} ]] && port_taken "$DEMO_PORT"; then
    fail "port $DEMO_PORT is taken by another program, which was left alone; choose another for the demo registry: make run DEMO_PORT=5001 (or name a registry: make run REGISTRY_URL=https://registry.example.com)"
fi
[[ ${1:-} != --check ]] || exit 0

mkdir -p "$STOWAGE_DATA"
if [[ -n ${REGISTRY_URL:-} ]]; then
    say "Stowage on http://$STOWAGE_LISTEN with the registry $REGISTRY_URL"
    exec "$SERVER"
fi
say "Stowage on http://$STOWAGE_LISTEN with a demo registry on http://127.0.0.1:$DEMO_PORT"
export DELETE_IMAGES=${DELETE_IMAGES:-true}
exec "$CARGO_TARGET_DIR/debug/testbed" demo --port "$DEMO_PORT" --data "$ROOT/data/demo" -- "$SERVER"
