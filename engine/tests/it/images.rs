use registry::created::CreatedState;
use registry::image::ImageDetail;
use registry::summary::{Kind, State};
use testbed::samples;

use crate::support::{Backend, ID, engine_for, name, on_both, registry_with};

async fn image(repository: &str, reference: &str, kind: Backend) -> ImageDetail {
    let registry = registry_with(&[repository]).await;
    engine_for(&registry.url(), kind).image(ID, &name(repository), &reference.parse().unwrap()).await.unwrap()
}

on_both! {
    async fn an_index_tells_the_layers_of_every_platform(kind: Backend) {
        let image = image(samples::WEBAPP, "2.14.0", kind).await;
        assert_eq!(image.summary.kind, Kind::Index);
        assert_eq!(image.summary.platforms.len(), 3);
        for platform in &image.summary.platforms {
            let contents = platform.contents.as_ref().unwrap();
            let layers: u64 = contents.layers.iter().filter_map(|it| it.size).sum();
            assert!(layers > 0 && layers < platform.size.unwrap(), "the configuration counts as well");
            assert!(
                contents.layers.iter().any(|it| it.empty)
                    && contents.layers.iter().any(|it| it.created_by.is_some())
            );
            assert!(contents.config.is_some() && contents.manifest.is_some());
        }
        assert!(image.contents.layers.is_empty() && image.contents.manifest.is_some());
    }
}

on_both! {
    async fn a_missing_child_leaves_the_others_readable(kind: Backend) {
        let image = image(samples::WEBAPP, "2.13.0-rc.2", kind).await;
        assert_eq!(image.summary.state, State::ChildMissing);
        let states: Vec<_> = image.summary.platforms.iter().map(|it| (it.state, it.contents.is_some())).collect();
        assert!(
            states.contains(&(State::Ok, true)) && states.contains(&(State::ManifestMissing, false)),
            "{states:?}"
        );
    }
}

on_both! {
    async fn a_missing_or_damaged_configuration_still_shows_the_layers(kind: Backend) {
        for (repository, state) in
            [(samples::MISSING_CONFIG, State::ConfigMissing), (samples::UNREADABLE_CONFIG, State::Unreadable)]
        {
            let image = image(repository, "latest", kind).await;
            assert_eq!(image.summary.state, state, "{repository}");
            assert!(image.summary.detail.is_some());
            assert!(!image.contents.layers.is_empty());
        }
    }
}

on_both! {
    async fn dates_that_are_none_are_told_apart(kind: Backend) {
        for (repository, state) in [
            (samples::NO_DATE, CreatedState::NotRecorded),
            (samples::YEAR_ONE, CreatedState::Placeholder),
            (samples::EPOCH, CreatedState::Placeholder),
        ] {
            assert_eq!(image(repository, "latest", kind).await.summary.created.state, state, "{repository}");
        }
    }
}
