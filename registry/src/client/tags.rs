//! The tags of a repository.

use std::collections::HashSet;

use serde::Deserialize;

use crate::client::Client;
use crate::client::area::Area;
use crate::client::catalog::parsed;
use crate::client::pages::Pages;
use crate::error::Error;
use crate::reference::{RepositoryName, Tag};

#[derive(Deserialize)]
struct Page {
    /// `null` in an emptied repository (distribution), and on an empty last page (distribution 3.1).
    tags: Option<Vec<Option<String>>>,
}

impl Client {
    /// All tags of the repository, in the registry's order, each once.
    ///
    /// An emptied repository is an empty list on some registries and [`Error::RepositoryUnknown`] on others.
    pub async fn tags(&self, repository: &RepositoryName) -> Result<Vec<Tag>, Error> {
        match self.list_tags(repository).await {
            // zot answers 404 when the tag that a page begins after was deleted meanwhile. From the start, then.
            Err(Listing::Moved) => self.list_tags(repository).await,
            result => result,
        }
        .map_err(|listing| match listing {
            Listing::Failed(error) => error,
            Listing::Moved => Error::Unreadable {
                what: format!("the list of tags of {repository}"),
                why: "its tags change faster than they can be listed".to_owned(),
            },
        })
    }

    async fn list_tags(&self, repository: &RepositoryName) -> Result<Vec<Tag>, Listing> {
        let area = Area::Repository(repository.clone());
        let what = format!("the list of tags of {repository}");
        let mut pages = Pages::new(self.clone(), area.clone(), format!("{repository}/tags/list"), what);
        let (mut tags, mut seen) = (Vec::new(), HashSet::new());
        while let Some(response) = pages.next().await? {
            if response.status.as_u16() == 404 {
                if pages.is_under_way() {
                    return Err(Listing::Moved);
                }
                return Err(Error::RepositoryUnknown { repository: repository.clone() }.into());
            }
            if !response.status.is_success() {
                return Err(response.error(&area).into());
            }
            let page: Page = response.json("the list of tags")?;
            let names = page.tags.unwrap_or_default().into_iter().flatten();
            let page: Vec<Tag> = names.filter_map(|name| parsed(&name, "tag")).collect();
            tags.extend(page.into_iter().filter(|tag| seen.insert(tag.clone())));
        }
        Ok(tags)
    }
}

/// Why a listing did not come to its end.
enum Listing {
    Failed(Error),
    /// The place where the next page begins is gone.
    Moved,
}

impl From<Error> for Listing {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
