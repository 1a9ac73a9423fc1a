//! The state of a page, all of which is in its query.

mod catalog;
mod compare;
mod files;
mod image;
mod tags;

use form_urlencoded::Serializer;

pub use catalog::{CatalogQuery, CatalogView};
pub use compare::CompareQuery;
pub use files::FilesQuery;
pub use image::{ImageQuery, ImageView};
pub use tags::TagsQuery;

fn page(number: usize) -> String {
    if number > 1 { number.to_string() } else { String::new() }
}

fn text(pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}
