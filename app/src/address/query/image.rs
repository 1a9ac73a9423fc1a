//! The state of an image's page.

use form_urlencoded::parse;

use super::{page, text};

/// What is shown of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageView {
    /// The layers.
    #[default]
    Layers,
    /// The steps that made it, as a Dockerfile.
    Dockerfile,
    /// How a container is run, labels, annotations.
    Config,
    /// The manifest as JSON.
    Manifest,
    /// The files of its layers; see [`FilesQuery`](super::FilesQuery).
    Files,
    /// Signatures, SBOMs and the like that refer to it.
    Referrers,
}

impl ImageView {
    /// All of them.
    const ALL: [Self; 6] =
        [Self::Layers, Self::Dockerfile, Self::Config, Self::Manifest, Self::Files, Self::Referrers];

    /// The value of `view` in a query; empty for the view that is shown without one.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Layers => "",
            Self::Dockerfile => "dockerfile",
            Self::Config => "config",
            Self::Manifest => "manifest",
            Self::Files => "files",
            Self::Referrers => "referrers",
        }
    }
}

/// The state of an image's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageQuery {
    /// The platform chosen: `linux/arm64`, or the digest of its manifest.
    pub platform: String,
    /// What is shown of it.
    pub view: ImageView,
    /// Which of the packages of an SBOM are shown; all where it is empty.
    pub q: String,
    /// Which page of them, from 1; 0 stands for the first as well.
    pub page: usize,
}

impl ImageQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        let mut it = Self::default();
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("platform", platform) => platform.trim().clone_into(&mut it.platform),
                ("view", name) => {
                    it.view = ImageView::ALL.into_iter().find(|it| it.name() == name).unwrap_or_default();
                }
                ("q", text) => text.trim().clone_into(&mut it.q),
                ("page", number) => it.page = number.parse().unwrap_or_default(),
                _ => {}
            }
        }
        it
    }

    /// The query with its question mark; empty for the defaults.
    pub fn to_text(&self) -> String {
        let page = page(self.page);
        text(&[("platform", &self.platform), ("view", self.view.name()), ("q", &self.q), ("page", &page)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in [
            "",
            "?platform=linux%2Farm64&view=config",
            "?view=dockerfile",
            "?view=referrers",
            "?q=zlib&page=2",
        ] {
            assert_eq!(ImageQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }
}
