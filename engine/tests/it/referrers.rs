use engine::{CosignKey, Engine};
use registry::artifact::{
    ArtifactContent, ArtifactDetail, ArtifactKind, Outcome, ReferrerRow, Referrers, Source,
};
use registry::attached::Attached;
use registry::fake::Answer;
use registry::{Digest, Reference};
use testbed::samples::{self, Clock};
use testbed::{Ferro, Pusher};

use crate::support::{
    Backend, FakeImages, ID, engine_for, name, on_both, query, registry_with, rows, scanned,
};

fn keys() -> Vec<CosignKey> {
    vec![CosignKey::parse("samples", &samples::cosign_public_key()).unwrap()]
}

async fn referrers(engine: &Engine, repository: &str, reference: &str) -> Referrers {
    engine.referrers(ID, &name(repository), &reference.parse().unwrap()).await.unwrap()
}

async fn artifact(engine: &Engine, repository: &str, digest: &Digest) -> ArtifactDetail {
    engine.artifact(ID, &name(repository), &Reference::Digest(digest.clone())).await.unwrap()
}

fn of_kind(referrers: &Referrers, kind: ArtifactKind, source: Source) -> &ReferrerRow {
    let mut rows = referrers.items.iter().filter(|it| it.kinds.contains(&kind) && it.found.contains(&source));
    rows.next().unwrap_or_else(|| panic!("no {kind:?} from {source:?} in {referrers:#?}"))
}

on_both! {
    async fn everything_that_refers_to_an_image_is_found_and_told_apart(kind: Backend) {
        let registry = registry_with(&[samples::ATTESTED]).await;
        let bare = engine_for(&registry.url(), kind);
        let engine = (*bare).clone().with_cosign_keys(keys());
        let found = referrers(&engine, samples::ATTESTED, "latest").await;
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        // Two attestations of platforms, the signature of one of them, a signature, a provenance and two SBOMs.
        assert_eq!((found.items.len(), found.total, found.n_keys), (7, 7, 1));
        let outcome = |row: &ReferrerRow| row.verification.as_ref().map(|it| it.outcome);

        let signature = of_kind(&found, ArtifactKind::CosignSignature, Source::CosignTag);
        assert_eq!(outcome(signature), Some(Outcome::Verified));
        assert_eq!(signature.verification.as_ref().unwrap().key.as_deref(), Some("samples"));
        let is_signature = |it: &&ReferrerRow| it.kinds.contains(&ArtifactKind::CosignSignature);
        let of_platform = found.items.iter().filter(is_signature).find(|it| it.subject != found.digest).unwrap();
        assert_eq!(outcome(of_platform), Some(Outcome::Verified));
        let built = |it: &ReferrerRow| it.found == [Source::Index] && it.subject == of_platform.subject;
        assert!(found.items.iter().any(built), "the attestation of the same platform");
        let provenance = of_kind(&found, ArtifactKind::Provenance, Source::CosignTag);
        assert_eq!(outcome(provenance), Some(Outcome::Verified));
        let spdx = of_kind(&found, ArtifactKind::Spdx, Source::FallbackTag);
        assert_eq!((outcome(spdx), spdx.created.at.is_some()), (None, true));
        of_kind(&found, ArtifactKind::CycloneDx, Source::FallbackTag);
        let built = of_kind(&found, ArtifactKind::Provenance, Source::Index);
        assert_eq!(outcome(built), Some(Outcome::Unsigned));
        assert_ne!(built.subject, found.digest);

        let spdx = artifact(&engine, samples::ATTESTED, &spdx.digest).await;
        assert_eq!(spdx.subjects, std::slice::from_ref(&found.digest));
        let Some(ArtifactContent::Packages(list)) = &spdx.files[0].content else { panic!("{spdx:?}") };
        assert_eq!((list.n_packages, spdx.files[0].title.as_deref()), (604, Some("sbom.spdx.json")));

        let provenance = artifact(&engine, samples::ATTESTED, &provenance.digest).await;
        let Some(ArtifactContent::Provenance(it)) = &provenance.files[0].content else { panic!("{provenance:?}") };
        assert_eq!(it.source.as_deref(), Some("https://git.example.com/demo/attested"));
        assert_eq!(it.commit.as_deref(), Some("6a1f0d6e2c4b8f90123456789abcdef012345678"));

        // The tag that says whose signature it is has been written down.
        let signature = artifact(&engine, samples::ATTESTED, &signature.digest).await;
        assert_eq!(signature.subjects, [found.digest]);
        assert_eq!(signature.files[0].verification.as_ref().unwrap().outcome, Outcome::Verified);
    }
}

