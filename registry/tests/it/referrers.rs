//! Referrers: the API, its absence, and the tag that stands for it.

use registry::client::ReferrerDescriptor;
use registry::fake::{Answer, Fake};
use registry::media_type::{OCI_INDEX, OCI_MANIFEST};
use registry::{Digest, Error};
use serde_json::{Value, json};

use crate::support::{client, repository, sha256};

const SBOM: &str = "application/spdx+json";
const SIGNATURE: &str = "application/vnd.example.signature";

fn subject() -> Digest {
    sha256("subject")
}

fn api() -> String {
    format!("/v2/demo/app/referrers/{}", subject())
}

fn fallback() -> String {
    format!("/v2/demo/app/manifests/sha256-{}", subject().encoded())
}

fn descriptor(content: &str, artifact_type: Option<&str>) -> Value {
    let mut value = json!({ "mediaType": OCI_MANIFEST, "digest": sha256(content), "size": content.len() });
    if let Some(artifact_type) = artifact_type {
        value["artifactType"] = artifact_type.into();
    }
    value
}

fn index(manifests: &[Value]) -> Answer {
    Answer::ok(OCI_INDEX, json!({ "schemaVersion": 2, "manifests": manifests }).to_string())
}

fn kinds(found: Vec<ReferrerDescriptor>) -> Vec<Option<String>> {
    found.into_iter().map(|it| it.artifact_type).collect()
}

async fn ask(fake: &Fake, artifact_type: Option<&str>) -> Result<Vec<ReferrerDescriptor>, Error> {
    client(fake).referrers(&repository("demo/app"), &subject(), artifact_type).await
}

#[tokio::test]
async fn reads_all_pages_of_the_api() {
    let fake = Fake::start().await;
    let mut signed = descriptor("signature", Some(SIGNATURE));
    signed["annotations"] = json!({ "by": "someone" });
    let link = format!("<{}?page=2>; rel=\"next\"", api());
    fake.in_turn(
        "GET",
        &api(),
        [index(&[descriptor("sbom", Some(SBOM))]).header("link", &link), index(&[signed])],
    );
    let found = ask(&fake, None).await.unwrap();
    assert_eq!(
        found[1],
        ReferrerDescriptor {
            digest: sha256("signature"),
            media_type: OCI_MANIFEST.to_owned(),
            size: 9,
            artifact_type: Some(SIGNATURE.to_owned()),
            annotations: [("by".to_owned(), "someone".to_owned())].into(),
        }
    );
    assert_eq!(kinds(found), [Some(SBOM.to_owned()), Some(SIGNATURE.to_owned())]);
    let queries: Vec<_> = fake.seen_at("GET", &api()).into_iter().map(|it| it.query).collect();
    assert_eq!(queries, ["", "page=2"]);
}

#[tokio::test]
async fn filters_itself_unless_the_registry_has() {
    let fake = Fake::start().await;
    let both = index(&[descriptor("sbom", Some(SBOM)), descriptor("signature", Some(SIGNATURE))]);
    fake.on("GET", &api(), both.clone());
    assert_eq!(kinds(ask(&fake, Some(SBOM)).await.unwrap()), [Some(SBOM.to_owned())]);
    assert_eq!(fake.seen()[0].query, "artifactType=application%2Fspdx%2Bjson");
    // A registry that says it has filtered is believed, whatever it lists.
    fake.on("GET", &api(), both.header("oci-filters-applied", "artifactType"));
    assert_eq!(ask(&fake, Some(SBOM)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn reads_the_fallback_tag_where_there_is_no_api() {
    for answer in [
        Answer::ok("text/plain", "404 page not found").with_status(404),
        Answer::error(404, "NOT_FOUND", "no such route"),
        Answer::status(400),
        Answer::status(406),
        Answer::ok("text/plain", "ok"),
        Answer::json(&json!({ "everything": "is fine" })),
    ] {
        let fake = Fake::start().await;
        fake.on("GET", &api(), answer.clone());
        fake.on(
            "GET",
            &fallback(),
            index(&[descriptor("sbom", Some(SBOM)), descriptor("x", Some(SIGNATURE))]),
        );
        assert_eq!(kinds(ask(&fake, Some(SBOM)).await.unwrap()), [Some(SBOM.to_owned())], "{answer:?}");
    }
}

#[tokio::test]
async fn nothing_refers_to_it_where_there_is_neither() {
    let fake = Fake::start().await;
    assert_eq!(ask(&fake, None).await, Ok(vec![]));
    fake.on("GET", &fallback(), Answer::error(404, "NAME_UNKNOWN", "repository name not known to registry"));
    assert_eq!(ask(&fake, None).await, Ok(vec![]));
    // An image that somebody tagged like this is no list of referrers.
    fake.on("GET", &fallback(), Answer::ok(OCI_MANIFEST, r#"{"layers":[]}"#));
    assert_eq!(ask(&fake, None).await, Ok(vec![]));
}

#[tokio::test]
async fn reads_from_the_manifest_what_the_list_leaves_out() {
    let fake = Fake::start().await;
    let own = json!({ "artifactType": SBOM, "layers": [], "annotations": { "by": "someone" } }).to_string();
    let by_config = json!({
        "config": { "mediaType": SIGNATURE, "digest": sha256("config"), "size": 6 },
        "layers": [],
    })
    .to_string();
    for content in [&own, &by_config] {
        fake.on(
            "GET",
            &format!("/v2/demo/app/manifests/{}", sha256(content)),
            Answer::ok(OCI_MANIFEST, content.clone()),
        );
    }
    let listed = [descriptor(&own, None), descriptor(&by_config, None), descriptor("gone", None)];
    fake.on("GET", &fallback(), index(&listed));
    let found = ask(&fake, None).await.unwrap();
    assert_eq!(found[0].annotations["by"], "someone");
    assert_eq!(kinds(found), [Some(SBOM.to_owned()), Some(SIGNATURE.to_owned()), None]);
    assert_eq!(kinds(ask(&fake, Some(SIGNATURE)).await.unwrap()), [Some(SIGNATURE.to_owned())]);
}

#[tokio::test]
async fn does_not_take_trouble_for_the_absence_of_the_api() {
    let fake = Fake::start().await;
    fake.on("GET", &api(), Answer::error(403, "DENIED", "no"));
    assert!(matches!(ask(&fake, None).await, Err(Error::Denied { .. })));
    fake.on("GET", &api(), Answer::status(500));
    assert!(matches!(ask(&fake, None).await, Err(Error::Upstream { status: 500, .. })));
    assert_eq!(fake.count("GET", &fallback()), 0);
}
