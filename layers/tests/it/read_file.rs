//! Single files out of a layer.

use std::io::{self, Write};

use layers::{Content, Copied, Format, Limits, ReadError};

use crate::support::{archive, extended, file, gzip, read, zstd};

fn layer() -> Vec<u8> {
    archive(&[file("a", "one"), file("b", vec![b'x'; 300_000]), file("c", "three"), file("empty", "")])
}

fn content(layer: &[u8], path: &str) -> Content {
    read(layer).unwrap().find(&path.parse().unwrap()).unwrap().content.unwrap()
}

#[test]
fn copies_a_file() {
    for layer in [layer(), gzip(&layer()), zstd(&layer())] {
        for (path, expected) in [("a", &b"one"[..]), ("b", &[b'x'; 300_000]), ("c", b"three"), ("empty", b"")]
        {
            let mut to = Vec::new();
            let content = content(&layer, path);
            let copied =
                layers::read_file(&layer[..], &content, u64::MAX, &Limits::default(), &mut to).unwrap();
            assert_eq!(copied, Copied { bytes: expected.len() as u64, is_cut: false });
            assert_eq!(to, expected);
        }
    }
}

#[test]
fn cuts_where_it_is_told() {
    let (layer, mut to) = (gzip(&layer()), Vec::new());
    let content = content(&layer, "c");
    let copied = layers::read_file(&layer[..], &content, 4, &Limits::default(), &mut to).unwrap();
    assert_eq!((copied, &to[..]), (Copied { bytes: 4, is_cut: true }, &b"thre"[..]));
    let copied = layers::read_file(&layer[..], &content, 5, &Limits::default(), &mut to).unwrap();
    assert!(!copied.is_cut);
}

#[test]
fn reads_no_more_than_it_must() {
    let layer = layer();
    let content = content(&layer, "a");
    let broken_off = &layer[..1_000];
    assert!(layers::read_file(broken_off, &content, 9, &Limits::default(), &mut Vec::new()).is_ok());
}

#[test]
fn refuses_sparse_files() {
    let sparse = file("s", "parts").behind(extended(&[("GNU.sparse.realsize", b"9000")]));
    let layer = archive(&[sparse]);
    let content = content(&layer, "s");
    let error = layers::read_file(&layer[..], &content, 9, &Limits::default(), &mut Vec::new()).unwrap_err();
    assert!(matches!(error, ReadError::Sparse), "{error}");
}

#[test]
fn finds_out_that_the_layer_is_another() {
    let content = content(&layer(), "c");
    let read = |layer: &[u8]| {
        layers::read_file(layer, &content, 9, &Limits::default(), &mut Vec::new()).unwrap_err()
    };
    let mut other = layer();
    other[content.offset as usize] = b'T';
    assert!(matches!(read(&other), ReadError::OtherContent));
    let error = read(&layer()[..content.offset as usize]);
    assert!(matches!(error, ReadError::Truncated { format: Format::Tar, .. }), "{error}");
}

#[test]
fn tells_when_nobody_listens() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let content = content(&layer(), "a");
    let error = layers::read_file(&layer()[..], &content, 9, &Limits::default(), &mut Gone).unwrap_err();
    assert!(matches!(error, ReadError::Target(_)), "{error}");
}