on_both! {
    async fn signatures_that_are_wrong_are_not_verified(kind: Backend) {
        let registry = registry_with(&[samples::ATTESTED]).await;
        let engine = engine_for(&registry.url(), kind);
        let with_keys = (*engine).clone().with_cosign_keys(keys());
        for (tag, outcome) in [("0.8.0", Outcome::OtherImage), ("0.9.0", Outcome::NoKeyFits)] {
            let found = referrers(&with_keys, samples::ATTESTED, tag).await;
            assert_eq!(found.items[0].verification.as_ref().unwrap().outcome, outcome, "{tag}");
        }
        let found = referrers(&engine, samples::ATTESTED, "latest").await;
        let signature = of_kind(&found, ArtifactKind::CosignSignature, Source::CosignTag);
        assert_eq!(signature.verification.as_ref().unwrap().outcome, Outcome::NoKeys);
        assert!(referrers(&engine, samples::ATTESTED, "0.7.0").await.items.is_empty());
    }
}

on_both! {
    async fn a_registry_with_the_referrers_api_is_asked(kind: Backend) {
        let registry = Ferro::start().unwrap();
        let sample = samples::one(samples::ATTESTED, Clock::FIXED).unwrap();
        sample.push(&Pusher::new(&registry.url())).await.unwrap();
        let engine = engine_for(&registry.url(), kind);
        let found = referrers(&engine, samples::ATTESTED, "latest").await;
        let spdx = of_kind(&found, ArtifactKind::Spdx, Source::Api);
        assert!(spdx.found.contains(&Source::FallbackTag), "what is listed twice is told once: {:?}", spdx.found);
    }
}

on_both! {
    async fn where_one_place_cannot_be_asked_the_others_are_told_and_which_one_it_was(kind: Backend) {
        let images = FakeImages::start().await;
        let image = images.tag("1.0", 0);
        images.tag(&format!("{}.sig", image.as_str().replace(':', "-")), 1);
        let api = format!("/v2/{}/referrers/{image}", FakeImages::REPOSITORY);
        images.fake.on("GET", &api, Answer::error(500, "UNKNOWN", "the index of referrers is broken"));
        let engine = engine_for(&images.url(), kind);
        let found = referrers(&engine, FakeImages::REPOSITORY, "1.0").await;
        let problems: Vec<Source> = found.problems.iter().map(|it| it.source).collect();
        assert_eq!(problems, [Source::Api]);
        assert!(found.problems[0].why.contains("500"), "{}", found.problems[0].why);
        let sources: Vec<&[Source]> = found.items.iter().map(|it| it.found.as_slice()).collect();
        assert_eq!(sources, [[Source::CosignTag]]);
    }
}

on_both! {
    async fn rows_of_tags_say_what_lies_beside_them(kind: Backend) {
        let registry = registry_with(&[samples::ATTESTED]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.tags(ID, &name(samples::ATTESTED), &query()).await.unwrap();
        scanned(&engine, samples::ATTESTED).await;
        let rows = rows(engine.tags(ID, &name(samples::ATTESTED), &query()).await.unwrap()).await;
        let beside = |tag: &str| rows.iter().find(|it| it.name.as_str() == tag).unwrap().attached.clone();
        for attached in [Attached::Signature, Attached::Attestation, Attached::Sbom] {
            assert!(beside("latest").contains(&attached), "{attached:?}: {:?}", beside("latest"));
        }
        assert_eq!(beside("0.9.0"), [Attached::Signature]);
        assert!(beside("0.7.0").is_empty());
    }
}

on_both! {
    async fn a_chart_is_told_with_its_files(kind: Backend) {
        let registry = registry_with(&[samples::CHARTS_WEB]).await;
        let engine = engine_for(&registry.url(), kind);
        let chart = engine.artifact(ID, &name(samples::CHARTS_WEB), &"1.1.0".parse().unwrap()).await.unwrap();
        assert_eq!((chart.kinds.as_slice(), chart.files.len()), (&[ArtifactKind::HelmChart][..], 2));
        let chart = chart.chart.unwrap();
        assert_eq!((chart.name.as_str(), chart.app_version.as_deref()), ("web", Some("2.9.0")));
        let files = chart.files.unwrap();
        assert!(files.readme.unwrap().starts_with("# web"));
        assert!(files.values.unwrap().contains("replicaCount: 2"));
        assert!(files.files.iter().any(|it| it.path == "templates/deployment.yaml"));
    }
}
