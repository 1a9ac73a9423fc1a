//! Hard links, within layers and to those below.

use layers::Kind;
use layers::image::At;

use crate::support::{file, hard_link, image, path, rows, symlink};

#[test]
fn lead_to_the_layers_below() {
    let tree = image(&[
        &[file("bin/a", "tool").mode(0o755).owner(5, 5)],
        &[hard_link("b", "bin/a"), file("bin/a", "changed"), hard_link("c", "b")],
        &[hard_link("d", "c"), file(".wh.b", "")],
    ]);
    assert_eq!(
        rows(tree.directory(&path(""), At::image(2)).unwrap()),
        ["= d bin 7 @0 0/1", "= h c -> bin/a 4 @1", "+ h d -> c 4 @2"]
    );
    let d = tree.find(&path("d"), At::image(2)).unwrap();
    assert_eq!((d.mode, d.uid, d.place.unwrap().layer), (0o755, 5, 0));
    assert_eq!(tree.find(&path("b"), At::image(1)).unwrap().size, 4);
}

#[test]
fn count_once() {
    let tree = image(&[&[file("d/a", "12345"), hard_link("d/b", "d/a"), hard_link("d/c", "d/b")]]);
    let row = tree.find(&path("d"), At::image(0)).unwrap();
    assert_eq!((row.size, row.n_below), (5, 3));
}

#[test]
fn go_through_links_and_lead_nowhere() {
    let tree = image(&[
        &[file("usr/bin/a", "tool"), symlink("bin", "usr/bin"), symlink("s", "target")],
        &[hard_link("x", "bin/a"), hard_link("y", "not/here"), hard_link("z", "usr"), hard_link("t", "s")],
    ]);
    assert_eq!(
        rows(tree.directory(&path(""), At::layer(1)).unwrap()),
        ["+ l t -> target 0 @1", "+ h x -> bin/a 4 @1", "+ h y -> not/here 0 @1", "+ h z -> usr 0 @1"]
    );
    let dangling = tree.find(&path("y"), At::image(1)).unwrap();
    assert_eq!((dangling.kind, dangling.place), (Kind::HardLink, None));
}
