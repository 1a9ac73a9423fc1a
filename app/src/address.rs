//! The addresses of pages: the URL is the reference.
//!
//! `/{registry}` is a catalog, `/{registry}/{namespace}/` a namespace, `/{registry}/{repository}` the tags, and
//! `/{registry}/{repository}:{tag}` or `…@{digest}` one image. Paste an image reference behind the host and it opens.

pub(crate) mod old;
mod query;
#[cfg(test)]
mod tests;

use form_urlencoded::Serializer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use registry::reference::InvalidReference;
use registry::{Reference, RepositoryName};

use crate::base_path::under;

pub use query::{CatalogQuery, CatalogView, CompareQuery, FilesQuery, ImageQuery, ImageView, TagsQuery};

/// What stands in a path as it is; everything else is percent-encoded.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'.')
    .remove(b'_')
    .remove(b'-')
    .remove(b'+');

/// A page, as its path names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// All registries.
    Registries,
    /// What is found in all registries.
    Search,
    /// Scans and jobs, those that run and those that have ended, and what was done.
    Activity,
    /// What was deleted and can be put back.
    Trash,
    /// Two images side by side.
    Compare,
    /// Choosing what to delete by a rule.
    Cleanup,
    /// Signing in.
    Login,
    /// One's sessions and tokens, and who may do what.
    Settings,
    /// A plan of a deletion.
    Plan {
        /// Its id.
        id: String,
    },
    /// A plan that is carried out, or things that are put back.
    Job {
        /// Its id.
        id: String,
    },
    /// The repositories of a registry.
    Catalog {
        /// The registry's id.
        registry: String,
    },
    /// The repositories of a namespace.
    Namespace {
        /// The registry's id.
        registry: String,
        /// The namespace, without a slash at the end.
        namespace: String,
    },
    /// The tags of a repository.
    Tags {
        /// The registry's id.
        registry: String,
        /// The repository.
        repository: RepositoryName,
    },
    /// One image.
    Image {
        /// The registry's id.
        registry: String,
        /// The repository.
        repository: RepositoryName,
        /// The tag or digest.
        reference: Reference,
    },
}

impl Address {
    /// Reads a path, percent-encoded as the browser sends it, without the path that Stowage is served under.
    pub fn parse(path: &str) -> Result<Self, InvalidReference> {
        let path = percent_decode_str(path).decode_utf8_lossy();
        let path = path.strip_prefix('/').unwrap_or(&path);
        if path.is_empty() {
            return Ok(Self::Registries);
        }
        match path {
            "search" => return Ok(Self::Search),
            "activity" => return Ok(Self::Activity),
            "trash" => return Ok(Self::Trash),
            "compare" => return Ok(Self::Compare),
            "cleanup" => return Ok(Self::Cleanup),
            "login" => return Ok(Self::Login),
            "settings" => return Ok(Self::Settings),
            _ => {}
        }
        match path.split_once('/') {
            Some(("plans", id)) => return Ok(Self::Plan { id: id.to_owned() }),
            Some(("jobs", id)) => return Ok(Self::Job { id: id.to_owned() }),
            _ => {}
        }
        let (registry, rest) = path.split_once('/').unwrap_or((path, ""));
        let registry = registry.to_owned();
        if rest.is_empty() {
            return Ok(Self::Catalog { registry });
        }
        if let Some(namespace) = rest.strip_suffix('/') {
            let namespace = namespace.parse::<RepositoryName>()?.to_string();
            return Ok(Self::Namespace { registry, namespace });
        }
        if let Some((name, digest)) = rest.split_once('@') {
            // `name:tag@digest` names the digest; the tag is only a remark.
            let repository = name.split_once(':').map_or(name, |(name, _)| name).parse()?;
            return Ok(Self::Image { registry, repository, reference: Reference::Digest(digest.parse()?) });
        }
        match rest.split_once(':') {
            Some((name, tag)) => Ok(Self::Image {
                registry,
                repository: name.parse()?,
                reference: Reference::Tag(tag.parse()?),
            }),
            None => Ok(Self::Tags { registry, repository: rest.parse()? }),
        }
    }

