#!/usr/bin/env bash
# Everything that reads the code without running it.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"

clippy() {
    cargo clippy --locked --quiet "$@" -- -D warnings
}

document() {
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --quiet --no-deps "$@"
}

shell() {
    if ! shellcheck --version >/dev/null 2>&1; then
        say 'shell scripts were NOT checked: shellcheck is missing'
        return
    fi
    shellcheck --external-sources scripts/*.sh end2end/support/*.sh .ci/run
}

timed 'rustfmt' cargo fmt --all --check
timed 'shellcheck' shell
timed 'clippy layers' clippy -p layers --all-targets
timed 'clippy registry' clippy -p registry --all-targets --features charts,client,fake,openapi,xml
timed 'clippy registry (wasm)' clippy -p registry --target wasm32-unknown-unknown
timed 'clippy engine' clippy -p engine --all-targets
timed 'clippy app' clippy -p app --all-targets --features ssr
timed 'clippy server' clippy -p server --all-targets
timed 'clippy testbed' clippy -p testbed --all-targets
timed 'clippy frontend (wasm)' clippy -p frontend --target wasm32-unknown-unknown
timed 'rustdoc layers' document -p layers
timed 'rustdoc registry' document -p registry --features charts,client,fake,openapi,xml
timed 'rustdoc engine' document -p engine
timed 'rustdoc app' document -p app --features ssr
timed 'rustdoc server' document -p server
timed 'rustdoc testbed' document -p testbed
