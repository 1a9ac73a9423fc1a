//! What layers say is gone.

use crate::support::{Raw, directory, file, index, lines};

#[test]
fn knows_whiteouts() {
    let index = index(&[
        file("a/.wh.gone", ""),
        Raw::new(b'3', "b/.wh.device"),
        file("c/.wh..wh..opq", ""),
        file("/.wh.top", ""),
        directory(".wh.dir/"),
    ]);
    assert_eq!(
        lines(&index),
        ["d a implied", "w a/gone", "d b implied", "w b/device", "d c implied opaque", "w dir", "w top",]
    );
}

#[test]
fn passes_over_what_aufs_kept() {
    let index = index(&[
        directory(".wh..wh.plnk"),
        file(".wh..wh.plnk/1.2", "x"),
        file(".wh..wh.aufs", ""),
        file("d/.wh.", ""),
        file("d/.wh..", ""),
        file("d/.wh...", ""),
        file("e", ""),
    ]);
    assert_eq!(lines(&index), ["- e 0"]);
}

#[test]
fn keeps_both_what_is_gone_and_what_is_new() {
    let before = index(&[file("d/.wh.a", ""), file("d/a", "1"), file(".wh.e", ""), file("e/x", "")]);
    let after = index(&[file("d/a", "1"), file("d/.wh.a", ""), file("e/x", ""), file(".wh.e", "")]);
    let expected = ["d d implied", "- d/a 1 replaces", "d e implied replaces", "- e/x 0"];
    assert_eq!(lines(&before), expected);
    assert_eq!(lines(&after), expected);
}

#[test]
fn keeps_opaque_directories_that_are_named_later() {
    let expected = ["d d opaque", "- d/x 0"];
    assert_eq!(lines(&index(&[file("d/.wh..wh..opq", ""), directory("d"), file("d/x", "")])), expected);
    assert_eq!(lines(&index(&[directory("d"), file("d/x", ""), file("d/.wh..wh..opq", "")])), expected);
    assert!(index(&[file(".wh..wh..opq", ""), directory("./")]).root().is_opaque);
}

#[test]
fn removes_nothing_below_files() {
    let index = index(&[
        file("a", "1"),
        file("a/.wh.x", ""),
        file("a/b/.wh..wh..opq", ""),
        file(".wh.c", ""),
        file("c/.wh.d", ""),
    ]);
    assert_eq!(lines(&index), ["- a 1", "d c implied replaces", "w c/d"]);
}
