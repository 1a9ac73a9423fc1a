#!/usr/bin/env bash
# Measures the release build, in a real browser, against a registry with many tags and repositories.
#
#   REPOSITORIES=5000 scripts/bench.sh
#
# The registry's data is kept in data/bench, so that the second run starts at once.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

export REPOSITORIES=${REPOSITORIES:-5000}
TESTBED=$CARGO_TARGET_DIR/debug/testbed

# Within `testbed demo`, which has set REGISTRY_URL.
if [[ ${1:-} == --measure ]]; then
    seeded=$ROOT/data/bench/seeded
    if [[ $(cat "$seeded" 2>/dev/null) != "$REPOSITORIES" ]]; then
        timed 'seed 100 tags' "$TESTBED" seed tags "$REGISTRY_URL" bench/hundred 100
        timed 'seed 200 indexes' "$TESTBED" seed indexes "$REGISTRY_URL" bench/indexes 200
        timed "seed $REPOSITORIES repositories" "$TESTBED" seed repositories "$REGISTRY_URL" "$REPOSITORIES"
        echo "$REPOSITORIES" >"$seeded"
    fi
    export CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
    exec node "$ROOT/scripts/bench/main.mjs"
fi

mkdir -p "$ROOT/data/bench"
"$TESTBED" demo --port "${BENCH_PORT:-5055}" --data "$ROOT/data/bench" --descriptor-cache -- "$0" --measure
