use tar::Header;

use super::layer_index::survives_keeping;
use crate::image::{At, Filter, Order, difference};
use crate::path::FilePath;
use crate::{ImageTree, Kind, LayerIndex, Limits, read, read_file};

/// The input is a layer as it is, and, cut in the middle, two archives whose checksums are put right.
pub fn layer(input: &[u8]) {
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    if let Ok(index) = read(input, &limits) {
        holds(&index, input, &limits);
    }
    let archive = with_checksums(input);
    let middle = archive.len() / 2 / 512 * 512;
    let layers = [&archive[..], &archive[..middle], &archive[middle..]];
    let indices: Vec<_> = layers.iter().filter_map(|it| Some((read(*it, &limits).ok()?, *it))).collect();
    for (index, layer) in &indices {
        holds(index, layer, &limits);
    }
    image_holds(&indices.iter().map(|(index, _)| index).collect::<Vec<_>>());
}

/// Every block is taken for a header, because nobody guesses checksums.
fn with_checksums(input: &[u8]) -> Vec<u8> {
    let mut archive = input.to_vec();
    let (blocks, _) = archive.as_chunks_mut::<512>();
    for block in blocks.iter_mut().filter(|it| it.iter().any(|it| *it != 0)) {
        let mut header = Header::from_byte_slice(block).clone();
        header.set_cksum();
        *block = *header.as_bytes();
    }
    archive
}

fn holds(index: &LayerIndex, layer: &[u8], limits: &Limits) {
    survives_keeping(index);
    let mut before: Vec<Vec<u8>> = Vec::new();
    for entry in index.entries() {
        let path = entry.path();
        assert_eq!(FilePath::clean(path.as_bytes()), path);
        assert_eq!(path.to_string().parse().as_ref(), Ok(&path));
        assert_eq!(path.name(), entry.name);
        // Each directory stands right before what lies in it.
        let parts: Vec<_> = path.parts().map(<[u8]>::to_vec).collect();
        assert!(before < parts, "{path}");
        assert!(parts.len() <= before.len() + 1, "{path}");
        before = parts;
        if entry.kind == Kind::File {
            let content = entry.content.expect("a file has a content");
            let copied = read_file(layer, &content, u64::MAX, limits, &mut Vec::new());
            assert_eq!(copied.is_ok(), !content.is_sparse, "{path}: {copied:?}");
        }
    }
}

/// What an image tells of itself fits together.
fn image_holds(layers: &[&LayerIndex]) {
    let tree = ImageTree::of(layers);
    let efficiency = tree.efficiency();
    assert!(efficiency.minimum <= efficiency.stored);
    assert!(difference(&tree, &tree, Order::Path).is_empty());
    for layer in 0..layers.len() {
        for at in [At::image(layer), At::layer(layer)] {
            let all = tree.search(at, &Filter::default(), Order::Path);
            let root = tree.find(&FilePath::default(), at).expect("the root is there");
            assert_eq!(root.n_below as usize, all.len());
            let listed = tree.directory(&FilePath::default(), at).expect("the root is a directory");
            let sum: u32 = listed.iter().map(|it| it.n_below + 1).sum();
            assert_eq!(sum as usize, all.len());
            for row in all.iter() {
                assert_eq!(tree.find(&row.path, at).as_ref(), Some(&row));
            }
        }
    }
    let wasted = tree.wasted();
    assert_eq!(
        wasted.rows(0..wasted.len()).iter().map(|it| it.bytes).fold(0, u64::saturating_add),
        wasted.bytes()
    );
}
