//! What layers are compressed with, and what is wrong with it.

use std::io::{self, Read};

use layers::{Format, LayerIndex, Limits, ReadError};
use zstd::stream::raw::CParameter;

use crate::support::{archive, file, gzip, lines, read, zstd};

fn plain() -> Vec<u8> {
    archive(&[file("a", "one"), file("b", vec![b'x'; 200_000])])
}

fn assert_is_whole(layer: Result<LayerIndex, ReadError>) {
    let index = layer.unwrap();
    assert_eq!(lines(&index), ["- a 3", "- b 200000"]);
    assert_eq!(index.unpacked(), plain().len() as u64);
}

#[test]
fn knows_the_format_by_its_first_bytes() {
    assert_is_whole(read(&plain()));
    assert_is_whole(read(&gzip(&plain())));
    assert_is_whole(read(&zstd(&plain())));
}

#[test]
fn reads_what_comes_in_single_bytes() {
    struct Slow<'a>(&'a [u8]);
    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let n = to.len().min(1);
            self.0.read(&mut to[..n])
        }
    }
    for layer in [archive(&[file("a", "one")]), gzip(&plain()), zstd(&plain())] {
        assert!(layers::read(Slow(&layer), &Limits::default()).is_ok());
    }
}

#[test]
fn reads_several_members_and_frames() {
    let plain = plain();
    let (a, b) = plain.split_at(100_000);
    assert_is_whole(read(&[gzip(a), gzip(&[]), gzip(b)].concat()));
    assert_is_whole(read(&[zstd(a), zstd(&[]), zstd(b)].concat()));
    // Such frames tell those who know them where the files are.
    let skipped = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"toc"].concat();
    assert_is_whole(read(&[&skipped[..], &zstd(&plain), &skipped].concat()));
}

#[test]
fn takes_zeros_behind_the_end_and_nothing_else() {
    let packed = gzip(&plain());
    assert_is_whole(read(&[&packed[..], &[0; 100_000]].concat()));
    for garbage in [&b"garbage"[..], b"\0\0\0garbage", b"\x1f"] {
        let error = read(&[&packed[..], garbage].concat()).unwrap_err();
        let ReadError::Damaged { format: Format::Gzip, at, why } = error else { panic!("{error}") };
        assert_eq!((at, why), (packed.len() as u64, "there is something behind the end"));
    }
    let error = read(&[&zstd(&plain())[..], b"garbage"].concat()).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { format: Format::Zstd, .. }), "{error}");
}

#[test]
fn reads_all_that_is_there() {
    for layer in [plain(), gzip(&plain()), zstd(&plain())] {
        let long = [layer, Vec::new()].concat();
        let mut rest = &long[..];
        layers::read(&mut rest, &Limits::default()).unwrap();
        assert!(rest.is_empty());
    }
    // What is behind the end of the archive is no part of it.
    let padded = [plain(), vec![7; 5_000]].concat();
    let index = read(&padded).unwrap();
    assert_eq!((index.n_entries(), index.unpacked()), (2, padded.len() as u64));
}

#[test]
fn tells_where_a_layer_breaks_off() {
    let packed = gzip(&plain());
    for length in [3, 12, packed.len() / 2, packed.len() - 5] {
        let error = read(&packed[..length]).unwrap_err();
        let is_it = matches!(error, ReadError::Truncated { format: Format::Gzip, at } if at == length as u64);
        assert!(is_it, "{length}: {error}");
    }
    let packed = zstd(&plain());
    for length in [5, packed.len() / 2, packed.len() - 1] {
        let error = read(&packed[..length]).unwrap_err();
        let is_it = matches!(error, ReadError::Truncated { format: Format::Zstd, at } if at == length as u64);
        assert!(is_it, "{length}: {error}");
    }
    let plain = plain();
    for length in [700, 1_024 + 300, 1_600, 100_000] {
        let error = read(&plain[..length]).unwrap_err();
        let is_it = matches!(error, ReadError::Truncated { format: Format::Tar, at } if at == length as u64);
        assert!(is_it, "{length}: {error}");
    }
    assert_eq!(
        read(&plain[..1_600]).unwrap_err().to_string(),
        "the layer ends too early: tar breaks off at byte 1600"
    );
}

#[test]
fn reads_archives_without_an_end() {
    let plain = plain();
    let without = &plain[..plain.len() - 1_024];
    assert_eq!(read(without).unwrap().n_entries(), 2);
    assert_eq!(read(&plain[..plain.len() - 512]).unwrap().n_entries(), 2);
}

#[test]
fn reads_empty_layers() {
    let empty = archive(&[]);
    for layer in [empty.clone(), gzip(&empty), zstd(&empty), gzip(&[]), zstd(&[]), Vec::new()] {
        let index = read(&layer).unwrap();
        assert_eq!(index.n_entries(), 0);
        assert!(index.root().is_implied);
    }
}

#[test]
fn refuses_what_is_no_layer() {
    let xz = [&[0xfd, b'7', b'z', b'X', b'Z', 0][..], &[1; 600]].concat();
    for bytes in [&b"{\"not\": \"a layer\"}"[..], &xz, &[1]] {
        let error = read(bytes).unwrap_err();
        assert!(matches!(error, ReadError::UnknownFormat), "{error}");
    }
}

#[test]
fn finds_damage() {
    let mut packed = gzip(&plain());
    let middle = packed.len() - 20;
    packed[middle] ^= 0xff;
    let error = read(&packed).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { format: Format::Gzip, .. }), "{error}");
    let mut packed = gzip(&plain());
    let checksum = packed.len() - 8;
    packed[checksum] ^= 0xff;
    let error = read(&packed).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { format: Format::Gzip, .. }), "{error}");
    let mut packed = zstd(&plain());
    packed[4] = 0xff;
    packed[5] = 0xff;
    assert!(read(&packed).is_err());
}

#[test]
fn passes_on_why_nothing_more_comes() {
    struct Broken<'a>(&'a [u8]);
    impl Read for Broken<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            match self.0.read(to)? {
                0 => Err(io::Error::other("the registry hung up")),
                n => Ok(n),
            }
        }
    }
    for layer in [plain(), gzip(&plain()), zstd(&plain())] {
        for length in [0, 1, layer.len() / 2, layer.len()] {
            let error = layers::read(Broken(&layer[..length]), &Limits::default()).unwrap_err();
            let ReadError::Source(error) = error else { panic!("{error}") };
            assert_eq!(error.to_string(), "the registry hung up");
        }
    }
}

#[test]
fn refuses_windows_that_are_too_large() {
    let plain = archive(&[file("a", vec![b'x'; 100_000])]);
    let packed = |window_log| {
        let mut packer = zstd::Encoder::new(Vec::new(), 3).unwrap();
        packer.set_parameter(CParameter::WindowLog(window_log)).unwrap();
        io::copy(&mut &plain[..], &mut packer).unwrap();
        packer.finish().unwrap()
    };
    assert_eq!(read(&packed(25)).unwrap().n_entries(), 1);
    let error = read(&packed(26)).unwrap_err();
    assert!(matches!(error, ReadError::Window { limit: 33_554_432 }), "{error}");
}
