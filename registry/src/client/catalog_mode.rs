//! Where the list of repositories comes from.

use url::Url;

use crate::client::vendor::Vendor;
use crate::reference::RepositoryName;

/// Where the list of repositories comes from, for registries whose catalog is refused, or is more than is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CatalogMode {
    /// The registry's own catalog, `/v2/_catalog`, read to its end.
    #[default]
    Full,
    /// These, and the registry is not asked.
    Listed(Vec<RepositoryName>),
    /// What the registry's own catalog names in these namespaces, however deep; a repository of that very name counts
    /// as well.
    Prefixes(Vec<RepositoryName>),
    /// What the vendor's own API lists.
    Vendor(VendorList),
}

/// What is asked of a vendor's own API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorList {
    /// Whose API it is.
    pub vendor: Vendor,
    /// The users, organisations, groups or projects whose repositories are listed. Harbor lists all without any, and
    /// Amazon knows none.
    pub namespaces: Vec<String>,
    /// Where the API is, if it is not where the vendor has it: for a GitHub Enterprise or a GitLab of one's own. The
    /// registry's password goes there.
    pub api: Option<Url>,
}

impl VendorList {
    /// What a vendor lists of some namespaces, where the vendor has its API.
    pub fn new(vendor: Vendor, namespaces: Vec<String>) -> Self {
        Self { vendor, namespaces, api: None }
    }
}
