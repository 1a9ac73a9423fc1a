#!/usr/bin/env bash
# Makes up inputs for everything that reads what strangers send, until one shows a mistake or there were enough.
#
#   scripts/fuzz.sh                  every parser, RUNS inputs each (2000000)
#   scripts/fuzz.sh link manifest    these parsers
#
# What shows a mistake is written to target/fuzz/found/<parser>. Together with the correction it belongs into
# fuzz/found/<parser>: the tests of the crate read that folder and fuzz/seeds each time they run.
#
# It is done without a sanitizer. Those look for mistakes in unsafe code, which all crates here forbid, and need a
# nightly compiler; without one, the stable compiler does, and nothing has to be allowed to it by RUSTC_BOOTSTRAP.
# Numbers that overflow and assertions for debugging are found all the same: cargo-fuzz turns them on.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

RUNS=${RUNS:-2000000}
# Where it builds, and what it finds out.
FUZZ_FOLDER=${FUZZ_FOLDER:-$ROOT/target/fuzz}
export CARGO_TARGET_DIR=$FUZZ_FOLDER

main() {
    cd "$ROOT"
    local parsers=("$@") parser
    if (($# == 0)); then
        parsers=(fuzz/fuzz_targets/*.rs)
    fi
    for parser in "${parsers[@]}"; do
        parser=$(basename "$parser" .rs)
        timed "fuzz $parser" fuzz "$parser"
    done
}

fuzz() {
    local name=$1
    local corpus=$FUZZ_FOLDER/corpus/$name found=$FUZZ_FOLDER/found/$name log=$FUZZ_FOLDER/$name.log
    local build=(--sanitizer none) inputs=("$corpus" "fuzz/seeds/$name")
    local options=(-runs="$RUNS" -max_len=4096 -timeout=10 -print_final_stats=1 -artifact_prefix="$found/")
    # Only what lies outside the crates `layers` and `registry` needs all of the program.
    grep -Eq '(layers|registry)::fuzzing' "fuzz/fuzz_targets/$name.rs" || build+=(--features server)
    [[ ! -d fuzz/found/$name ]] || inputs+=("fuzz/found/$name")
    [[ ! -f fuzz/words/$name ]] || options+=(-dict="fuzz/words/$name")
    mkdir -p "$corpus" "$found"
    if ! cargo fuzz run "${build[@]}" "$name" "${inputs[@]}" -- "${options[@]}" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        return 1
    fi
    grep -E '^Done|^stat::average_exec_per_sec' "$log" >&2
}

main "$@"
