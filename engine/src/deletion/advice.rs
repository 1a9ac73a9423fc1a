//! How the room that a deletion frees is won back.

use super::Support;

/// How to run a registry's garbage collection.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Advice {
    /// The command, on the registry's machine or in its container; absent where the registry does it by itself, or in a
    /// way of its own.
    pub command: Option<String>,
    /// What to mind.
    pub cautions: Vec<Caution>,
}

/// What to mind when garbage is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// Nothing may be pushed meanwhile: set `storage.maintenance.readonly`, or stop the registry.
    ReadOnlyMeanwhile,
    /// Up to distribution 2.8.3, `--delete-untagged` deletes the platforms of images that are still tagged
    /// (distribution#3178).
    NeverDeleteUntagged,
    /// A registry that remembers blobs in memory (`blobdescriptor: inmemory`) must be started again, or later pushes are
    /// damaged (distribution#1803).
    RestartAfterwards,
    /// The registry is none whose command is known; its documentation says how.
    SeeItsDocumentation,
}

/// How to collect the garbage of a registry.
pub(super) fn advice(support: &Support) -> Advice {
    if !support.is_distribution {
        return Advice { command: None, cautions: vec![Caution::SeeItsDocumentation] };
    }
    // Removing single tags came with version 3, and with it another place for the configuration.
    let (file, mut cautions) = match support.by_tag {
        false => ("/etc/docker/registry/config.yml", vec![Caution::NeverDeleteUntagged]),
        true => ("/etc/distribution/config.yml", Vec::new()),
    };
    cautions.insert(0, Caution::ReadOnlyMeanwhile);
    cautions.push(Caution::RestartAfterwards);
    Advice { command: Some(format!("registry garbage-collect {file}")), cautions }
}

#[cfg(test)]
mod tests {
    use registry::client::Deletes;

    use super::*;

    #[test]
    fn the_command_is_that_of_the_registry() {
        let of =
            |by_tag, is_distribution| advice(&Support { by_digest: Deletes::Yes, by_tag, is_distribution });
        let old = of(false, true);
        assert_eq!(old.command.as_deref(), Some("registry garbage-collect /etc/docker/registry/config.yml"));
        assert!(old.cautions.contains(&Caution::NeverDeleteUntagged));
        let new = of(true, true);
        assert_eq!(new.command.as_deref(), Some("registry garbage-collect /etc/distribution/config.yml"));
        assert!(!new.cautions.contains(&Caution::NeverDeleteUntagged));
        assert_eq!(of(true, false).command, None);
    }
}
