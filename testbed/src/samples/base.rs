//! The lowest layers, which several images share.

use jiff::Timestamp;

use super::image::{Image, Target};
use super::layer::{Layer, Tree};

/// What Debian's images begin with; about 3.5 MiB.
pub(super) fn debian(target: Target, at: Timestamp) -> Layer {
    let triplet = triplet(target);
    Tree::new(&format!("debian {triplet} {at}"), at)
        .link("bin", "usr/bin")
        .folder("etc")
        .text("etc/debian_version", "12.8\n")
        .text(
            "etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n",
        )
        .text("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n")
        .link("lib", "usr/lib")
        .folder("tmp")
        .folder("usr/bin")
        .program("usr/bin/bash", 1200)
        .program("usr/bin/dpkg", 310)
        .program("usr/bin/perl", 1800)
        .program(&format!("usr/lib/{triplet}/libc.so.6"), 1900)
        .program(&format!("usr/lib/{triplet}/libstdc++.so.6.0.30"), 1500)
        .program(&format!("usr/lib/{triplet}/libz.so.1.2.13"), 120)
        .text("var/lib/dpkg/status", &dpkg_status(triplet))
        .gzip()
}

/// What Alpine's images begin with; about 1.7 MiB.
pub(super) fn alpine(target: Target, at: Timestamp) -> Layer {
    let (_, architecture, _, _) = target;
    Tree::new(&format!("alpine {architecture} {at}"), at)
        .folder("bin")
        .program("bin/busybox", 900)
        .link("bin/sh", "/bin/busybox")
        .folder("etc")
        .text("etc/alpine-release", "3.20.3\n")
        .text(
            "etc/os-release",
            "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME=\"Alpine Linux v3.20\"\n",
        )
        .program("lib/ld-musl.so.1", 640)
        .program("usr/lib/libcrypto.so.3", 1500)
        .program("usr/lib/libssl.so.3", 380)
        .gzip()
}

/// What images of static programs begin with: certificates, time zones, a user; about 350 KiB.
pub(super) fn distroless(at: Timestamp) -> Layer {
    Tree::new(&format!("distroless {at}"), at)
        .text("etc/group", "root:x:0:\nnonroot:x:65532:\n")
        .text("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n")
        .program("etc/ssl/certs/ca-certificates.crt", 210)
        .program("usr/share/zoneinfo/tzdata.zi", 480)
        .folder("home/nonroot")
        .gzip()
}

/// A small image on Alpine, for samples that show something else.
pub(super) fn small(target: Target, title: &str, created: Timestamp) -> Image {
    let layer = Tree::new(&format!("small {title}"), created)
        .folder("srv")
        .text("srv/motd", &format!("This is {title}.\n"))
        .program("srv/app", 64)
        .gzip();
    Image::new(target, created)
        .base("ADD alpine-minirootfs-3.20.3.tar.gz / # buildkit", tiny(target), created)
        .layer("COPY app motd /srv/ # buildkit", layer)
        .workdir("/srv")
        .cmd(&["/srv/app"])
}

/// A base that is the same whatever the clock says; about 60 KiB.
fn tiny(target: Target) -> Layer {
    let (_, architecture, variant, _) = target;
    Tree::new(&format!("tiny {architecture} {variant:?}"), Timestamp::UNIX_EPOCH)
        .folder("bin")
        .program("bin/busybox", 110)
        .link("bin/sh", "/bin/busybox")
        .gzip()
}

fn triplet((_, architecture, _, _): Target) -> &'static str {
    match architecture {
        "arm64" => "aarch64-linux-gnu",
        "arm" => "arm-linux-gnueabihf",
        _ => "x86_64-linux-gnu",
    }
}

fn dpkg_status(triplet: &str) -> String {
    ["bash", "dpkg", "libc6", "libssl3", "libstdc++6", "perl-base", "tzdata", "zlib1g"]
        .iter()
        .map(|name| format!("Package: {name}\nStatus: install ok installed\nMulti-Arch: {triplet}\n\n"))
        .collect()
}
