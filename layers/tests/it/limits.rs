//! Layers that want more than they get.

use layers::{Limits, ReadError};

use crate::support::{archive, extended, file, gzip, symlink};

fn read(bytes: &[u8], limits: Limits) -> ReadError {
    layers::read(bytes, &limits).unwrap_err()
}

#[test]
fn stops_at_many_bytes() {
    let layer = gzip(&archive(&[file("a", vec![0; 100_000])]));
    let error = read(&layer, Limits { unpacked: 50_000, ..Limits::default() });
    assert!(matches!(error, ReadError::TooLarge { limit: 50_000 }), "{error}");
    // What is behind the end counts as well.
    let layer = gzip(&[archive(&[]), vec![0; 100_000]].concat());
    let error = read(&layer, Limits { unpacked: 50_000, ..Limits::default() });
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}

#[test]
fn stops_at_many_files() {
    let files: Vec<_> = (0..30_000).map(|it| file(format!("a directory/of many/{it}"), "")).collect();
    let limits = Limits { index: 2 << 20, ..Limits::default() };
    let error = read(&archive(&files), limits);
    let ReadError::TooManyFiles { entries, limit: 2_097_152 } = error else { panic!("{error}") };
    assert!((15_000..25_000).contains(&entries), "{entries}");
}

#[test]
fn stops_at_long_paths() {
    let long = vec![b'x'; 40_000];
    for entry in [file(&long, ""), symlink("s", &long), file("a", "").behind(extended(&[("path", &long)]))] {
        let error = read(&archive(&[file("first", ""), entry]), Limits::default());
        let is_it = matches!(error, ReadError::PathTooLong { length: 40_000, limit: 32_768, at: 512 });
        assert!(is_it, "{error}");
    }
    // This is as long as Linux can open, and then some.
    let long = ["x".repeat(4_000), "y".repeat(4_000)].join("/");
    let index = layers::read(&archive(&[file(&long, "")])[..], &Limits::default()).unwrap();
    assert_eq!(index.entries().last().unwrap().path().to_string(), long);
}

#[test]
fn stops_at_long_headers() {
    let long = vec![b'x'; 2 << 20];
    for entry in [file(&long, ""), file("a", "").behind(extended(&[("comment", &long)]))] {
        let error = read(&archive(&[entry]), Limits::default());
        let is_it = matches!(error, ReadError::HeaderTooLong { limit: 1_048_576, at: 0, .. });
        assert!(is_it, "{error}");
    }
}

#[test]
fn stops_at_deep_directories() {
    let deep = "d/".repeat(3_000) + "x";
    let error = read(&archive(&[file(&deep, "")]), Limits::default());
    assert!(matches!(error, ReadError::TooDeep { limit: 2_048, at: 0 }), "{error}");
}

#[test]
fn stops_at_many_links() {
    let mut entries = vec![symlink("a", "./x/".repeat(100))];
    entries.extend((0..2_000).map(|it| file(format!("a/{it}/y"), "")));
    let error = read(&archive(&entries), Limits { link_steps: 50_000, ..Limits::default() });
    assert!(matches!(error, ReadError::Links { .. }), "{error}");
    assert!(layers::read(&archive(&entries)[..], &Limits::default()).is_ok());
}
