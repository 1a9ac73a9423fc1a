#!/usr/bin/env bash
# Runs the program of an image as a container engine does, where there is none: with the image's files as its root,
# which it cannot write to, as the image's user, who has no rights, and with one folder for its data.
#
#   contained.sh run ROOT DATA NAME=VALUE… -- PROGRAM…   in the network of this machine
#   contained.sh ports ROOT DATA NAME=VALUE…             in one of its own: where it listens, and what its check says,
#                                                        once where everybody may have port 80 and once where nobody may
#
# ROOT/proc and ROOT/dev are folders to mount those of this machine on, and ROOT/etc/hosts names this machine `registry`, as `docker run --link registry` does. Needs root.

set -euo pipefail

# The user of deploy/Dockerfile.
USER=65532:65532
# The variables of the image include a PATH, and that has no programs of this machine.
CHROOT=$(type -P chroot)

main() {
    local action=$1
    root=$2 data=$3
    shift 3
    case $action in
    run | ports)
        local own=(--mount)
        [[ $action == run ]] || own+=(--net)
        exec unshare "${own[@]}" --propagation private "$0" "in-$action" "$root" "$data" "$@"
        ;;
    in-run)
        mounts
        local variables=()
        while [[ $1 != -- ]]; do
            variables+=("$1")
            shift
        done
        shift
        exec env -i "${variables[@]}" "$CHROOT" --userspec="$USER" "$root" "$@"
        ;;
    in-ports)
        mounts
        ip link set lo up
        local first
        for first in 0 1024; do
            echo "$first" >/proc/sys/net/ipv4/ip_unprivileged_port_start
            ports "$@"
        done
        ;;
    esac
}

mounts() {
    mount --bind "$root" "$root"
    mount --bind "$data" "$root/data"
    mount --bind /proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
}

# The server's first line, and what its health check says of it.
ports() {
    local ready
    coproc SERVER { exec env -i "$@" "$CHROOT" --userspec="$USER" "$root" /stowage; }
    server=$SERVER_PID
    # Whoever waits for the end of what is printed waits for the server as well.
    trap 'kill "$server"' EXIT
    read -r ready <&"${SERVER[0]}"
    echo "$ready"
    env -i "$@" "$CHROOT" --userspec="$USER" "$root" /stowage healthcheck
    trap - EXIT
    kill "$server"
    wait "$server"
}

main "$@"
