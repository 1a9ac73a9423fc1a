//! All that an entry can be told by.

use layers::{Format, Kind, ReadError};

use crate::support::{Raw, archive, directory, extended, file, hard_link, index, lines, read, symlink};

#[test]
fn tells_what_headers_tell() {
    let index = index(&[
        file("su", "x").mode(0o104_755).owner(1, 2).modified(5),
        Raw::new(b'6', "pipe").mode(0o600),
        Raw::new(b'3', "null").mode(0o666),
        Raw::new(b'4', "disk"),
        directory("tmp/").mode(0o1777),
        symlink("l", "../there//x/"),
    ]);
    assert_eq!(lines(&index), ["b disk", "l l -> ../there//x/", "c null", "p pipe", "- su 1", "d tmp"]);
    let su = index.entries().find(|it| it.name == b"su").unwrap();
    assert_eq!((su.kind, su.mode, su.uid, su.gid, su.modified), (Kind::File, 0o4755, 1, 2, 5));
    assert_eq!(index.find(&"tmp".parse().unwrap()).unwrap().mode, 0o1777);
    assert!(index.find(&"tmp/x".parse().unwrap()).is_none());
}

#[test]
fn tells_contents_apart_by_their_hash() {
    let index = index(&[file("a", "one"), file("b", "one"), file("c", "two")]);
    let hashes: Vec<_> = index.entries().map(|it| it.content.unwrap().hash).collect();
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], hashes[2]);
}

#[test]
fn takes_extended_headers_before_others() {
    let records: [(&str, &[u8]); 7] = [
        ("path", b"long/path"),
        ("size", b"3"),
        ("uid", b"3000000000"),
        ("gid", b"99999999999"),
        ("mtime", b"-1.5"),
        ("SCHILY.xattr.security.capability", b"\x01\0\0\x02\n=\xff"),
        ("comment", b""),
    ];
    let index =
        index(&[file("short", "abc").header(|it| it.set_size(0)).behind(extended(&records)), file("b", "")]);
    assert_eq!(lines(&index), ["- b 0", "d long implied", "- long/path 3"]);
    let entry = index.find(&"long/path".parse().unwrap()).unwrap();
    assert_eq!((entry.uid, entry.gid, entry.modified), (3_000_000_000, u32::MAX, -2));
}

#[test]
fn reads_long_names_of_both_kinds() {
    let long = "d/".repeat(150) + "end";
    let gnu = index(&[symlink(&long, &long)]);
    let pax = index(&[
        symlink("x", "y").behind(extended(&[("path", long.as_bytes()), ("linkpath", long.as_bytes())]))
    ]);
    assert_eq!(lines(&gnu), lines(&pax));
    assert_eq!(lines(&gnu).last(), Some(&format!("l {long} -> {long}")));
}

#[test]
fn reads_the_prefix_of_posix() {
    let mut header = tar::Header::new_ustar();
    header.set_path("p/".repeat(60) + "name").unwrap();
    let raw = file("x", "").header(|it| *it = header);
    assert_eq!(lines(&index(&[raw])).last(), Some(&format!("- {}name 0", "p/".repeat(60))));
}

#[test]
fn passes_over_what_is_for_others() {
    let long = extended(&[("path", b"all/the/same")]).header(|it| it.as_old_mut().linkflag = [b'g']);
    let index = index(&[long, Raw::new(b'V', "label"), Raw::new(b'M', "part").content("x"), file("a", "1")]);
    assert_eq!(lines(&index), ["- a 1"]);
}

#[test]
fn takes_what_nobody_knows_for_files() {
    let index =
        index(&[Raw::new(b'7', "a").content("x"), Raw::new(b'Z', "b").content("xy"), Raw::new(0, "c/")]);
    assert_eq!(lines(&index), ["- a 1", "- b 2", "d c"]);
}

#[test]
fn gives_no_content_to_what_has_none() {
    let sized = |it: Raw| it.header(|it| it.set_size(5_000));
    let index = index(&[
        sized(directory("d")),
        sized(symlink("l", "x")),
        sized(hard_link("h", "below")),
        sized(Raw::new(b'6', "p")),
        file("z", "1"),
    ]);
    assert_eq!(lines(&index), ["d d", "h h -> below", "l l -> x", "p p", "- z 1"]);
}

