#!/usr/bin/env bash
# Makes the image from the release build, with Docker or Podman where one of them runs, else with buildah.
#
#   scripts/image.sh [NAME]   the image's name, `stowage` without it
#
# It is the last stage of deploy/Dockerfile; those before it, which build the release, are left out.

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

NAME=${1:-stowage}
DIST=$CARGO_TARGET_DIR/dist
# What makes images: docker, podman or buildah.
BUILDER=${BUILDER:-}

builder() {
    local name
    for name in docker podman; do
        if have "$name" && "$name" info >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    have buildah || fail 'neither Docker nor Podman runs here, and there is no buildah: apt-get install buildah'
    echo buildah
}

"$ROOT/scripts/dist.sh" "$DIST"
[[ -n $BUILDER ]] || BUILDER=$(builder)
options=(--file "$ROOT/deploy/Dockerfile" --build-context "dist=$DIST" --tag "$NAME")
options+=(--build-arg "VERSION=$(workspace_version)" --build-arg "REVISION=$(revision)")
say "$BUILDER: making the image $NAME"
case $BUILDER in
docker) docker buildx build "${options[@]}" --load "$DIST" ;;
# Only Docker's format tells how the health is checked.
podman) podman build "${options[@]}" --format docker "$DIST" ;;
buildah)
    # As root in a container, where no others can be made, nothing else works.
    export STORAGE_DRIVER=${STORAGE_DRIVER:-vfs} BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}
    buildah build "${options[@]}" --format docker "$DIST"
    ;;
*) fail "nobody knows how $BUILDER makes images; BUILDER is docker, podman or buildah" ;;
esac
