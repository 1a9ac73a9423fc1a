//! Vendors whose registries refuse their catalog, and list repositories in an API of their own.
//!
//! All of it is written from public documentation. What is the same for all of them, sending requests and walking
//! pages, stands in [`pages`]; a file for each says what is asked and how the answer reads.

mod docker_hub;
mod ecr;
mod ghcr;
mod gitlab;
mod harbor;
mod login;
mod pages;
mod quay;

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::client::response::Response;

pub(crate) use login::KeptLogin;
pub(crate) use pages::VendorPages;

/// Whose API lists the repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// `docker.io`
    DockerHub,
    /// `ghcr.io`, GitHub's registry for images.
    Ghcr,
    /// GitLab's registry, that of gitlab.com or one's own.
    GitLab,
    /// Harbor, which everybody runs themselves.
    Harbor,
    /// `quay.io`, or a Quay of one's own.
    Quay,
    /// Amazon's Elastic Container Registry.
    Ecr,
}

/// A text that names no vendor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no vendor is called that")]
pub struct UnknownVendor;

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::DockerHub, Self::Ghcr, Self::GitLab, Self::Harbor, Self::Quay, Self::Ecr];

    /// The vendor of a registry that can be told by its host alone.
    pub fn of_host(host: &str) -> Option<Self> {
        match host {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => {
                Some(Self::DockerHub)
            }
            "ghcr.io" => Some(Self::Ghcr),
            "registry.gitlab.com" => Some(Self::GitLab),
            "quay.io" => Some(Self::Quay),
            host if is_of_amazon(host) => Some(Self::Ecr),
            _ => None,
        }
    }

    /// The same for the address of a registry.
    pub fn of_url(url: &Url) -> Option<Self> {
        url.host_str().filter(|_| url.port().is_none()).and_then(Self::of_host)
    }

    /// What configurations call it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DockerHub => "docker-hub",
            Self::Ghcr => "ghcr",
            Self::GitLab => "gitlab",
            Self::Harbor => "harbor",
            Self::Quay => "quay",
            Self::Ecr => "ecr",
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DockerHub => "Docker Hub",
            Self::Ghcr => "GitHub",
            Self::GitLab => "GitLab",
            Self::Harbor => "Harbor",
            Self::Quay => "Quay",
            Self::Ecr => "Amazon ECR",
        }
    }

    /// What it wants to be told of the namespaces to list.
    pub const fn namespaces(self) -> Namespaces {
        match self {
            Self::DockerHub | Self::Ghcr | Self::GitLab | Self::Quay => Namespaces::Needed,
            Self::Harbor => Namespaces::Possible,
            Self::Ecr => Namespaces::None,
        }
    }

    fn catalog(self) -> &'static dyn VendorCatalog {
        match self {
            Self::DockerHub => &docker_hub::DockerHub,
            Self::Ghcr => &ghcr::Ghcr,
            Self::GitLab => &gitlab::GitLab,
            Self::Harbor => &harbor::Harbor,
            Self::Quay => &quay::Quay,
            Self::Ecr => &ecr::Ecr,
        }
    }
}

/// `123456789012.dkr.ecr.eu-west-1.amazonaws.com`, and the same in China.
fn is_of_amazon(host: &str) -> bool {
    let rest = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    rest.and_then(|it| it.split_once(".dkr.ecr.")).is_some_and(|(account, region)| {
        account.len() == 12
            && account.bytes().all(|it| it.is_ascii_digit())
            && !region.is_empty()
            && !region.contains('.')
    })
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Vendor {
    type Err = UnknownVendor;

    fn from_str(text: &str) -> Result<Self, UnknownVendor> {
        Self::ALL.into_iter().find(|it| it.id() == text).ok_or(UnknownVendor)
    }
}

/// Whether a vendor lists the repositories of namespaces that one names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// It lists nothing else.
    Needed,
    /// It lists everything where none is named.
    Possible,
    /// It lists everything, always.
    None,
}

/// How one vendor lists repositories.
trait VendorCatalog: Send + Sync {
    /// Where its API is.
    fn home(&self) -> Home;

    /// How the registry's credentials are shown there.
    fn login(&self) -> Login;

    /// Headers that its documentation asks for.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Where the repositories of a namespace are listed, or all of them without one. Where the API says that there is no
    /// such list, the next one is asked: nobody has to know whether a name is that of a user or of an organisation.
    fn lists(&self, namespace: Option<&str>) -> Vec<List>;

    /// Reads an answer; where it is not what the documentation says, what is wrong with it.
    fn read(&self, namespace: Option<&str>, response: &Response) -> Result<Page, String>;
}

/// Where an API is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// At the registry's own address.
    Registry,
    /// There and nowhere else.
    Fixed(&'static str),
    /// At the token server that the registry names, without this end of its path. The registry's password goes to that
    /// server anyway. `unless` is a registry whose API is known, and where.
    TokenServer { end: &'static str, unless: (&'static str, &'static str) },
}

/// How credentials are shown. Without any, nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Login {
    /// As the registry asks for them.
    Registry,
    /// User name and password.
    Basic,
    /// The password is a token.
    Bearer,
    /// The password is a token if the user name is this one; other credentials are of no use there.
    BearerOf(&'static str),
    /// User name and password are exchanged for a token at this path.
    Exchange(&'static str),
}

/// The first page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    /// The parts of the path below the API, unescaped.
    path: Vec<String>,
    query: String,
}

impl List {
    fn new(path: &[&str], query: impl Into<String>) -> Self {
        Self { path: path.iter().map(|&it| it.to_owned()).collect(), query: query.into() }
    }
}

/// What an answer says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    /// Whole names of repositories, not yet checked.
    names: Vec<String>,
    /// The query of the next page.
    next: Option<String>,
}

/// Reads JSON in the form that the documentation gives it.
fn json<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, String> {
    // What the parser would say may quote what should not be shown.
    serde_json::from_slice(&response.body)
        .map_err(|error| format!("it is not what the documentation says (line {})", error.line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_hosts_that_can_be_nobody_elses() {
        let of = |url: &str| Vendor::of_url(&url.parse().unwrap());
        for (url, vendor) in [
            ("https://registry-1.docker.io/", Vendor::DockerHub),
            ("https://docker.io", Vendor::DockerHub),
            ("https://ghcr.io", Vendor::Ghcr),
            ("https://quay.io:443", Vendor::Quay),
            ("https://registry.gitlab.com", Vendor::GitLab),
            ("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", Vendor::Ecr),
            ("https://123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", Vendor::Ecr),
        ] {
            assert_eq!(of(url), Some(vendor), "{url}");
        }
        for url in [
            "https://ghcr.io.evil.example",
            "https://evil-ghcr.io",
            "https://ghcr.io:8443",
            "https://1.dkr.ecr.eu.amazonaws.com",
            "https://123456789012.dkr.ecr.a.b.amazonaws.com",
            "https://harbor.example.com",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
    }

    #[test]
    fn is_read_as_it_is_written() {
        for vendor in Vendor::ALL {
            assert_eq!(vendor.id().parse(), Ok(vendor));
        }
        assert_eq!("hub".parse::<Vendor>(), Err(UnknownVendor));
    }
}
