//! Blobs as they are, to be saved as files.

use registry::client::{RelayRequest, Relayed};
use registry::{ApiPath, Digest, Error as RegistryError, RepositoryName};

use crate::{Engine, Error};

impl Engine {
    /// A blob, byte by byte as the registry sends it. It is neither held nor verified.
    pub async fn blob(
        &self,
        registry: &str,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Relayed, Error> {
        let upstream = self.viewed(registry, repository).await?;
        let path = ApiPath::Blob(repository.clone(), digest.clone());
        let answer = upstream.client.relay(RelayRequest::get(path)).await?;
        match answer.status.as_u16() {
            200 => Ok(answer),
            404 => {
                Err(RegistryError::BlobUnknown { repository: repository.clone(), digest: digest.clone() }
                    .into())
            }
            status => Err(RegistryError::Upstream {
                host: upstream.info.id.clone(),
                status,
                code: None,
                message: answer.status.canonical_reason().unwrap_or_default().to_owned(),
            }
            .into()),
        }
    }
}
