//! Whether there is a registry, and whether it lets us in.

use crate::client::Client;
use crate::client::area::Area;
use crate::client::transport::Request;
use crate::error::Error;

impl Client {
    /// Asks for `/v2/`, which every registry has, with our credentials.
    pub async fn ping(&self) -> Result<(), Error> {
        let limits = self.config().limits;
        let request = self.get("", limits.page, "the answer to a ping".to_owned());
        // Whoever wants to know whether it answers does not want to know later.
        let request = Request { retry: false, ..request };
        let response = self.call_at_once(&request, &Area::Root).await?;
        let not_a_registry =
            |why: &str| Error::NotARegistry { host: response.host.clone(), why: why.to_owned() };
        if response.status.as_u16() == 404 {
            return Err(not_a_registry("it has no /v2/ at this address"));
        }
        if !response.status.is_success() {
            return Err(response.error(&Area::Root));
        }
        // The specification leaves the body open; registries send `{}`, nothing, or a word, and most send this header.
        let is_json = || serde_json::from_slice::<serde_json::Value>(&response.body).is_ok();
        if response.header("docker-distribution-api-version").is_some()
            || response.body.is_empty()
            || is_json()
        {
            Ok(())
        } else {
            Err(not_a_registry("the answer at /v2/ is not that of a registry"))
        }
    }
}
