#!/usr/bin/env bash
# Measures the release build against a registry with many tags and repositories.
#
#   TAGS=10000 REPOSITORIES=5000 INDEXES=1000 scripts/bench.sh
#
# The registry's data is kept in data/bench, so that the second run starts at once.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

export TAGS=${TAGS:-10000} REPOSITORIES=${REPOSITORIES:-5000} INDEXES=${INDEXES:-1000}
TESTBED=$CARGO_TARGET_DIR/debug/testbed

# Within `testbed demo`, which has set REGISTRY_URL.
if [[ ${1:-} == --measure ]]; then
    seeded=$ROOT/data/bench/seeded
    if [[ $(cat "$seeded" 2>/dev/null) != "$TAGS $REPOSITORIES $INDEXES" ]]; then
        timed "seed $TAGS tags" "$TESTBED" seed tags "$REGISTRY_URL" bulk/tags "$TAGS"
        timed "seed $INDEXES indexes" "$TESTBED" seed indexes "$REGISTRY_URL" bulk/indexes "$INDEXES"
        timed "seed $REPOSITORIES repositories" "$TESTBED" seed repositories "$REGISTRY_URL" "$REPOSITORIES"
        echo "$TAGS $REPOSITORIES $INDEXES" >"$seeded"
    fi
    folder=$(mktemp -d)
    server=
    trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
    export STOWAGE_LISTEN=127.0.0.1:0 STOWAGE_DATA=$folder/data REGISTRY_ID=bench
    mkdir -p "$STOWAGE_DATA"
    "$CARGO_TARGET_DIR/release/stowage" >"$folder/log" 2>&1 &
    server=$!
    node "$ROOT/scripts/bench.mjs" "$folder/log" "$server"
    exit
fi

mkdir -p "$ROOT/data/bench"
"$TESTBED" demo --port "${BENCH_PORT:-5055}" --data "$ROOT/data/bench" -- "$0" --measure