    /// Reads an image as one writes it: `localhost:5000/team/webapp:2.14.0`, nothing in it percent-encoded.
    pub fn parse_reference(text: &str) -> Result<Self, InvalidReference> {
        Self::parse(&utf8_percent_encode(text.trim_start_matches('/'), NON_ALPHANUMERIC).to_string())
    }

    /// The registry it is about.
    pub fn registry(&self) -> Option<&str> {
        match self {
            Self::Registries
            | Self::Search
            | Self::Activity
            | Self::Trash
            | Self::Compare
            | Self::Cleanup
            | Self::Login
            | Self::Settings
            | Self::Plan { .. }
            | Self::Job { .. } => None,
            Self::Catalog { registry }
            | Self::Namespace { registry, .. }
            | Self::Tags { registry, .. }
            | Self::Image { registry, .. } => Some(registry),
        }
    }

    /// The path and query of a search.
    pub fn search_for(text: &str) -> String {
        format!("{}?{}", Self::Search.path(), Serializer::new(String::new()).append_pair("q", text).finish())
    }

    /// The reference as one writes it, where an image is meant: `localhost:5000/team/webapp:2.14.0`.
    pub fn reference(&self) -> Option<String> {
        match self {
            Self::Image { registry, repository, reference } => {
                Some(format!("{registry}/{repository}{}{reference}", reference.separator()))
            }
            _ => None,
        }
    }

    /// The path as a browser asks for it, percent-encoded, without a query.
    pub fn path(&self) -> String {
        under(&self.route())
    }

    /// The path as [`Self::parse`] reads it.
    fn route(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, PATH).to_string();
        // The registry's id is one part of the path, whatever is in it.
        let registry = |id: &str| encode(id).replace('/', "%2F");
        match self {
            Self::Registries => "/".to_owned(),
            Self::Search => "/search".to_owned(),
            Self::Activity => "/activity".to_owned(),
            Self::Trash => "/trash".to_owned(),
            Self::Compare => "/compare".to_owned(),
            Self::Cleanup => "/cleanup".to_owned(),
            Self::Login => "/login".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Plan { id } => format!("/plans/{}", encode(id)),
            Self::Job { id } => format!("/jobs/{}", encode(id)),
            Self::Catalog { registry: id } => format!("/{}", registry(id)),
            Self::Namespace { registry: id, namespace } => {
                format!("/{}/{}/", registry(id), encode(namespace))
            }
            Self::Tags { registry: id, repository } => {
                format!("/{}/{}", registry(id), encode(repository.as_str()))
            }
            Self::Image { registry: id, repository, reference } => format!(
                "/{}/{}{}{}",
                registry(id),
                encode(repository.as_str()),
                reference.separator(),
                encode(reference.as_str())
            ),
        }
    }
}

/// Where a rule is chosen by which something is deleted in a registry, or in a repository.
pub(crate) fn cleanup(registry: &str, repository: Option<&RepositoryName>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("registry", registry);
    if let Some(repository) = repository {
        query.append_pair("repository", repository.as_str());
    }
    format!("{}?{}", Address::Cleanup.path(), query.finish())
}

/// Where one signs in, to come back to a page by its path and query.
pub fn sign_in(next: &str) -> String {
    with_next(Address::Login.path(), next)
}

/// The address with where to go from there, if that is known.
pub(crate) fn with_next(path: String, next: &str) -> String {
    if next.is_empty() {
        return path;
    }
    format!("{path}?{}", Serializer::new(String::new()).append_pair("next", next).finish())
}

/// Where the browser learns what happens after the event of a number: to all registries, to one, or to a repository.
pub(crate) fn events(registry: Option<&str>, repository: Option<&RepositoryName>, after: u64) -> String {
    let mut query = Serializer::new(String::new());
    if let Some(registry) = registry {
        query.append_pair("registry", registry);
    }
    if let Some(repository) = repository {
        query.append_pair("repository", repository.as_str());
    }
    format!("{}?{}", under("/api/v1/events"), query.append_pair("after", &after.to_string()).finish())
}
