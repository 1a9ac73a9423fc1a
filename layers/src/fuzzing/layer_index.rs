use crate::LayerIndex;
use crate::image::{At, Filter, Order};
use crate::{ImageTree, index};

/// The input is an index that was kept, and what is in one before it is packed.
pub fn layer_index(input: &[u8]) {
    for index in [LayerIndex::decode(input), index::decode_unpacked(input)].into_iter().flatten() {
        survives_keeping(&index);
        let tree = ImageTree::of(&[&index]);
        assert!(tree.search(At::image(0), &Filter::default(), Order::Largest).len() <= index.n_entries());
    }
}

/// What is kept comes back.
pub(super) fn survives_keeping(index: &LayerIndex) {
    let bytes = index.encode();
    let back = LayerIndex::decode(&bytes).expect("what was kept can be read");
    assert_eq!(&back, index);
    assert_eq!(back.encode(), bytes);
}
