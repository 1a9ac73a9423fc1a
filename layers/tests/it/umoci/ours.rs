//! What is read of an image, as lines of text.

use layers::image::{At, Filter, Order, Row};
use layers::{FilePath, ImageTree, Kind, Limits};

use super::Layer;
use super::unpacked::is_root;
use crate::support::letter;

/// All that is in an image of layers, in order.
pub(super) fn lines(layers: &[Layer]) -> Vec<String> {
    let indices: Vec<_> = layers.iter().map(Layer::index).collect();
    let tree = ImageTree::of(&indices.iter().collect::<Vec<_>>());
    let all = tree.search(At::image(layers.len() - 1), &Filter::default(), Order::Path);
    all.iter().map(|it| of_row(layers, &it)).collect()
}

fn of_row(layers: &[Layer], row: &Row) -> String {
    let content = match (&row.place, &row.link) {
        (Some(place), _) => {
            let mut bytes = Vec::new();
            let layer = &layers[place.layer].bytes[..];
            layers::read_file(layer, &place.content, u64::MAX, &Limits::default(), &mut bytes).unwrap();
            content(row.size, if is_root() { &bytes } else { &[] })
        }
        (None, Some(link)) => link.to_string(),
        (None, None) => String::new(),
    };
    // Hard links are files like those that they lead to.
    let letter = letter(if row.kind == Kind::HardLink { Kind::File } else { row.kind });
    line(letter, &row.path, row.mode, (row.uid, row.gid), row.modified, &content)
}

/// The size of a file, and how it begins.
pub(super) fn content(size: u64, bytes: &[u8]) -> String {
    format!("{size} {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]))
}

pub(super) fn line(
    letter: char,
    path: &FilePath,
    mode: u32,
    (uid, gid): (u32, u32),
    modified: i64,
    content: &str,
) -> String {
    let owner = if is_root() { format!("{uid}:{gid}") } else { String::new() };
    // Directories are modified by what is put into them, and not all by an entry.
    let modified = if letter == 'd' { String::new() } else { modified.to_string() };
    let path = path.to_string();
    format!("{letter} {path:?} {mode:o} {owner} {modified} {content}")
}
