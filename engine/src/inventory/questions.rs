//! What may be asked about the inventory, one question each, as far as who asks may see it.

use bytes::Bytes;
use registry::client::ManifestBytes;
use registry::image::ImageDetail;
use registry::summary::Summary;
use registry::{Digest, Reference, RepositoryName};

use super::catalog::{
    self, Catalog, CatalogFreshness, CatalogSource, NamespaceSums, RepositoryFacts, RepositoryQuery,
};
use super::search::{self, SearchHit};
use super::tags::{TagPage, TagQuery, TagSelection};
use crate::access::Role;
use crate::deletion;
use crate::place::Place;
use crate::store::Visible;
use crate::{Engine, Error};

impl Engine {
    /// The repositories of a registry that match a query.
    ///
    /// A catalog that was read before is given at once, and read again in the background. The first time one waits for
    /// the whole catalog a moment; of one that takes longer, what has been read so far is given, and the reading goes on.
    pub async fn repositories(&self, registry: &str, query: &RepositoryQuery) -> Result<Catalog, Error> {
        let upstream = self.shown(registry)?;
        let named = self.personal_catalog(upstream).await?;
        // Most callers may see all of them, and there may be very many.
        let sees_all = !self.is_restricted();
        let is_visible = |name: &RepositoryName| {
            sees_all
                || self.may(Role::Viewer, &upstream.info.id, Some(name))
                    && named.as_ref().is_none_or(|it| it.contains(name))
        };
        catalog::repositories(upstream, query, &is_visible).await
    }

    /// How fresh the names are that [`repositories`](Self::repositories) gives.
    pub async fn catalog_freshness(&self, registry: &str) -> Result<CatalogFreshness, Error> {
        catalog::freshness(self.shown(registry)?).await
    }

    /// Where the names come from that [`repositories`](Self::repositories) gives.
    pub fn catalog_source(&self, registry: &str) -> Result<CatalogSource, Error> {
        Ok(catalog::source(self.shown(registry)?, !self.is_restricted()))
    }

    /// A page of the tags of a repository; its rows arrive one after the other.
    pub async fn tags(
        &self,
        registry: &str,
        repository: &RepositoryName,
        query: &TagQuery,
    ) -> Result<TagPage, Error> {
        self.select_tags(registry, repository, &query.into()).await
    }

    /// A page of the tags of a repository, with every filter and in every order that there is.
    ///
    /// The rows of a repository that was scanned come from the inventory at once, and are compared with the registry in
    /// the background: see [`events`](Self::events). Of one that was not, the rows that are shown are read first, and
    /// an order or filter that needs all tags waits for its scan, for 20 seconds at most.
    pub async fn select_tags(
        &self,
        registry: &str,
        repository: &RepositoryName,
        selection: &TagSelection,
    ) -> Result<TagPage, Error> {
        // Boxed, for whoever awaits this has futures of their own.
        Box::pin(super::tags::page(self.viewed(registry, repository).await?, repository, selection)).await
    }

    /// What is known of repositories as a whole, by name; those that are not known are left out.
    pub async fn repository_facts(
        &self,
        registry: &str,
        names: &[RepositoryName],
    ) -> Result<Vec<RepositoryFacts>, Error> {
        let upstream = self.shown(registry)?;
        catalog::repository_facts(upstream, &self.those_seen(upstream, names.to_vec()).await?).await
    }

    /// What is known of all repositories in each of some namespaces; an empty one stands for the whole registry.
    pub async fn namespace_sums(
        &self,
        registry: &str,
        namespaces: &[String],
    ) -> Result<Vec<NamespaceSums>, Error> {
        let upstream = self.shown(registry)?;
        let visible = self.countable_repositories(upstream).await?;
        catalog::namespace_sums(upstream, namespaces, visible.as_deref()).await
    }

    /// Manifests of a repository that no tag and no index leads to, as far as a scan has ever met them; those that the
    /// registry does not have any more are left out.
    pub async fn untagged(
        &self,
        registry: &str,
        repository: &RepositoryName,
        limit: usize,
    ) -> Result<Vec<Summary>, Error> {
        let place = Place::note(self.viewed(registry, repository).await?, repository).await?;
        deletion::forget_gone(&place).await?;
        Ok(self.store.untagged(place.id, limit).await?)
    }

    /// Everything about one image.
    pub async fn image(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ImageDetail, Error> {
        Box::pin(super::image::detail(self.viewed(registry, repository).await?, repository, reference)).await
    }

    /// The manifest of an image, byte for byte as the registry holds it.
    pub async fn manifest(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ManifestBytes, Error> {
        Ok(self.viewed(registry, repository).await?.client.manifest(repository, reference).await?)
    }

    /// The configuration of an image, byte for byte as the registry holds it, and its digest.
    pub async fn image_config(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<(Digest, Bytes), Error> {
        let upstream = self.viewed(registry, repository).await?;
        super::image::config(upstream, repository, reference).await
    }

    /// Finds repositories, tags, labels, digests and digests of layers in all registries, the best ones first. The first
    /// digits of a digest are enough. Nothing is asked of the registries.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let visible = self.visible_repositories().await?;
        let hits = search::search(&self.store, text, limit, Visible(visible.as_deref())).await?;
        self.those_shown(hits).await
    }

    /// The tags of images, in all registries, that hold a layer.
    pub async fn tags_with_layer(&self, layer: &Digest, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let visible = self.visible_repositories().await?;
        let hits = search::with_layer(&self.store, layer, limit, Visible(visible.as_deref())).await?;
        self.those_shown(hits).await
    }

    /// The tags of images, in all registries, that are built on the image with a digest: their first layers are all of
    /// its layers, and they have more.
    pub async fn built_on(&self, base: &Digest, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let visible = self.visible_repositories().await?;
        let hits = search::built_on(&self.store, base, limit, Visible(visible.as_deref())).await?;
        self.those_shown(hits).await
    }

    /// Compares a repository's list of tags, and where those of a page are, with the registry, and waits for it: what
    /// "refresh" does. Changes are published as well.
    pub async fn refresh(
        &self,
        registry: &str,
        repository: &RepositoryName,
        selection: &TagSelection,
    ) -> Result<(), Error> {
        Box::pin(super::tags::refresh(self.viewed(registry, repository).await?, repository, selection)).await
    }

    /// Reads the catalog again and waits for it; it is not written down unless it was read to its end.
    pub async fn refresh_catalog(&self, registry: &str) -> Result<(), Error> {
        let upstream = self.shown(registry)?;
        upstream.catalog.read_now(upstream).await
    }

    /// Without what lies in registries that are not configured any more, and without what may not be seen.
    pub(super) async fn those_shown(&self, hits: Vec<SearchHit>) -> Result<Vec<SearchHit>, Error> {
        let mut shown = Vec::with_capacity(hits.len());
        for hit in hits {
            let Ok(upstream) = self.shown(&hit.registry) else { continue };
            if self.sees(upstream, &hit.repository).await? {
                shown.push(hit);
            }
        }
        Ok(shown)
    }
}
