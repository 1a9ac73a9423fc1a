//! Images as umoci unpacks them: each entry must be as it is told here, with its content.
//!
//! Owners are compared where the tests run as root; nobody else can give files away.

mod layout;
mod ours;
mod unpacked;

use layers::LayerIndex;

use crate::support::{Raw, archive, directory, extended, file, gzip, hard_link, read, symlink, zstd};
use layout::Layout;

/// A layer as it is stored, and as it is before that.
struct Layer {
    media_type: &'static str,
    bytes: Vec<u8>,
    plain: Vec<u8>,
}

impl Layer {
    fn gzip(plain: Vec<u8>) -> Self {
        Self { media_type: "application/vnd.oci.image.layer.v1.tar+gzip", bytes: gzip(&plain), plain }
    }

    fn uncompressed(plain: Vec<u8>) -> Self {
        Self { media_type: "application/vnd.oci.image.layer.v1.tar", bytes: plain.clone(), plain }
    }

    fn index(&self) -> LayerIndex {
        read(&self.bytes).unwrap()
    }
}

/// Unpacks an image after each of its layers, and compares all that is there.
fn assert_same(layers: &[&[Raw]]) {
    let layers: Vec<_> = layers.iter().map(|it| Layer::gzip(archive(it))).collect();
    for n in 1..=layers.len() {
        assert_same_image(&layers[..n], &layers[..n]);
    }
}

/// Compares what umoci makes of layers with what is read of others, which hold the same.
fn assert_same_image(unpacked: &[Layer], read: &[Layer]) {
    let layout = Layout::new(unpacked);
    assert_same_lines(&unpacked::lines(&layout.unpack()), &ours::lines(read));
}

fn assert_same_lines(unpacked: &[String], ours: &[String]) {
    assert!(!unpacked.is_empty(), "an image of nothing shows nothing");
    for (unpacked, ours) in unpacked.iter().zip(ours) {
        assert_eq!(ours, unpacked);
    }
    assert_eq!(ours.len(), unpacked.len());
}

/// What most images begin with.
fn base() -> Vec<Raw> {
    vec![
        directory("./").mode(0o755),
        directory("./etc/").modified(1_600_000_000),
        file("./etc/passwd", "root:x:0:0::/:/bin/sh\n").mode(0o640).owner(0, 42),
        directory("./usr/"),
        directory("./usr/bin/").mode(0o711),
        file("./usr/bin/sh", "#!").mode(0o755),
        symlink("./bin", "usr/bin"),
        directory("./tmp/").mode(0o1777),
        file("./usr/share/doc/a", "a").modified(5),
        file("./usr/share/doc/b", "bb"),
    ]
}

#[test]
fn one_layer() {
    assert_same(&[&base()]);
}

#[test]
fn files_and_directories_that_are_gone() {
    assert_same(&[
        &base(),
        &[file("etc/.wh.passwd", ""), file("usr/share/.wh.doc", ""), file(".wh.tmp", ""), file("a", "new")],
        &[file("usr/share/doc/c", "back"), file("etc/.wh.not-there", ""), file("not/there/.wh.x", "")],
    ]);
}

#[test]
fn opaque_directories() {
    assert_same(&[
        &base(),
        &[directory("usr/share").mode(0o700), file("usr/share/.wh..wh..opq", ""), file("usr/share/new", "1")],
        &[file("usr/.wh..wh..opq", ""), file("usr/bin/new", "2"), directory("usr/share/doc")],
    ]);
    // The mark comes last, and in a directory that no entry names.
    assert_same(&[&base(), &[file("usr/share/doc/c", "c"), file("usr/share/doc/.wh..wh..opq", "")]]);
}

#[test]
fn directories_that_are_gone_and_made_anew() {
    assert_same(&[
        &base(),
        &[file("usr/.wh.share", ""), directory("usr/share").mode(0o750), file("usr/share/x", "x")],
    ]);
    assert_same(&[
        &base(),
        &[directory("usr/share").mode(0o750), file("usr/share/x", "x"), file("usr/.wh.share", "")],
    ]);
}

#[test]
fn hard_links() {
    assert_same(&[
        &[
            file("a", "one").mode(0o4755).owner(7, 8),
            hard_link("b", "a"),
            hard_link("d/c", "./b"),
            symlink("s", "a"),
        ],
        &[hard_link("e", "d/c"), hard_link("t", "s"), file("a", "changed"), hard_link("f", "a")],
        &[file(".wh.a", ""), hard_link("g", "b")],
    ]);
}

#[test]
fn links_to_directories() {
    assert_same(&[
        &base(),
        &[
            file("bin/tool", "in usr/bin"),
            symlink("lib", "/usr/lib"),
            file("lib/x", "1"),
            symlink("dangling", "no/where"),
        ],
        &[file("lib/y", "2"), file("dangling/z", "3"), file("bin/.wh.sh", ""), symlink("up", "../../../etc")],
        &[file("up/new", "4"), directory("lib"), file("lib/own", "5")],
    ]);
}

