//! Where entries are put.

use layers::{FilePath, ReadError};

use crate::support::{archive, directory, file, hard_link, index, lines, read, symlink};

#[test]
fn puts_entries_where_an_extractor_does() {
    let index = index(&[
        directory("./"),
        file("./a", "1"),
        file("/b//c/./d", "2"),
        directory("e/"),
        file("../../f", "3"),
        file("e/../g", "4"),
    ]);
    assert_eq!(
        lines(&index),
        ["- a 1", "d b implied", "d b/c implied", "- b/c/d 1", "d e", "- f 1", "- g 1"]
    );
    assert!(!index.root().is_implied);
    assert_eq!(index.root().mode, 0o755);
}

#[test]
fn orders_by_parts() {
    let index = index(&[file("a-b", ""), file("a/b", ""), file("a.b", ""), file("a/a/z", ""), file("B", "")]);
    assert_eq!(
        lines(&index),
        ["- B 0", "d a implied", "d a/a implied", "- a/a/z 0", "- a/b 0", "- a-b 0", "- a.b 0"]
    );
}

#[test]
fn keeps_all_bytes_of_names() {
    let names: [&[u8]; 5] =
        [b"caf\xe9", b"new\nline", b"back\\slash", b"\xff\xfe", "\u{202e}gpj.exe".as_bytes()];
    let index = index(&names.map(|it| file(it, "x")));
    let mut paths: Vec<FilePath> = index.entries().map(|it| it.path()).collect();
    let mut expected = names.map(FilePath::clean).to_vec();
    expected.sort();
    paths.sort();
    assert_eq!(paths, expected);
    for path in paths {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
}

#[test]
fn takes_the_last_entry_of_a_path() {
    let index = index(&[
        file("a", "first"),
        directory("d").mode(0o700),
        file("d/x", ""),
        file("a", "2nd"),
        directory("d"),
        symlink("s", "x"),
        file("s", "file"),
    ]);
    assert_eq!(lines(&index), ["- a 3", "d d", "- d/x 0", "- s 4"]);
    assert_eq!(index.find(&"d".parse().unwrap()).unwrap().mode, 0o755);
}

#[test]
fn replaces_directories_by_files_and_the_reverse() {
    let index = index(&[
        file("d/old", ""),
        file("d", "now a file"),
        file("f", "x"),
        directory("f"),
        file("f/in", ""),
        file("g", "x"),
        file("g/in", ""),
        file("h/old", ""),
        symlink("h", "f"),
        directory("h"),
        file("h/new", ""),
    ]);
    assert_eq!(
        lines(&index),
        [
            "- d 10",
            "d f replaces",
            "- f/in 0",
            "d g implied replaces",
            "- g/in 0",
            "d h replaces",
            "- h/new 0"
        ]
    );
}

#[test]
fn follows_symbolic_links_to_directories() {
    let index = index(&[
        symlink("lib", "usr/lib"),
        file("lib/a", "1"),
        symlink("usr/lib/up", "../../x/./y"),
        file("lib/up/b", "22"),
        symlink("abs", "/x"),
        file("abs/y/b", "333"),
        symlink("out", "../../../x"),
        file("out/c", ""),
    ]);
    assert_eq!(
        lines(&index),
        [
            "l abs -> /x",
            "l lib -> usr/lib",
            "l out -> ../../../x",
            "d usr implied",
            "d usr/lib implied",
            "- usr/lib/a 1",
            "l usr/lib/up -> ../../x/./y",
            "d x implied",
            "- x/c 0",
            "d x/y implied",
            "- x/y/b 3",
        ]
    );
}

#[test]
fn finds_the_way_again_when_a_link_changes() {
    let index = index(&[
        symlink("l", "a"),
        file("l/x", "1"),
        symlink("l", "b"),
        file("l/x", "22"),
        directory("l"),
        file("l/x", "333"),
    ]);
    assert_eq!(
        lines(&index),
        ["d a implied", "- a/x 1", "d b implied", "- b/x 2", "d l replaces", "- l/x 3"]
    );
}

#[test]
fn refuses_links_in_a_circle() {
    let layer = archive(&[symlink("a", "b"), symlink("b", "a"), file("a/x", "")]);
    let error = read(&layer).unwrap_err();
    assert!(matches!(error, ReadError::Links { at: 1_024 }), "{error}");
}

#[test]
fn gives_hard_links_what_they_lead_to() {
    let index = index(&[
        file("bin/a", "tool").mode(0o4755).owner(5, 6),
        hard_link("bin/b", "./bin/a"),
        hard_link("c", "/bin/b"),
        symlink("s", "bin/a"),
        hard_link("t", "s"),
        hard_link("below", "not/here"),
        hard_link("below2", "below"),
        hard_link("dir", "bin"),
        file("bin/a", "changed since"),
    ]);
    assert_eq!(
        lines(&index),
        [
            "h below -> not/here",
            "h below2 -> not/here",
            "d bin implied",
            "- bin/a 13",
            "h bin/b -> bin/a 4",
            "h c -> bin/b 4",
            "h dir -> bin",
            "l s -> bin/a",
            "l t -> bin/a",
        ]
    );
    let b = index.find(&"bin/b".parse().unwrap()).unwrap();
    assert_eq!((b.mode, b.uid, b.gid), (0o4755, 5, 6));
}
