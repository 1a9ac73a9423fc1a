//! What somebody may do, and where.

use std::fmt;
use std::str::FromStr;

use registry::RepositoryName;

use super::{Grant, Identity, Scope};

/// What somebody may do with a repository, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look at it.
    Viewer,
    /// Delete from it and put back, besides.
    Maintainer,
    /// Say who may do what, and see all that was done, besides.
    Administrator,
}

/// A text that names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRole;

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Maintainer, Self::Administrator];

    /// The word in configuration, addresses and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Maintainer => "maintainer",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|it| it.word() == text).ok_or(UnknownRole)
    }
}

/// What somebody may do: roles, each in a scope; of an API token, no more than its own role in its own scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    roles: Vec<(Role, Scope)>,
    limit: Option<(Role, Scope)>,
}

impl Rights {
    /// Everything everywhere: the server itself, and everybody where nobody signs in.
    pub fn all() -> Self {
        Self { roles: vec![(Role::Administrator, Scope::everything())], limit: None }
    }

    /// What the grants give to somebody; to nobody in particular where there is no identity.
    pub fn of<'a>(grants: impl IntoIterator<Item = &'a Grant>, identity: Option<&Identity>) -> Self {
        let fitting = grants.into_iter().filter(|it| it.who.is(identity));
        Self { roles: fitting.map(|it| (it.role, it.scope.clone())).collect(), limit: None }
    }

    /// One role in one scope.
    pub fn only(role: Role, scope: Scope) -> Self {
        Self { roles: vec![(role, scope)], limit: None }
    }

    /// The same, and a role in a scope besides.
    #[must_use]
    pub fn and(mut self, role: Role, scope: Scope) -> Self {
        self.roles.push((role, scope));
        self
    }

    /// The same, but no more than a role in a scope.
    #[must_use]
    pub fn limited_to(mut self, role: Role, scope: Scope) -> Self {
        self.limit = Some((role, scope));
        self
    }

    /// Whether there is nothing that may be seen.
    pub fn is_empty(&self) -> bool {
        self.roles.is_empty()
    }

    /// What may be done with a repository; nothing where it may not even be seen.
    pub fn role_in(&self, registry: &str, repository: &RepositoryName) -> Option<Role> {
        self.role_where(|scope| scope.covers(registry, repository))
    }

    /// What may be done with a registry as a whole.
    pub fn role_in_all_of(&self, registry: &str) -> Option<Role> {
        self.role_where(|scope| scope.covers_all_of(registry))
    }

    /// What may be done with everything.
    pub fn role_everywhere(&self) -> Option<Role> {
        self.role_where(Scope::is_everything)
    }

    /// Whether a registry is shown, because there may be something in it that may be seen.
    pub fn touches(&self, registry: &str) -> bool {
        self.role_where(|scope| scope.touches(registry)).is_some()
    }

    /// The most that may be done anywhere.
    pub fn most(&self) -> Option<Role> {
        self.role_where(|_| true)
    }

    fn role_where(&self, fits: impl Fn(&Scope) -> bool) -> Option<Role> {
        let role = self.roles.iter().filter(|(_, scope)| fits(scope)).map(|(role, _)| *role).max()?;
        match &self.limit {
            None => Some(role),
            Some((most, scope)) => fits(scope).then(|| role.min(*most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Way;

    fn name(text: &str) -> RepositoryName {
        text.parse().unwrap()
    }

    fn rights(grants: &[&str], identity: Option<&Identity>) -> Rights {
        let grants: Vec<Grant> = grants.iter().map(|it| it.parse().unwrap()).collect();
        Rights::of(&grants, identity)
    }

    #[test]
    fn the_largest_role_that_fits_counts() {
        let alice = Identity::new(Way::Local, "alice").unwrap().in_groups(["ops".to_owned()]);
        let grants = ["viewer everyone **", "maintainer group:ops */team-a/**", "administrator local:bob **"];
        let rights = rights(&grants, Some(&alice));
        assert_eq!(rights.role_in("r", &name("team-a/api")), Some(Role::Maintainer));
        assert_eq!(rights.role_in("r", &name("team-b/api")), Some(Role::Viewer));
        assert_eq!(rights.role_in_all_of("r"), Some(Role::Viewer));
        assert_eq!(rights.most(), Some(Role::Maintainer));
    }

    #[test]
    fn nobody_is_given_what_is_for_those_who_signed_in() {
        let rights = rights(&["viewer everyone **", "viewer anonymous */public/**"], None);
        assert_eq!(rights.role_in("r", &name("public/x")), Some(Role::Viewer));
        assert_eq!(rights.role_in("r", &name("secret/x")), None);
        assert!(rights.touches("r") && rights.role_in_all_of("r").is_none());
        assert!(Rights::default().is_empty() && !Rights::default().touches("r"));
    }

    #[test]
    fn a_name_of_one_way_in_is_not_that_of_another() {
        let grants = ["administrator local:alice **"];
        let other = Identity::new(Way::Oidc, "alice").unwrap();
        assert!(rights(&grants, Some(&other)).is_empty());
    }

    #[test]
    fn a_limit_takes_away_and_never_gives() {
        let all = Rights::all().limited_to(Role::Viewer, "r/team-a/**".parse().unwrap());
        assert_eq!(all.role_in("r", &name("team-a/x")), Some(Role::Viewer));
        assert_eq!(all.role_in("r", &name("team-b/x")), None);
        assert_eq!(all.role_in_all_of("r"), None);
        assert_eq!(all.role_everywhere(), None);
        let small = Rights::only(Role::Viewer, "r/a/**".parse().unwrap());
        let small = small.limited_to(Role::Administrator, Scope::everything());
        assert_eq!(small.role_in("r", &name("a/x")), Some(Role::Viewer));
        assert_eq!(small.role_in("r", &name("b/x")), None);
    }
}
