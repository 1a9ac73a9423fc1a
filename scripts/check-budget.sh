#!/usr/bin/env bash
# What the first page costs on the wire, and whether that is below the budget.
#
# Counted are the style sheet, scripts and wasm of the release build as the build compressed them, and the HTML of
# the first page as the running server sends it, all in brotli. Needs scripts/build.sh and the testbed.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

BUDGET=${BUDGET:-122880}

# Within `testbed demo`: starts the server on a free port, fetches the first page, prints its compressed size.
if [[ ${1:-} == --page ]]; then
    folder=$(mktemp -d)
    server=
    trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
    export STOWAGE_LISTEN=127.0.0.1:0 STOWAGE_DATA=$folder/data
    mkdir -p "$STOWAGE_DATA"
    "$CARGO_TARGET_DIR/release/stowage" >"$folder/log" 2>&1 &
    server=$!
    node "$ROOT/scripts/first-page.mjs" "$folder/log" "$server"
    exit
fi

pkg=$CARGO_TARGET_DIR/site/pkg
total=0

add() {
    printf '%10d  %s\n' "$2" "$1"
    total=$((total + $2))
}

shopt -s nullglob
files=("$pkg"/*.css.br "$pkg"/*.js.br "$pkg"/*.wasm.br)
[[ ${#files[@]} -ge 3 ]] || fail "there is no release build in $pkg; run: make build"

printf '    brotli  file\n'
for file in "${files[@]}"; do
    add "$(basename "$file")" "$(stat -c %s "$file")"
done
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
html=$("$CARGO_TARGET_DIR/debug/testbed" demo --port "$port" -- "$0" --page)
add 'first page (HTML)' "$html"
printf '%10d  together; the budget is %d\n' "$total" "$BUDGET"
[[ $total -le $BUDGET ]] || fail "the first page is $((total - BUDGET)) bytes above its budget"
