//! Layers and images as lines of text: what `ls -l` begins with, the path, and what is to be said of it.

use layers::image::{Change, Row};
use layers::{Entry, Kind, LayerIndex};

/// An index: `- usr/bin/env 5`, `d usr implied`, `l lib -> usr/lib`, `w gone`.
pub(crate) fn lines(index: &LayerIndex) -> Vec<String> {
    index.entries().map(|it| line(&it)).collect()
}

fn line(entry: &Entry<'_>) -> String {
    let mut line = format!("{} {}", letter(entry.kind), entry.path());
    if let Some(link) = entry.link {
        line += &format!(" -> {}", String::from_utf8_lossy(link));
    }
    if entry.content.is_some() {
        line += &format!(" {}", entry.size);
    }
    let marks = [(entry.is_implied, "implied"), (entry.is_opaque, "opaque"), (entry.replaces, "replaces")];
    for (_, mark) in marks.iter().filter(|(is, _)| *is) {
        line += &format!(" {mark}");
    }
    line
}

/// Rows of an image: `+ - usr/bin/env 5 @1` for what layer 1 added; `~` is changed, `x` removed.
pub(crate) fn rows(rows: impl IntoIterator<Item = Row>) -> Vec<String> {
    rows.into_iter().map(|it| row(&it)).collect()
}

fn row(row: &Row) -> String {
    let change = match row.change {
        Change::Added => '+',
        Change::Changed => '~',
        Change::Removed => 'x',
        Change::Unchanged => '=',
    };
    let mut line = format!("{change} {} {}", letter(row.kind), row.path);
    if let Some(link) = &row.link {
        line += &format!(" -> {link}");
    }
    line += &format!(" {} @{}", row.size, row.layer);
    if row.n_below > 0 {
        line += &format!(" {}/{}", row.n_changed_below, row.n_below);
    }
    line
}

pub(crate) fn letter(kind: Kind) -> char {
    match kind {
        Kind::File => '-',
        Kind::Directory => 'd',
        Kind::Symlink => 'l',
        Kind::HardLink => 'h',
        Kind::CharDevice => 'c',
        Kind::BlockDevice => 'b',
        Kind::Fifo => 'p',
        Kind::Whiteout => 'w',
    }
}
