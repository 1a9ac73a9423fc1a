//! Amazon's Elastic Container Registry (docs.aws.amazon.com, "Amazon ECR user guide": "Private registry authentication").
//!
//! The list of its own API wants requests signed with AWS keys, which a registry's user does not have. Its tokens open
//! the catalog of the protocol, in pages of up to 1000; so that is what is read.

use serde::Deserialize;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::link;
use crate::client::response::Response;

#[derive(Deserialize)]
struct Answer {
    repositories: Vec<String>,
}

pub(super) struct Ecr;

impl VendorCatalog for Ecr {
    fn home(&self) -> Home {
        Home::Registry
    }

    fn login(&self) -> Login {
        Login::Registry
    }

    fn lists(&self, _namespace: Option<&str>) -> Vec<List> {
        vec![List::new(&["v2", "_catalog"], "n=1000")]
    }

    fn read(&self, _namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let answer: Answer = json(response)?;
        Ok(Page { names: answer.repositories, next: link::next_query(&response.headers) })
    }
}