#[test]
fn modes_and_owners() {
    let modes = [0o4755, 0o2755, 0o1755, 0o6711, 0o000, 0o7777];
    let mut entries: Vec<_> =
        modes.iter().map(|it| file(format!("f{it:o}"), "").mode(*it).owner(1_000, 100)).collect();
    entries.extend(modes.iter().map(|it| directory(format!("d{it:o}")).mode(it | 0o700).owner(65_534, 1)));
    assert_same(&[
        &entries,
        &[
            directory("d4755").mode(0o700),
            file("f0", "now").mode(0o2644).owner(5, 5),
            Raw::new(b'6', "pipe").mode(0o622),
        ],
    ]);
}

#[test]
fn files_in_the_place_of_directories_and_the_reverse() {
    assert_same(&[
        &base(),
        &[file("usr/share", "a file"), directory("etc/passwd").mode(0o700), symlink("tmp", "etc")],
        &[file("etc/passwd/x", "x"), directory("usr/share"), file("usr/share/y", "y"), directory("tmp")],
    ]);
}

#[test]
fn entries_that_come_twice() {
    assert_same(&[&[
        file("a", "first"),
        directory("d"),
        file("d/x", "x"),
        file("a", "second"),
        directory("d").mode(0o700),
        file("e/in", "1"),
        file("e", "a file"),
        symlink("f", "a"),
        directory("f"),
        file("f/in", "2"),
    ]]);
}

#[test]
fn an_empty_layer() {
    assert_same(&[&base(), &[], &[directory("./").mode(0o700)]]);
}

#[test]
fn long_paths() {
    let long = ["directory".repeat(20), "next".repeat(50), "e".repeat(255)].join("/");
    let deep = vec!["level"; 550].join("/");
    let attribute = |path: &str| file("short", "x").behind(extended(&[("path", path.as_bytes())]));
    assert_same(&[
        &[file(&long, "gnu"), attribute(&format!("pax/{long}")), file(&deep, "deep")],
        &[file(format!("pax/{long}"), "changed"), symlink("link", &long), hard_link("hard", &long)],
    ]);
}

#[test]
fn names_that_are_no_text() {
    let names: [&[u8]; 5] =
        [b"caf\xe9", b"\xff\xfe", b"new\nline", b"back\\slash", "\u{202e}<b>&amp;".as_bytes()];
    let mut entries: Vec<_> = names.map(|it| file(it, "x")).to_vec();
    entries.extend(names.map(|it| file([b"d/", it].concat(), "y")));
    assert_same(&[
        &entries,
        &[file(b".wh.caf\xe9", ""), file(b"d/\xff\xfe", "changed"), symlink("s", b"caf\xe9")],
    ]);
}

#[test]
fn names_that_lead_out() {
    assert_same(&[&[
        file("../../out", "1"),
        file("/absolute", "2"),
        file("a/../b", "3"),
        directory("x/./y//"),
    ]]);
}

#[test]
fn layers_that_are_not_compressed() {
    let layers = [Layer::uncompressed(archive(&base())), Layer::gzip(archive(&[file(".wh.tmp", "")]))];
    assert_same_image(&layers, &layers);
}

#[test]
fn layers_in_zstd() {
    // This umoci reads none, so it is given the same with gzip.
    let twins = [&base()[..], &[file("etc/.wh.passwd", ""), file("etc/x", vec![b'x'; 100_000])]]
        .map(|it| (Layer::gzip(archive(it)), archive(it)));
    let (gzip, plain): (Vec<_>, Vec<_>) = twins.into_iter().unzip();
    let zstd: Vec<_> = plain
        .into_iter()
        .map(|plain| Layer {
            media_type: "application/vnd.oci.image.layer.v1.tar+zstd",
            bytes: zstd(&plain),
            plain,
        })
        .collect();
    assert_same_image(&gzip, &zstd);
}

#[test]
fn an_image_that_docker_saved() {
    let layers = [base(), vec![file("etc/.wh.passwd", ""), file("bin/tool", "x").mode(0o755)]];
    let layout = Layout::of_docker(&layers.map(|it| archive(&it)));
    let layers: Vec<_> = layout.layers().into_iter().map(Layer::gzip_of).collect();
    assert_eq!(layers.len(), 2);
    assert_same_lines(&unpacked::lines(&layout.unpack()), &ours::lines(&layers));
}

impl Layer {
    /// A layer that was stored by somebody else.
    fn gzip_of(bytes: Vec<u8>) -> Self {
        Self { media_type: "", bytes, plain: Vec::new() }
    }
}
