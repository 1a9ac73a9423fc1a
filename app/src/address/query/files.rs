//! The state of the files of an image.

use form_urlencoded::parse;

use super::{ImageQuery, ImageView, page, text};

/// Which files of an image are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesQuery {
    /// The platform of the image, as in [`ImageQuery`].
    pub platform: String,
    /// The number of the layer after which the image is shown, from 1; 0 for the last.
    pub layer: usize,
    /// Whether only what that layer does is shown.
    pub only: bool,
    /// The directory that is shown, as its path from the root; empty for the root.
    pub path: String,
    /// What the paths of the files contain that are shown, wherever they are; empty for those of the directory.
    pub q: String,
    /// Whether the largest come first, and not the first by name.
    pub by_size: bool,
    /// The page of the list, from 1; 0 for the first.
    pub page: usize,
    /// The file whose content is shown, as its path from the root; empty for none.
    pub file: String,
}

impl FilesQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        let mut it = Self { platform: ImageQuery::parse(query).platform, ..Self::default() };
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("layer", number) => it.layer = number.parse().unwrap_or_default(),
                ("of", "layer") => it.only = true,
                ("path", path) => path.trim_matches('/').clone_into(&mut it.path),
                ("q", words) => words.trim().clone_into(&mut it.q),
                ("sort", "size") => it.by_size = true,
                ("page", number) => it.page = number.parse().unwrap_or_default(),
                ("file", path) => path.trim_matches('/').clone_into(&mut it.file),
                _ => {}
            }
        }
        it
    }

    /// The query with its question mark.
    pub fn to_text(&self) -> String {
        let layer = if self.layer > 0 { self.layer.to_string() } else { String::new() };
        text(&[
            ("platform", &self.platform),
            ("view", ImageView::Files.name()),
            ("layer", &layer),
            ("of", if self.only { "layer" } else { "" }),
            ("path", &self.path),
            ("q", &self.q),
            ("sort", if self.by_size { "size" } else { "" }),
            ("page", &page(self.page)),
            ("file", &self.file),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in [
            "?view=files",
            "?platform=linux%2Farm64&view=files&layer=3&of=layer&path=usr%2Flib&q=so&sort=size&page=2",
            "?view=files&file=etc%2Fos-release",
        ] {
            assert_eq!(FilesQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }

    #[test]
    fn slashes_around_paths_mean_nothing() {
        assert_eq!(FilesQuery::parse("view=files&path=/usr/lib/").path, "usr/lib");
    }
}
