//! Where uploads go on: at the same path here, or, where the registry names an address of its own, behind a seal.

use registry::client::{RelayLocation, Secret};
use registry::{ApiPath, RepositoryName};

use crate::access::sealed::Sealer;

/// How the id of an upload begins that is sealed; no registry is known whose own do.
const SEALED: &str = "~sealed~";

/// Addresses of uploads at one registry.
///
/// An address that is none of the protocol's does not say to which repository it belongs, and is asked for with
/// Stowage's account. So whoever gets it must not be able to make another one, or to use it for another repository.
#[derive(Clone, Debug)]
pub(super) struct Uploads<'a> {
    sealer: &'a Sealer,
    registry: &'a str,
}

impl<'a> Uploads<'a> {
    pub(super) fn new(sealer: &'a Sealer, registry: &'a str) -> Self {
        Self { sealer, registry }
    }

    /// The address at the registry that a path stands for, if it stands for one that is none of the protocol's.
    pub(super) fn elsewhere(&self, path: &ApiPath) -> Option<String> {
        let ApiPath::Upload(repository, id) = path else { return None };
        let sealed = id.as_str().strip_prefix(SEALED)?;
        // What does not open is the id of an upload that the registry does not know.
        Some(self.sealer.open(&self.context(repository), sealed)?.expose().to_owned())
    }

    /// The address here of where something goes on, or lies. It begins at the root, because that is where clients look
    /// for `/v2/`, and names no host, because only the client knows how it reaches us.
    pub(super) fn address(&self, location: &RelayLocation, asked: &ApiPath, is_done: bool) -> Option<String> {
        match location {
            RelayLocation::Api { path, query } => {
                let query = query.as_ref().map(|it| format!("?{it}")).unwrap_or_default();
                Some(format!("/v2/{path}{query}"))
            }
            // Where something lies that has its own name here.
            RelayLocation::Elsewhere(_) if is_done => None,
            RelayLocation::Elsewhere(address) => {
                let repository = asked.repository()?;
                let sealed = self.sealer.seal(&self.context(repository), &Secret::new(address.as_str()));
                Some(format!("/v2/{repository}/blobs/uploads/{SEALED}{sealed}"))
            }
        }
    }

    fn context(&self, repository: &RepositoryName) -> String {
        format!("upload to {} {repository}", self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::sealed::new_key;

    fn path(text: &str) -> ApiPath {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_of_the_protocol_stays_one() {
        let sealer = Sealer::new(&new_key());
        let uploads = Uploads::new(&sealer, "r");
        let location =
            RelayLocation::Api { path: path("a/blobs/uploads/1"), query: Some("_state=x%2f==".to_owned()) };
        let address = uploads.address(&location, &path("a/blobs/uploads/"), false).unwrap();
        assert_eq!(address, "/v2/a/blobs/uploads/1?_state=x%2f==");
        assert_eq!(uploads.elsewhere(&path("a/blobs/uploads/1")), None);
    }

    #[test]
    fn another_address_opens_for_its_repository_only() {
        let sealer = Sealer::new(&new_key());
        let uploads = Uploads::new(&sealer, "r");
        let location = RelayLocation::Elsewhere("/sessions/1?a=b".to_owned());
        let address = uploads.address(&location, &path("a/b/blobs/uploads/"), false).unwrap();
        let given = address.strip_prefix("/v2/").unwrap();
        assert_eq!(uploads.elsewhere(&path(given)).as_deref(), Some("/sessions/1?a=b"));
        assert_eq!(uploads.elsewhere(&path(&given.replace("a/b/", "c/"))), None);
        assert_eq!(Uploads::new(&sealer, "s").elsewhere(&path(given)), None);
        let other = Sealer::new(&new_key());
        assert_eq!(Uploads::new(&other, "r").elsewhere(&path(given)), None);
        assert_eq!(uploads.address(&location, &path("a/b/blobs/uploads/"), true), None);
    }
}
