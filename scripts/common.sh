# Sourced by the other scripts: where things are, and how they speak.
# shellcheck shell=bash

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=${STOWAGE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/stowage/tools}
export STOWAGE_TOOLS=$TOOLS
export PATH="$TOOLS/bin:$ROOT/style/node_modules/.bin:$HOME/.cargo/bin:$PATH"
# The site is built into target/ whatever this says, and the program looks for it there.
export CARGO_TARGET_DIR=$ROOT/target

# All crates that run on a server, as they are checked and tested: together, so that what they depend on is compiled once.
# shellcheck disable=SC2034
CRATES=(--workspace --exclude frontend
    --features "app/ssr registry/charts registry/fake registry/openapi registry/xml")

# What is being done, on standard error, so that answers can be captured.
say() {
    printf '==> %s\n' "$*" >&2
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Whether there is a program of this name; a function of ours is none.
have() {
    type -P "$1" >/dev/null
}

# Runs a step and says how long it took.
timed() {
    local name=$1 start=$SECONDS
    shift
    say "$name"
    "$@" || fail "$name failed after $((SECONDS - start)) s"
    say "$name: $((SECONDS - start)) s"
}

# Whether something listens on a port of this machine.
port_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The version that all crates share.
workspace_version() {
    awk -F '"' '/^version = / { print $2; exit }' "$ROOT/Cargo.toml"
}

# The commit that is built; nothing outside a clone.
revision() {
    git -C "$ROOT" rev-parse HEAD 2>/dev/null || true
}
