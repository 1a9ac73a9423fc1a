//! What must hold for whatever people write: see `registry/src/fuzzing.rs`.

use std::str;

use registry::RepositoryName;

use crate::{Grant, Rights, Role, Scope, Who};

/// The lines are a grant, a registry and a repository: what is granted is written as it was read, and fits together.
pub fn grant(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let mut lines = text.lines();
    let Some(Ok(grant)) = lines.next().map(str::parse::<Grant>) else { return };
    let written = grant.to_string();
    let again: Grant = written.parse().expect("what is written can be read");
    assert_eq!(again.to_string(), written);
    assert_eq!((again.role, &again.who), (grant.role, &grant.who));
    assert!(grant.who != Who::Anonymous || grant.role == Role::Viewer);
    let is_id = |it: &&str| !it.is_empty() && !it.contains('/');
    let Some(registry) = lines.next().filter(is_id) else { return };
    let repository = lines.next().and_then(|it| it.parse::<RepositoryName>().ok());
    fits_together(&grant, registry, repository.as_ref());
    assert!(Rights::only(grant.role, again.scope).role_in_all_of(registry) == all_of(&grant, registry));
    let whole = Rights::only(Role::Viewer, Scope::all_of(registry));
    assert_eq!(whole.role_in_all_of(registry), Some(Role::Viewer), "{registry:?}");
}

fn all_of(grant: &Grant, registry: &str) -> Option<Role> {
    Rights::only(grant.role, grant.scope.clone()).role_in_all_of(registry)
}

/// A role in more is one in each part of it, and a limit gives nothing.
fn fits_together(grant: &Grant, registry: &str, repository: Option<&RepositoryName>) {
    let rights = Rights::only(grant.role, grant.scope.clone());
    let whole = rights.role_in_all_of(registry);
    assert!(rights.role_everywhere() <= whole);
    assert!(whole.is_none() || rights.touches(registry));
    let Some(repository) = repository else { return };
    let part = rights.role_in(registry, repository);
    assert!(whole <= part && (part.is_none() || rights.touches(registry)), "{grant}");
    let limited = Rights::all().limited_to(grant.role, grant.scope.clone());
    assert_eq!(limited.role_in(registry, repository), part);
    let viewer = rights.limited_to(Role::Viewer, Scope::everything());
    assert_eq!(viewer.role_in(registry, repository), part.map(|_| Role::Viewer));
}

#[cfg(test)]
mod tests {
    use testbed::kept_inputs::replay;

    #[test]
    fn grant() {
        replay("grant", super::grant);
    }
}
