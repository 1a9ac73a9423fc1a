//! Scopes: what a client asks for, and what a user may have.

use serde::Serialize;

/// Something that a user may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    kind: String,
    name: String,
    actions: Vec<String>,
}

/// One demanded or granted access, as it stands in a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// `repository` or `registry`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `team/webapp` or `catalog`.
    pub name: String,
    /// `pull`, `push`, `delete` or `*`.
    pub actions: Vec<String>,
}

impl Grant {
    /// Pulling from repositories; `name` is a repository, a prefix that ends with `*`, or `*`.
    pub fn pull(name: &str) -> Self {
        Self::new("repository", name, &["pull"])
    }

    /// Pulling, pushing and deleting.
    pub fn write(name: &str) -> Self {
        Self::new("repository", name, &["pull", "push", "delete", "*"])
    }

    /// Listing the repositories (`registry:catalog:*`).
    pub fn catalog() -> Self {
        Self::new("registry", "catalog", &["*"])
    }

    /// Any actions on anything of a kind.
    pub fn new(kind: &str, name: &str, actions: &[&str]) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            actions: actions.iter().map(|&action| action.to_owned()).collect(),
        }
    }

    fn covers(&self, access: &Access, action: &str) -> bool {
        let named = match self.name.strip_suffix('*') {
            Some(prefix) => access.name.starts_with(prefix),
            None => access.name == self.name,
        };
        named && self.kind == access.kind && self.actions.iter().any(|it| it == action)
    }
}

impl Access {
    /// Reads `repository:team/webapp:pull,push`; the name may contain colons.
    pub(super) fn parse(scope: &str) -> Option<Self> {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        Some(Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            actions: actions.split(',').filter(|action| !action.is_empty()).map(str::to_owned).collect(),
        })
    }

    /// What of it the grants allow; token servers drop the rest without a word.
    pub(super) fn limit(mut self, grants: &[Grant]) -> Option<Self> {
        let wanted = std::mem::take(&mut self.actions);
        self.actions =
            wanted.into_iter().filter(|action| grants.iter().any(|it| it.covers(&self, action))).collect();
        (!self.actions.is_empty()).then_some(self)
    }
}
