//! Finding things without knowing where they are.

use engine::{FoundIn, TagSelection};
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
}
