//! What lies in directories of images.

use layers::image::{At, Change};
use layers::{FilePath, ImageTree};

use crate::support::{directory, file, image, path, rows, symlink};

fn sample() -> ImageTree {
    image(&[
        &[directory("etc"), file("etc/a", "12345"), file("etc/b", "123"), file("bin/sh", "1234567")],
        &[file("etc/.wh.b", ""), file("etc/a", "1"), file("etc/new", "12"), symlink("bin/bash", "sh")],
    ])
}

#[test]
fn tells_what_the_image_is_after_each_layer() {
    let tree = sample();
    let list = |at, in_it: &str| rows(tree.directory(&path(in_it), at).unwrap());
    assert_eq!(list(At::image(0), ""), ["+ d bin 7 @0 1/1", "+ d etc 8 @0 2/2"]);
    assert_eq!(list(At::image(1), ""), ["= d bin 7 @0 1/2", "= d etc 3 @0 2/2"]);
    assert_eq!(list(At::image(1), "etc"), ["~ - etc/a 1 @1", "+ - etc/new 2 @1"]);
    assert_eq!(list(At::image(1), "bin"), ["+ l bin/bash -> sh 0 @1", "= - bin/sh 7 @0"]);
}

#[test]
fn tells_what_a_layer_did() {
    let tree = sample();
    let list = |at, in_it: &str| rows(tree.directory(&path(in_it), at).unwrap());
    assert_eq!(list(At::layer(1), ""), ["= d bin 0 @0 1/1", "= d etc 3 @0 3/3"]);
    assert_eq!(list(At::layer(1), "etc"), ["~ - etc/a 1 @1", "x - etc/b 3 @1", "+ - etc/new 2 @1"]);
    assert_eq!(list(At::layer(1), "bin"), ["+ l bin/bash -> sh 0 @1"]);
}

#[test]
fn tells_sums_of_the_root() {
    let tree = sample();
    let root = tree.find(&FilePath::default(), At::image(1)).unwrap();
    assert_eq!((root.size, root.n_below, root.n_changed_below, root.change), (10, 6, 3, Change::Unchanged));
    let root = tree.find(&FilePath::default(), At::layer(1)).unwrap();
    assert_eq!((root.size, root.n_below, root.n_changed_below), (3, 6, 4));
}

#[test]
fn tells_what_was_in_removed_directories() {
    let tree =
        image(&[&[file("d/e/a", "12345"), file("d/b", "123"), file("z", "")], &[file(".wh.d", "")], &[]]);
    assert_eq!(rows(tree.directory(&path(""), At::layer(1)).unwrap()), ["x d d 8 @1 3/3"]);
    assert_eq!(rows(tree.directory(&path("d"), At::layer(1)).unwrap()), ["x - d/b 3 @1", "x d d/e 5 @1 1/1"]);
    assert_eq!(rows(tree.directory(&path(""), At::image(1)).unwrap()), ["= - z 0 @0"]);
    assert_eq!(tree.directory(&path("d"), At::image(1)), None);
    assert_eq!(tree.directory(&path("d"), At::layer(2)), None);
    assert_eq!(rows(tree.directory(&path("d"), At::image(0)).unwrap()).len(), 2);
}

#[test]
fn knows_where_there_is_nothing() {
    let tree = sample();
    assert_eq!(tree.directory(&path("not"), At::image(0)), None);
    assert_eq!(tree.directory(&path("etc/a"), At::image(0)), None);
    assert_eq!(tree.find(&path("etc/new"), At::image(0)), None);
    assert_eq!(tree.find(&path("etc/b"), At::image(1)), None);
    assert_eq!(tree.find(&path("etc/b"), At::layer(1)).unwrap().change, Change::Removed);
    assert_eq!(tree.find(&path("bin/sh"), At::layer(1)), None);
}

#[test]
fn finds_contents() {
    let tree = sample();
    let place = tree.find(&path("etc/a"), At::image(1)).unwrap().place.unwrap();
    assert_eq!((place.layer, place.content.size), (1, 1));
    let place = tree.find(&path("bin/sh"), At::image(1)).unwrap().place.unwrap();
    assert_eq!((place.layer, place.content.size), (0, 7));
}

#[test]
fn answers_without_layers() {
    let tree = image(&[]);
    assert_eq!(tree.directory(&FilePath::default(), At::image(0)), None);
    assert_eq!((tree.n_layers(), tree.wasted().len(), tree.efficiency().score()), (0, 0, 1.0));
    let empty = image(&[&[]]);
    assert_eq!(empty.directory(&FilePath::default(), At::image(0)), Some(Vec::new()));
}
