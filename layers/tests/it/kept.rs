//! Indices as they are kept.

use layers::{DecodeError, LayerIndex};

use crate::support::{Raw, directory, file, hard_link, index, symlink};

/// An index of entries by chance, which meet each other in all ways.
fn by_chance(random: &mut fastrand::Rng) -> LayerIndex {
    let name = |random: &mut fastrand::Rng| match random.u8(0..12) {
        0 => ".wh.a".to_owned(),
        1 => ".wh..wh..opq".to_owned(),
        2 => "\u{202e}<b>\n".to_owned(),
        it => char::from(b'a' + it % 5).to_string(),
    };
    let path = |random: &mut fastrand::Rng| {
        let parts: Vec<_> = (0..random.usize(1..5)).map(|_| name(random)).collect();
        parts.join("/")
    };
    let entry = |random: &mut fastrand::Rng| -> Raw {
        let path_here = path(random);
        let it = match random.u8(0..8) {
            0 => directory(path_here),
            // Few, so that they do not lead in circles.
            1 => symlink(path_here, "../x/y"),
            2 => hard_link(path_here, path(random)),
            3 => Raw::new(b'6', path_here),
            _ => file(path_here, vec![random.u8(..); random.usize(0..2_000)]),
        };
        it.mode(random.u32(0..0o10_000))
            .owner(random.u64(0..3), random.u64(0..1 << 33))
            .modified(random.u64(0..1 << 35))
    };
    let entries: Vec<_> = (0..random.usize(0..60)).map(|_| entry(random)).collect();
    index(&entries)
}

#[test]
fn comes_back_as_it_was() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..300 {
        let index = by_chance(&mut random);
        let bytes = index.encode();
        let back = LayerIndex::decode(&bytes).unwrap();
        assert_eq!(back, index);
        assert_eq!((back.n_entries(), back.unpacked()), (index.n_entries(), index.unpacked()));
        assert_eq!(back.encode(), bytes);
    }
}

#[test]
fn comes_back_with_a_hundred_thousand_files() {
    let files: Vec<_> =
        (0..100_000).map(|it| file(format!("usr/share/{}/file-{it}", it / 100), "")).collect();
    let index = index(&files);
    let bytes = index.encode();
    assert!(bytes.len() < 2_000_000, "{}", bytes.len());
    assert_eq!(LayerIndex::decode(&bytes).unwrap(), index);
}

#[test]
fn is_not_taken_for_what_it_is_not() {
    let mut random = fastrand::Rng::with_seed(8);
    let bytes = by_chance(&mut random).encode();
    assert!(matches!(LayerIndex::decode(&[]), Err(DecodeError::Damaged)));
    assert!(matches!(LayerIndex::decode(&[9, 1, 2]), Err(DecodeError::Version(9))));
    for length in 1..bytes.len() {
        assert!(matches!(LayerIndex::decode(&bytes[..length]), Err(DecodeError::Damaged)), "{length}");
    }
    for at in 1..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << random.u8(0..8);
        // A bit that means nothing may be another; nothing else is.
        if let Ok(index) = LayerIndex::decode(&damaged) {
            assert_eq!(index, LayerIndex::decode(&bytes).unwrap());
        }
    }
}
