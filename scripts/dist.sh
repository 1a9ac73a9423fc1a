#!/usr/bin/env bash
# Lays out what the image holds in a folder: what deploy/Dockerfile calls `dist`. Needs scripts/build.sh.
#
#   scripts/dist.sh FOLDER
#
# FOLDER/root is what everybody may read and nobody change, FOLDER/data the empty folder for Stowage's data.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

AUTHORITIES=/etc/ssl/certs/ca-certificates.crt

folder=${1:?a folder to fill}
release=$CARGO_TARGET_DIR/release
for file in "$release/stowage" "$release/hash.txt" "$CARGO_TARGET_DIR/site/pkg"; do
    [[ -e $file ]] || fail "there is no $file; run: make build"
done
# Without them no registry could be trusted that speaks https.
[[ -f $AUTHORITIES ]] || fail "there is no $AUTHORITIES: apt-get install ca-certificates"

rm -rf "$folder"
install -d -m 755 "$folder/root" "$folder/root/etc/ssl/certs"
install -d -m 750 "$folder/data"
install -m 755 "$release/stowage" "$folder/root/stowage"
# Leptos looks for it beside the program.
install -m 644 "$release/hash.txt" "$folder/root/hash.txt"
cp -R "$CARGO_TARGET_DIR/site" "$folder/root/site"
chmod -R u=rwX,go=rX "$folder/root/site"
install -m 644 "$AUTHORITIES" "$folder/root/etc/ssl/certs/ca-certificates.crt"
install -m 644 "$ROOT/LICENSE" "$folder/root/LICENSE"
