//! What must hold for whatever strangers send: one function a parser, each of which panics where something does not.
//!
//! `make fuzz` makes up inputs for them by the million; the tests give them those that are kept.

mod layer;
mod layer_index;

pub use layer::layer;
pub use layer_index::layer_index;

#[cfg(test)]
mod tests {
    use testbed::kept_inputs::replay;

    #[test]
    fn layer() {
        replay("layer", super::layer);
    }

    #[test]
    fn layer_index() {
        replay("layer_index", super::layer_index);
    }
}
