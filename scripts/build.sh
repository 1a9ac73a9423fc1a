#!/usr/bin/env bash
# Builds what is shipped: target/release/stowage, and target/site with compressed neighbours.
#
# The program is static, so that it runs on any Linux and in an image that holds nothing else. STOWAGE_TARGET names
# what it is built for, where that is not this machine; deploy/Dockerfile does.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

TRIPLE=${STOWAGE_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}

cd "$ROOT"
export LEPTOS_BIN_TARGET_TRIPLE=$TRIPLE
# For that target alone: build scripts and macros are run here, and cannot all be static.
flags=CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$TRIPLE")_RUSTFLAGS
# Erased, views are one type where they would be one for each place that they stand in: smaller, and built sooner.
options='-C target-feature=+crt-static --cfg erase_components'
# Rust links with lld there, which keeps only one of functions that came out the same: views make many of them.
if [[ $TRIPLE == x86_64-unknown-linux-gnu ]]; then
    options+=' -C link-arg=-Wl,--icf=all'
fi
export "$flags=$options"
# Neither Tailwind nor Leptos looks at the network: the programs are on PATH.
cargo leptos build --release --precompress "$@"
# Where everything looks for it, whatever it was built for.
built=$CARGO_TARGET_DIR/$TRIPLE/release
install -D -m 755 "$built/stowage" "$CARGO_TARGET_DIR/release/stowage"
install -m 644 "$built/hash.txt" "$CARGO_TARGET_DIR/release/hash.txt"
