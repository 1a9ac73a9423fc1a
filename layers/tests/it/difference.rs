//! In what the files of two images differ.

use layers::image::{Change, Differing, Order, Sum, difference};

use crate::support::{Raw, directory, file, image, symlink};

fn line(it: &Differing) -> String {
    let change = match it.change {
        Change::Added => '+',
        Change::Removed => 'x',
        _ => '~',
    };
    format!("{change} {} {:+}", it.path, it.bytes)
}

#[test]
fn tells_each_path() {
    let common: &[Raw] =
        &[directory("etc"), file("etc/same", "1"), file("etc/larger", "1"), file("etc/other", "abc")];
    let a = image(&[
        common,
        &[file("only/a/x", "12345"), file("kind", "12"), file("mode", ""), symlink("l", "a")],
    ]);
    let b = image(&[
        common,
        &[
            file("etc/larger", "12345678"),
            file("etc/other", "abd"),
            file("etc/new", "12"),
            directory("kind"),
            file("kind/x", "1"),
            file("mode", "").mode(0o600).modified(1),
            symlink("l", "b"),
            file("etc/same", "1").modified(7),
        ],
    ]);
    let difference = difference(&a, &b, Order::Path);
    assert_eq!(
        difference.rows(0..99).iter().map(line).collect::<Vec<_>>(),
        [
            "~ etc/larger +7",
            "+ etc/new +2",
            "~ etc/other +0",
            "~ kind -2",
            "+ kind/x +1",
            "~ l +0",
            "~ mode +0",
            "x only +0",
            "x only/a +0",
            "x only/a/x -5"
        ]
    );
    assert_eq!(difference.len(), 10);
    assert_eq!(difference.added, Sum { n: 2, bytes: 3 });
    assert_eq!(difference.removed, Sum { n: 3, bytes: -5 });
    assert_eq!(difference.changed, Sum { n: 5, bytes: 5 });
    let row = &difference.rows(6..7)[0];
    assert_eq!((row.a.as_ref().unwrap().mode, row.b.as_ref().unwrap().mode), (0o644, 0o600));
}

#[test]
fn puts_what_matters_most_first() {
    let a = image(&[&[file("a", "12345"), file("b", "1")]]);
    let b = image(&[&[file("b", ""), file("c", "123")]]);
    let lines = |order| difference(&a, &b, order).rows(0..9).iter().map(line).collect::<Vec<_>>();
    assert_eq!(lines(Order::Largest), ["x a -5", "+ c +3", "~ b -1"]);
    assert_eq!(lines(Order::Smallest), ["~ b -1", "+ c +3", "x a -5"]);
}

#[test]
fn finds_nothing_in_the_same_image() {
    // Layers differ, files do not.
    let a = image(&[&[file("d/a", "1"), file("gone", "")], &[file(".wh.gone", "")]]);
    let b = image(&[&[directory("d"), file("d/a", "1")]]);
    assert!(difference(&a, &b, Order::Path).is_empty());
    assert_eq!(difference(&a, &image(&[]), Order::Path).removed.n, 3);
    assert!(difference(&image(&[]), &image(&[]), Order::Path).is_empty());
}
