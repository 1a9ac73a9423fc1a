//! What is stored in vain.

use layers::image::Wasted;

use crate::support::{file, hard_link, image, path};

fn wasted(at: &str, layers: &[usize], bytes: u64, is_removed: bool) -> Wasted {
    Wasted { path: path(at), layers: layers.to_vec(), bytes, is_removed }
}

#[test]
fn tells_each_file_with_its_bytes() {
    let tree = image(&[
        &[file("twice", "12345"), file("d/gone", "123"), file("once", "1234567"), file("kind", "12")],
        &[file("twice", "1"), file(".wh.d", ""), file("kind/x", "1")],
        &[file("twice", "22"), hard_link("other", "once")],
    ]);
    let found = tree.wasted();
    assert_eq!(
        found.rows(0..9),
        [
            wasted("twice", &[0, 1, 2], 6, false),
            wasted("d/gone", &[0], 3, true),
            wasted("kind", &[0], 2, true)
        ]
    );
    assert_eq!((found.len(), found.bytes()), (3, 11));
    assert_eq!(found.rows(1..2), [wasted("d/gone", &[0], 3, true)]);
}

#[test]
fn counts_what_is_stored_the_same_again() {
    let tree = image(&[&[file("a", "123")], &[file("a", "123")], &[file(".wh.a", "")], &[file("a", "123")]]);
    assert_eq!(tree.wasted().rows(0..9), [wasted("a", &[0, 1, 3], 6, false)]);
    assert!(image(&[&[file("a", "123")]]).wasted().is_empty());
}
