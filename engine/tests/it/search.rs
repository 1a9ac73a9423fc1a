//! Finding things without knowing where they are.

use engine::{FoundIn, TagSelection};
use registry::base_image::ClaimedBase;
use testbed::samples;

use crate::support::{Backend, FakeImages, ID, engine_for, name, on_both, registry_with};

on_both! {
    async fn finds_repositories_tags_labels_and_digests(kind: Backend) {
        let images = FakeImages::start().await;
        let mut digest = String::new();
        for number in 0..20 {
            digest = images.tag(&format!("release-{number}"), number).encoded().to_owned();
        }
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, None).await.unwrap();
        let found = async |text: &str| engine.search(text, 50).await.unwrap();
        let hits = found("APP").await;
        assert_eq!((hits[0].repository.as_str(), &hits[0].found_in), ("team/app", &FoundIn::Repository));
        let hits = found("release-1").await;
        assert_eq!(hits[0].tag.as_ref().unwrap().as_str(), "release-1", "the whole name comes first: {hits:?}");
        assert_eq!(hits.len(), 11);
        assert_eq!(found("ase-19").await.len(), 1);
        assert_eq!(found("re").await.len(), 20, "short texts are found at the beginning");
        assert_eq!(found("ele%").await, []);
        assert_eq!(found("number=19").await[0].found_in, FoundIn::Label("number=19".to_owned()));
        for text in [&digest[..8], &format!("sha256:{digest}")] {
            let hits = found(text).await;
            assert_eq!((hits.len(), &hits[0].found_in), (1, &FoundIn::Digest), "{text}");
            assert_eq!(hits[0].tag.as_ref().unwrap().as_str(), "release-19");
        }
        let layer = "a".repeat(64);
        assert_eq!(found(&layer[..12]).await.len(), 20, "all share the layer");
        let layer = format!("sha256:{layer}").parse().unwrap();
        assert_eq!(engine.tags_with_layer(&layer, 5).await.unwrap().len(), 5);
        assert_eq!(found("").await, []);
        images.remove("release-3");
        engine.refresh(ID, &name(FakeImages::REPOSITORY), &TagSelection::default()).await.unwrap();
        assert_eq!(found("ase-3").await, [], "what vanished is not found");
    }

    async fn finds_layers_in_the_platforms_of_an_index(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.scan(ID, None).await.unwrap();
        let image = engine.image(ID, &name(samples::WEBAPP), &"latest".parse().unwrap()).await.unwrap();
        let contents = image.summary.platforms[0].contents.as_ref().unwrap();
        let layer = contents.layers.iter().filter_map(|it| it.digest.clone()).next_back().unwrap();
        let hits = engine.tags_with_layer(&layer, 100).await.unwrap();
        assert!(hits.iter().any(|it| it.tag.as_ref().is_some_and(|it| it.as_str() == "latest")), "{hits:?}");
        assert!(engine.built_on(&image.summary.platforms[0].digest, 100).await.unwrap().is_empty());
    }

    async fn tells_what_an_image_is_built_on_and_what_is_built_on_it(kind: Backend) {
        let registry = registry_with(&[samples::FILES]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.scan(ID, None).await.unwrap();
        let repository = name(samples::FILES);
        let digest = async |tag: &str| {
            let image = engine.image(ID, &repository, &tag.parse().unwrap()).await.unwrap();
            image.summary.digest.unwrap()
        };
        let (latest, older, base) = (digest("latest").await, digest("older").await, digest("base").await);
        let bases = engine.bases(&latest, 10).await.unwrap();
        let told = |it: &engine::BaseImage| (it.hit.tag.as_ref().unwrap().to_string(), it.n_layers);
        let expected = [("older".to_owned(), 2), ("base".to_owned(), 1)];
        assert_eq!(bases.iter().map(told).collect::<Vec<_>>(), expected, "that with most layers first");
        assert_eq!(engine.bases(&latest, 1).await.unwrap().len(), 1);
        assert_eq!(engine.bases(&base, 10).await.unwrap(), []);
        let tags = |hits: Vec<engine::SearchHit>| -> Vec<String> {
            hits.into_iter().map(|it| it.tag.unwrap().to_string()).collect()
        };
        assert_eq!(tags(engine.built_on(&older, 10).await.unwrap()), ["latest"]);
        let mut built = tags(engine.built_on(&base, 10).await.unwrap());
        built.sort_unstable();
        assert_eq!(built, ["damaged", "latest", "older"]);
    }

    async fn tells_whether_the_base_that_an_image_names_has_moved_on(kind: Backend) {
        let registry = registry_with(&[samples::FILES]).await;
        let engine = engine_for(&registry.url(), kind);
        let repository = name(samples::FILES);
        let image = engine.image(ID, &repository, &"latest".parse().unwrap()).await.unwrap();
        let host = &engine.registry(ID).unwrap().pull_host;
        let claimed = |tag: &str, digest: &str| ClaimedBase {
            name: Some(format!("{host}/{repository}:{tag}")),
            digest: Some(digest.parse().unwrap()),
        };
        let is = image.summary.digest.unwrap();
        let was = format!("sha256:{}", "a".repeat(64));
        let moved = async |tag: &str, digest: &str| {
            engine.known_base(&claimed(tag, digest)).await.unwrap().unwrap().has_moved
        };
        assert_eq!(moved("latest", is.as_str()).await, Some(false));
        assert_eq!(moved("latest", &was).await, Some(true));
        assert_eq!(moved("never-seen", &was).await, None);
        let elsewhere = ClaimedBase { name: Some("docker.io/library/debian:12".to_owned()), digest: None };
        assert_eq!(engine.known_base(&elsewhere).await.unwrap(), None);
    }
}
