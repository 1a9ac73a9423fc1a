//! What layers make of each other.

use layers::ImageTree;
use layers::image::{At, Filter, Order};

use crate::support::{Raw, directory, file, image, path, rows, symlink};

/// All that the image is with its last layer, and all that this layer did.
fn both(tree: &ImageTree) -> (Vec<String>, Vec<String>) {
    let last = tree.n_layers() - 1;
    let all = |at| rows(tree.search(at, &Filter::default(), Order::Path).iter());
    (all(At::image(last)), all(At::layer(last)))
}

fn after(layers: &[&[Raw]]) -> Vec<String> {
    both(&image(layers)).0
}

fn done(layers: &[&[Raw]]) -> Vec<String> {
    both(&image(layers)).1
}

#[test]
fn hides_what_is_in_opaque_directories() {
    let below: &[Raw] = &[file("d/a", "1"), file("d/e/b", "2"), file("z", "3")];
    let above: &[Raw] = &[directory("d"), file("d/.wh..wh..opq", ""), file("d/e/new", "4")];
    assert_eq!(
        after(&[below, above]),
        ["= d d 1 @1 1/2", "= d d/e 1 @1 1/1", "+ - d/e/new 1 @1", "= - z 1 @0"]
    );
    assert_eq!(
        done(&[below, above]),
        ["= d d 1 @1 3/4", "x - d/a 1 @1", "= d d/e 1 @1 2/2", "x - d/e/b 1 @1", "+ - d/e/new 1 @1"]
    );
    // The entry of the directory itself need not be there.
    let bare: &[Raw] = &[file("d/.wh..wh..opq", "")];
    assert_eq!(after(&[below, bare]), ["= d d 0 @1", "= - z 1 @0"]);
    let root: &[Raw] = &[file(".wh..wh..opq", ""), file("y", "")];
    assert_eq!(after(&[below, root]), ["+ - y 0 @1"]);
    let row = image(&[&[directory("./").mode(0o700)], root]).find(&path(""), At::image(1)).unwrap();
    assert_eq!((row.mode, row.is_opaque, row.is_implied), (0o700, true, false));
}

#[test]
fn replaces_directories_by_files_and_the_reverse() {
    let below: &[Raw] = &[file("d/a", "1"), file("f", "22")];
    let above: &[Raw] = &[file("d", "333"), directory("f"), file("f/x", "1")];
    assert_eq!(after(&[below, above]), ["~ - d 3 @1", "~ d f 1 @1 1/1", "+ - f/x 1 @1"]);
    assert_eq!(done(&[below, above]), ["~ - d 3 @1 1/1", "x - d/a 1 @1", "~ d f 1 @1 1/1", "+ - f/x 1 @1"]);
    let implied: &[Raw] = &[file("f/x", "1")];
    assert_eq!(after(&[below, implied])[2..], ["~ d f 1 @1 1/1", "+ - f/x 1 @1"]);
}

#[test]
fn replaces_what_is_gone_and_new() {
    let below: &[Raw] = &[directory("d"), file("d/old", "1")];
    let above: &[Raw] = &[file(".wh.d", ""), directory("d"), file("d/new", "22")];
    assert_eq!(after(&[below, above]), ["= d d 2 @1 1/1", "+ - d/new 2 @1"]);
    assert_eq!(done(&[below, above]), ["= d d 2 @1 2/2", "+ - d/new 2 @1", "x - d/old 1 @1"]);
}

#[test]
fn removes_nothing_where_nothing_is() {
    let below: &[Raw] = &[file("a", "1"), file("f", "")];
    let above: &[Raw] =
        &[file(".wh.b", ""), file("not/here/.wh.c", ""), file("n/.wh..wh..opq", ""), file("f/.wh.x", "")];
    assert_eq!(after(&[below, above]), ["= - a 1 @0", "= - f 0 @0"]);
    assert_eq!(done(&[below, above]), [""; 0]);
}

#[test]
fn brings_back_what_was_removed() {
    let layers: [&[Raw]; 3] = [&[file("d/a", "1")], &[file(".wh.d", "")], &[file("d/a", "1")]];
    assert_eq!(after(&layers[..2]), [""; 0]);
    assert_eq!(after(&layers), ["+ d d 1 @2 1/1", "+ - d/a 1 @2"]);
}

#[test]
fn tells_what_differs() {
    let below: &[Raw] = &[
        file("content", "one"),
        file("mode", ""),
        file("owner", ""),
        file("time", ""),
        symlink("link", "a"),
        file("kind", ""),
        directory("dir"),
    ];
    let above: &[Raw] = &[
        file("content", "two"),
        file("mode", "").mode(0o4755),
        file("owner", "").owner(1, 0),
        file("time", "").modified(9),
        symlink("link", "b"),
        symlink("kind", "x"),
        directory("dir").modified(9),
    ];
    assert_eq!(
        done(&[below, above]),
        [
            "~ - content 3 @1",
            "= d dir 0 @1",
            "~ l kind -> x 0 @1",
            "~ l link -> b 0 @1",
            "~ - mode 0 @1",
            "~ - owner 0 @1",
            "= - time 0 @1"
        ]
    );
}

#[test]
fn follows_links_of_the_layers_below() {
    let below: &[Raw] =
        &[directory("usr/lib"), symlink("lib", "usr/lib"), symlink("loop", "loop"), symlink("x", "new/y")];
    let above: &[Raw] = &[file("lib/a", "1"), file("loop/b", "2"), file("x/c", "3"), file("lib/d/.wh.e", "")];
    assert_eq!(
        after(&[below, above]),
        [
            "= l lib -> usr/lib 0 @0",
            "~ d loop 1 @1 1/1",
            "+ - loop/b 1 @1",
            "+ d new 1 @1 2/2",
            "+ d new/y 1 @1 1/1",
            "+ - new/y/c 1 @1",
            "= d usr 1 @0 1/2",
            "= d usr/lib 1 @0 1/1",
            "+ - usr/lib/a 1 @1",
            "= l x -> new/y 0 @0",
        ]
    );
    // A directory that is named takes the place of the link.
    let named: &[Raw] = &[directory("lib"), file("lib/a", "1")];
    assert_eq!(after(&[below, named])[..2], ["~ d lib 1 @1 1/1", "+ - lib/a 1 @1"]);
    // What is removed through a link is removed where it leads.
    let gone: &[Raw] = &[file("lib/.wh.a", "")];
    assert_eq!(
        done(&[below, above, gone]),
        ["= d usr 0 @0 1/2", "= d usr/lib 0 @0 1/1", "x - usr/lib/a 1 @2"]
    );
}

#[test]
fn keeps_what_came_through_a_link_of_an_opaque_directory() {
    let below: &[Raw] = &[file("usr/lib/old", "1"), symlink("lib", "usr/lib")];
    let above: &[Raw] = &[file("lib/new", "22"), directory("usr"), file("usr/.wh..wh..opq", "")];
    assert_eq!(
        after(&[below, above]),
        ["= l lib -> usr/lib 0 @0", "= d usr 2 @1 1/2", "= d usr/lib 2 @0 1/1", "+ - usr/lib/new 2 @1"]
    );
}

#[test]
fn leaves_nothing_below_what_is_no_directory() {
    let below: &[Raw] = &[file("d/old", "1"), symlink("a", "d")];
    let above: &[Raw] = &[file("a/new", "22"), file("d", "a file")];
    assert_eq!(after(&[below, above]), ["= l a -> d 0 @0", "~ - d 6 @1"]);
}
