//! Parts of an image as files, byte for byte as the registry holds them.

use engine::PlatformImage;
use form_urlencoded::Serializer;
use layers::FilePath;
use leptos::prelude::*;
use registry::RepositoryName;

use crate::base_path::under;
use crate::components::icon::{Icon, IconName};
use crate::components::reader::locale;

/// What can be saved as a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Manifest,
    Config,
}

/// Where a part of the image with a tag or digest is found.
pub(super) fn address(part: Part, registry: &str, repository: &RepositoryName, reference: &str) -> String {
    let path = match part {
        Part::Manifest => "/api/v1/image/manifest?",
        Part::Config => "/api/v1/image/config?",
    };
    Serializer::new(under(path))
        .append_pair("registry", registry)
        .append_pair("repository", repository.as_str())
        .append_pair("reference", reference)
        .finish()
}

/// Where a file of an image is found, as it is after the layer of a number; after the last for 0.
pub(super) fn file_address(image: &PlatformImage, layer: usize, path: &FilePath) -> String {
    let mut query = Serializer::new(under("/api/v1/image/file?"));
    query
        .append_pair("registry", &image.registry)
        .append_pair("repository", image.repository.as_str())
        .append_pair("reference", &image.reference.to_string())
        .append_pair("path", &path.to_string());
    if !image.platform.is_empty() {
        query.append_pair("platform", &image.platform);
    }
    if layer > 0 {
        query.append_pair("layer", &layer.to_string());
    }
    query.finish()
}

/// Where a blob is found as a file.
pub(super) fn blob_address(registry: &str, repository: &str, digest: &registry::Digest) -> String {
    Serializer::new(under("/api/v1/blob?"))
        .append_pair("registry", registry)
        .append_pair("repository", repository)
        .append_pair("digest", digest.as_str())
        .finish()
}

/// A heading with a link beside it that saves what stands below.
#[component]
pub(super) fn Heading(
    title: &'static str,
    /// Where the file is; absent where there is none.
    href: Option<String>,
) -> impl IntoView {
    let link = href.map(|href| {
        view! {
            <a class="btn small" href=href download>
                <Icon name=IconName::Download />
                {locale().download()}
            </a>
        }
    });
    view! {
        <div class="heading">
            <h2>{title}</h2>
            {link}
        </div>
    }
}
