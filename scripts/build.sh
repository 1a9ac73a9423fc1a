#!/usr/bin/env bash
# Builds what is shipped: target/release/stowage, and target/site with compressed neighbours.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
# Neither Tailwind nor Leptos looks at the network: the programs are on PATH.
cargo leptos build --release --precompress "$@"