#[test]
fn knows_sparse_files() {
    let old = Raw::new(b'S', "old").content("stored").header(|it| {
        let gnu = it.as_gnu_mut().unwrap();
        gnu.set_real_size(1 << 40);
    });
    let mut parts = Raw::new(b'S', "parts").content("stored");
    parts = parts.header(|it| {
        let gnu = it.as_gnu_mut().unwrap();
        gnu.set_real_size(9_999);
        gnu.set_is_extended(true);
    });
    // Two blocks of further parts come between the header and the content.
    let mut bytes = parts.bytes();
    let mut more = [0; 1_024];
    more[504] = 1;
    bytes.splice(512..512, more);
    let new = file("x", "map and parts").behind(extended(&[
        ("GNU.sparse.major", b"1"),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"new"),
        ("GNU.sparse.realsize", b"123456"),
    ]));
    let layer = [old.bytes(), bytes, archive(&[new, file("z", "1")])].concat();
    let index = read(&layer).unwrap();
    assert_eq!(lines(&index), ["- new 123456", "- old 1099511627776", "- parts 9999", "- z 1"]);
    let is_sparse: Vec<_> = index.entries().map(|it| it.content.unwrap().is_sparse).collect();
    assert_eq!(is_sparse, [true, true, true, false]);
}

#[test]
fn reads_numbers_in_bytes() {
    let index = index(&[file("a", "x").header(|it| {
        it.as_old_mut().mtime = [0xff, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xfe];
        it.as_old_mut().uid = [0x80, 0, 0, 0, 0, 1, 0, 0];
        it.as_old_mut().size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    })]);
    let entry = index.entries().next().unwrap();
    assert_eq!((entry.modified, entry.uid, entry.size), (-2, 65_536, 1));
}

#[test]
fn takes_signed_checksums() {
    let mut bytes = archive(&[file("caf\u{e9}", "")]);
    let sum: i64 = (0..512)
        .map(|it| if (148..156).contains(&it) { 32 } else { i64::from(bytes[it].cast_signed()) })
        .sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(lines(&read(&bytes).unwrap()), ["- caf\u{e9} 0"]);
}

#[test]
fn tells_what_is_wrong_and_where() {
    let first = file("a", "one").bytes();
    let damaged = |bytes: Vec<u8>| {
        let layer = [first.clone(), bytes, vec![0; 1_024]].concat();
        match read(&layer).unwrap_err() {
            ReadError::Damaged { format: Format::Tar, at, why } => (at, why),
            error => panic!("{error}"),
        }
    };
    let mut wrong = file("b", "").bytes();
    wrong[0] = b'c';
    assert_eq!(damaged(wrong), (1_024, "the checksum of a header is wrong"));
    let with = |field: fn(&mut tar::Header)| damaged(file("b", "").header(field).bytes());
    assert_eq!(with(|it| it.as_old_mut().size = *b"12x45678901\0"), (1_024, "a size is no number"));
    assert_eq!(with(|it| it.as_old_mut().size = [0xff; 12]), (1_024, "a size is no number"));
    assert_eq!(with(|it| it.as_old_mut().size = [0xbf; 12]), (1_024, "a size is no number"));
    assert_eq!(with(|it| it.as_old_mut().mode = *b"rwxr-xr-"), (1_024, "a mode is no number"));
    assert_eq!(with(|it| it.as_old_mut().mtime = [b'9'; 12]), (1_024, "a time is no number"));
    let zero = [vec![0; 512], file("b", "").bytes()].concat();
    assert_eq!(damaged(zero), (1_024, "a block of zeros stands alone"));
    assert_eq!(damaged(file("./", "x").bytes()), (1_024, "the root is no directory"));
    let attribute = |records: &[(&str, &[u8])]| damaged(file("b", "").behind(extended(records)).bytes());
    assert_eq!(attribute(&[("size", b"many")]), (1_024, "an attribute is no number"));
    assert_eq!(attribute(&[("size", b"-5")]), (1_024, "a size is below zero"));
    assert_eq!(attribute(&[("path", b"a\0b")]), (1_024, "a path holds a zero"));
    let record = Raw::new(b'x', "x").content("99 path=a\n");
    assert_eq!(damaged(file("b", "").behind(record).bytes()), (1_024, "an attribute has a wrong length"));
}

#[test]
fn believes_no_size() {
    let layer = [file("a", "x").header(|it| it.set_size(1 << 62)).bytes(), vec![0; 4_096]].concat();
    let error = read(&layer).unwrap_err();
    assert!(matches!(error, ReadError::Truncated { format: Format::Tar, .. }), "{error}");
}
