#!/usr/bin/env bash
# Licences, sources and bans of the dependencies, always; known vulnerabilities where their database can be fetched.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
cargo deny --all-features --log-level error check --hide-inclusion-graph bans licenses sources

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if cargo deny --log-level error fetch db >"$log" 2>&1; then
    cargo deny --all-features --log-level error check --hide-inclusion-graph --disable-fetch advisories
else
    say 'known vulnerabilities were NOT checked: the advisory database could not be fetched:'
    tail -n 3 "$log" >&2
fi
