//! Paths of images, found and put in order.

use layers::ImageTree;
use layers::image::{At, Filter, Order};

use crate::support::{directory, file, image, rows};

fn sample() -> ImageTree {
    image(&[
        &[
            directory("usr/bin"),
            file("usr/bin/env", "12345"),
            file("usr/bin/Bash", "1234567"),
            file("etc/binfmt", "123"),
            file("opt/a\\b", ""),
            file(b"opt/caf\xe9", ""),
        ],
        &[file("usr/bin/env", "1"), file("etc/.wh.binfmt", "")],
    ])
}

fn found(at: At, contains: &str, order: Order) -> Vec<String> {
    let filter = Filter { contains: contains.to_owned(), ..Filter::default() };
    rows(sample().search(at, &filter, order).iter())
}

#[test]
fn finds_parts_of_paths() {
    assert_eq!(
        found(At::image(0), "BIN", Order::Path),
        ["+ - etc/binfmt 3 @0", "+ d usr/bin 12 @0 2/2", "+ - usr/bin/Bash 7 @0", "+ - usr/bin/env 5 @0"]
    );
    assert_eq!(found(At::image(0), "/bin/", Order::Path).len(), 2);
    assert_eq!(found(At::image(0), "r/bin/b", Order::Path), ["+ - usr/bin/Bash 7 @0"]);
    assert_eq!(found(At::image(0), "/etc", Order::Path).len(), 2);
    assert_eq!(found(At::image(0), "nothing", Order::Path), [""; 0]);
    assert_eq!(found(At::image(0), "", Order::Path).len(), 9);
}

#[test]
fn finds_what_texts_stand_for() {
    assert_eq!(found(At::image(0), "caf\\xe9", Order::Path), ["+ - opt/caf\\xe9 0 @0"]);
    assert_eq!(found(At::image(0), "a\\x5cb", Order::Path), ["+ - opt/a\\x5cb 0 @0"]);
    assert_eq!(found(At::image(0), "a\\b", Order::Path), ["+ - opt/a\\x5cb 0 @0"]);
}

#[test]
fn puts_them_in_order_of_size() {
    assert_eq!(
        found(At::image(0), "bin", Order::Largest),
        ["+ d usr/bin 12 @0 2/2", "+ - usr/bin/Bash 7 @0", "+ - usr/bin/env 5 @0", "+ - etc/binfmt 3 @0"]
    );
    assert_eq!(found(At::image(0), "bin", Order::Smallest)[0], "+ - etc/binfmt 3 @0");
}

#[test]
fn tells_what_a_layer_did_and_pages_of_it() {
    let tree = sample();
    let filter = Filter { contains: String::new(), only_changed: true };
    let search = tree.search(At::layer(1), &filter, Order::Path);
    assert_eq!(rows(search.iter()), ["x - etc/binfmt 3 @1", "~ - usr/bin/env 1 @1"]);
    assert_eq!((search.len(), search.is_empty()), (2, false));
    assert_eq!(rows(search.rows(1..9)), ["~ - usr/bin/env 1 @1"]);
    assert_eq!(rows(search.rows(5..9)), [""; 0]);
}
