//! Images whose files are what is looked at.

use super::image::{AMD64, Image};
use super::layer::Tree;
use super::{Clock, FILES, Sample};

/// How many letters the longest path has, which is as many as Linux opens.
const LONGEST_PATH: usize = 4000;

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        FILES,
        "Files that are overwritten, removed, linked and hidden, with names that are markup; and a layer that breaks off",
    );
    let created = clock.days_ago(12);
    let tree = |part: &str| Tree::new(&format!("files {part}"), created);
    let base = tree("base")
        .folder("bin")
        .setuid("bin/su", 40)
        .program("bin/busybox", 300)
        .hard_link("bin/sh", "bin/busybox")
        .folder("etc")
        .text("etc/os-release", "NAME=\"Example Linux\"\nVERSION_ID=12\n")
        .text("etc/motd", "welcome\n")
        .link("etc/mtab", "../proc/self/mounts")
        .folder("var/cache")
        .program("var/cache/packages.bin", 200)
        .text("var/cache/index", "one\ntwo\n")
        .gzip();
    let app = tree("app")
        .folder("srv")
        .program("srv/app", 250)
        .text("etc/motd", "welcome to the app\n")
        .gone("var/cache/packages.bin")
        .gzip();
    let names = tree("names")
        .folder("names")
        .text("names/<img src=x onerror=alert(1)>", "markup\n")
        .text("names/gpj.\u{202e}exe", "turned around\n")
        .text("names/bell\u{7}", "rings\n")
        .text("names/quote'\"&amp;", "quotes\n")
        .text(&format!("names/{}", "long/".repeat(LONGEST_PATH / 5)), "far down\n")
        .opaque("var/cache")
        .text("var/cache/fresh", "new\n")
        .gzip();
    let image = Image::new(AMD64, created)
        .label("org.opencontainers.image.base.name", "debian:12-slim")
        .base("ADD rootfs.tar.gz / # buildkit", base.clone(), created)
        .layer("COPY app /srv/app # buildkit", app.clone())
        .step("ENV MODE=production")
        .layer("COPY names /names/ # buildkit", names)
        .cmd(&["/srv/app"]);
    sample.image(&image, &["latest"]);
    let older = Image::new(AMD64, created)
        .base("ADD rootfs.tar.gz / # buildkit", base.clone(), created)
        .layer("COPY app /srv/app # buildkit", app.clone())
        .cmd(&["/srv/app"]);
    sample.image(&older, &["older"]);
    let only_base = Image::new(AMD64, created)
        .base("ADD rootfs.tar.gz / # buildkit", base.clone(), created)
        .cmd(&["/bin/sh"]);
    sample.image(&only_base, &["base"]);
    let damaged = Image::new(AMD64, created)
        .base("ADD rootfs.tar.gz / # buildkit", base, created)
        .layer("COPY app /srv/app # buildkit", app.cut());
    sample.image(&damaged, &["damaged"]);
    sample
}
