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
timed 'clippy' clippy "${CRATES[@]}" --all-targets
timed 'clippy (wasm)' clippy -p registry -p frontend --target wasm32-unknown-unknown
timed 'rustdoc' document "${CRATES[@]}"
