#!/usr/bin/env bash
# Measures the release build, in a real browser, against a registry with many tags and repositories.
#
#   scripts/bench.sh
#   TAGS=300 REPOSITORIES=200 LARGE_TAGS=3000 LARGE_REPOSITORIES=1000 PARTS=scans,large scripts/bench.sh
#
# TAGS in one repository of a registry with REPOSITORIES; LARGE_TAGS and LARGE_REPOSITORIES in an inventory that is
# filled without a registry. PARTS, of those that scripts/bench/main.mjs lists; all where there are none.
#
# All data is kept in data/bench, so that the second run starts at once.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

export TAGS=${TAGS:-10000} REPOSITORIES=${REPOSITORIES:-5000}
LARGE_TAGS=${LARGE_TAGS:-100000} LARGE_REPOSITORIES=${LARGE_REPOSITORIES:-50000}
# A repository keeps what was pushed, so one of another size is another one.
export MANY_TAGS=bench/tags-$TAGS
DATA=$ROOT/data/bench
TESTBED=$CARGO_TARGET_DIR/release/testbed
# Nothing answers there.
NOWHERE=http://127.0.0.1:9/

# Pushes something unless that was done: its name, how many, then the arguments of `testbed seed`.
seed() {
    local name=$1 count=$2 mark=$DATA/seeded-$1
    shift 2
    if [[ $(cat "$mark" 2>/dev/null) == "$count" ]]; then
        return
    fi
    timed "seed $count $name" "$TESTBED" seed "$@" "$count"
    echo "$count" >"$mark"
}

# Fills an inventory with so many tags and repositories, unless that was done in the same way, and says where it is.
fill() {
    local tags=$1 repositories=$2 folder=$DATA/inventory-$1-$2 repository=bench/filled way
    way=$(cat "$ROOT/engine/examples/fill.rs" "$ROOT"/engine/migrations/*.sql | cksum)
    if [[ $(cat "$folder/filled" 2>/dev/null) != "$way" ]]; then
        rm -rf "$folder"
        mkdir -p "$folder"
        timed "fill an inventory of $tags tags" "$CARGO_TARGET_DIR/release/examples/fill" \
            "$folder/stowage.db" bench "$NOWHERE" "$repository" "$tags" "$repositories"
        echo "$way" >"$folder/filled"
    fi
    printf '{"folder": "%s", "registry": "%s", "repository": "%s", "tags": %d, "repositories": %d}' \
        "$folder" "$NOWHERE" "$repository" "$tags" "$repositories"
}

# Within `testbed demo`, which has set REGISTRY_URL.
if [[ ${1:-} == --measure ]]; then
    seed 'tags' 100 tags "$REGISTRY_URL" bench/hundred
    seed 'indexes' 200 indexes "$REGISTRY_URL" bench/indexes
    seed "tags-$TAGS" "$TAGS" tags "$REGISTRY_URL" "$MANY_TAGS"
    seed 'repositories' "$REPOSITORIES" repositories "$REGISTRY_URL"
    small=$(fill "$TAGS" "$REPOSITORIES")
    large=$(fill "$LARGE_TAGS" "$LARGE_REPOSITORIES")
    export FILLED="{\"small\": $small, \"large\": $large}"
    export CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
    exec node "$ROOT/scripts/bench/main.mjs"
fi

cd "$ROOT"
# With optimisation: what is slow to ask cannot tell how fast an answer is.
timed 'build what measures' cargo build --release --locked --quiet -p testbed --bin testbed -p engine --example fill
mkdir -p "$DATA"
"$TESTBED" demo --port "${BENCH_PORT:-5055}" --data "$DATA" --descriptor-cache -- "$0" --measure
