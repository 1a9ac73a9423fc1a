//! The score of dive, on cases that were computed by hand.

use layers::image::Efficiency;

use crate::support::{Raw, directory, file, hard_link, image, symlink};

fn of(layers: &[&[Raw]]) -> Efficiency {
    image(layers).efficiency()
}

fn bytes(n: usize) -> Vec<u8> {
    vec![b'x'; n]
}

#[test]
fn is_one_where_nothing_is_stored_in_vain() {
    assert_eq!(of(&[&[file("a", bytes(10)), symlink("b", "a"), hard_link("c", "a")]]).score(), 1.0);
    assert_eq!(of(&[&[file("empty", "")]]), Efficiency { minimum: 0, stored: 0 });
    assert_eq!(of(&[&[file("empty", "")]]).score(), 1.0);
}

#[test]
fn counts_what_is_stored_twice() {
    // dive's own example: 2,000 of 2,000 + 5,000 bytes of one path, and two paths that are stored once. What removes
    // a directory that no entry names counts nothing.
    let first: &[Raw] = &[file("etc/nginx/nginx.conf", bytes(2_000)), file("etc/nginx/public", bytes(3_000))];
    let second: &[Raw] = &[file("etc/nginx/nginx.conf", bytes(5_000)), file("etc/athing", bytes(10_000))];
    let third: &[Raw] = &[file("etc/.wh.nginx", "")];
    let efficiency = of(&[first, second, third]);
    assert_eq!(efficiency, Efficiency { minimum: 15_000, stored: 20_000 });
    assert_eq!(efficiency.score(), 0.75);
}

#[test]
fn counts_files_that_are_removed() {
    // The whiteout is found with zero at the path of the file: (0 + 30) / (10 + 0 + 30).
    let efficiency = of(&[&[file("gone", bytes(10)), file("kept", bytes(30))], &[file(".wh.gone", "")]]);
    assert_eq!(efficiency, Efficiency { minimum: 30, stored: 40 });
}

#[test]
fn counts_directories_that_are_removed() {
    // All files below are found at the path of the directory as well, which is not where they were found before:
    // (10 + 20 + 30) / (10 + 20 + 30).
    let first: &[Raw] = &[directory("d"), file("d/a", bytes(10)), file("d/e/b", bytes(20))];
    assert_eq!(of(&[first, &[file(".wh.d", "")]]), Efficiency { minimum: 60, stored: 60 });
    // Both the directory and one in it, which something new is put into: d counts all 30 and d/e its 20, besides the
    // files themselves and the new one of 1, of which nothing is found twice.
    let second: &[Raw] = &[file(".wh.d", ""), file("d/.wh.e", ""), file("d/e/c", bytes(1))];
    let nested: &[Raw] =
        &[directory("d"), directory("d/e"), file("d/a", bytes(10)), file("d/e/b", bytes(20))];
    assert_eq!(of(&[nested, second]), Efficiency { minimum: 81, stored: 81 });
    // An empty directory was found before, with zero: (0 + 10) / (0 + 10 + 10), with a file put into it in between.
    let layers: [&[Raw]; 3] =
        [&[directory("d")], &[directory("d"), file("d/a", bytes(10))], &[file(".wh.d", "")]];
    assert_eq!(of(&layers), Efficiency { minimum: 10, stored: 20 });
}

#[test]
fn counts_what_is_put_in_the_place_of_something() {
    // The whiteout counts 10 and the new directory nothing, because something lies in it: 10 for d, of 10; d/a 10 of
    // 10; d/b 5 of 5.
    let first: &[Raw] = &[directory("d"), file("d/a", bytes(10))];
    let second: &[Raw] = &[file(".wh.d", ""), directory("d"), file("d/b", bytes(5))];
    assert_eq!(of(&[first, second]), Efficiency { minimum: 25, stored: 25 });
    // A file counts both as removed and as new: the smallest is zero, all are 10 + 0 + 7.
    let second: &[Raw] = &[file(".wh.f", ""), file("f", bytes(7))];
    assert_eq!(of(&[&[file("f", bytes(10))], second]), Efficiency { minimum: 0, stored: 17 });
}

#[test]
fn passes_over_opaque_directories_and_what_is_not_there() {
    let first: &[Raw] = &[directory("d"), file("d/a", bytes(10))];
    assert_eq!(of(&[first, &[file("d/.wh..wh..opq", "")]]), Efficiency { minimum: 10, stored: 10 });
    let second: &[Raw] = &[file(".wh.not", ""), file("z", bytes(5))];
    assert_eq!(of(&[first, second]), Efficiency { minimum: 15, stored: 15 });
}
