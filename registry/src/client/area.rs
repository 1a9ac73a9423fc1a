//! The parts of a registry that need different permissions.

use crate::reference::RepositoryName;

/// What a request is about, as far as permissions go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Area {
    /// `/v2/`, which any valid login opens.
    Root,
    /// The list of repositories.
    Catalog,
    /// Reading what is in a repository.
    Repository(RepositoryName),
    /// Writing to a repository.
    Writing(RepositoryName),
    /// Deleting what is in a repository.
    Deleting(RepositoryName),
}

impl Area {
    /// The scope that a token needs for it (distribution specification, "Token scope").
    pub(crate) fn scope(&self) -> Option<String> {
        match self {
            Self::Root => None,
            Self::Catalog => Some("registry:catalog:*".to_owned()),
            Self::Repository(name) => Some(format!("repository:{name}:pull")),
            Self::Writing(name) => Some(format!("repository:{name}:pull,push")),
            Self::Deleting(name) => Some(format!("repository:{name}:delete")),
        }
    }

    /// The same, for people.
    pub(crate) fn action(&self) -> String {
        self.scope().unwrap_or_else(|| "login".to_owned())
    }
}
