#!/usr/bin/env bash
# The tests in Rust, a crate at a time: each is built with the features it asks for, and no others.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

cd "$ROOT"
timed 'test layers' cargo test --locked -p layers
timed 'test registry' cargo test --locked -p registry --features charts,client,fake,openapi,xml
timed 'test engine' cargo test --locked -p engine
timed 'test app' cargo test --locked -p app --features ssr
timed 'test server' cargo test --locked -p server
timed 'test testbed' cargo test --locked -p testbed
