//! Everything that the protocol has, through the server and beside it.

use testbed::samples::{self, Clock};
use testbed::token_server::ADMIN;
use testbed::{Authority, Distribution, Ferro, Pusher, TokenServer};

use super::{MANIFEST, Running, ask, blob, code, get, json_of, manifest, server, upload};
use crate::support::{Server, registry_with};

#[tokio::test]
async fn an_image_is_pushed_and_pulled_byte_for_byte() {
    let registry = Distribution::builder().start().await.unwrap();
    let server = server(&registry.url(), &[]);
    assert_eq!(get(&server, "/v2/", &[]).await.text(), "{}");
    let (config, layer) = (blob(300, 1), blob(300_000, 2));
    for blob in [&config, &layer] {
        let put = upload(&server, "team/app", blob).await;
        assert_eq!(put.status, 201, "{}", put.text());
        assert_eq!(put.header("location"), format!("/v2/team/app/blobs/{}", blob.0));
    }
    let manifest = manifest(&config, &layer);
    let kind = [("content-type", MANIFEST)];
    let put = ask(&server, "PUT", "/v2/team/app/manifests/1.0", &kind, manifest.clone()).await;
    assert_eq!(put.status, 201, "{}", put.text());
    let digest = put.header("docker-content-digest").to_owned();
    assert_eq!(Pusher::to(&registry).resolve("team/app", "1.0").await.unwrap().as_deref(), Some(&*digest));

    let accept = [("accept", MANIFEST)];
    let pulled = get(&server, "/v2/team/app/manifests/1.0", &accept).await;
    assert_eq!((pulled.status.as_u16(), pulled.body.as_slice()), (200, manifest.as_slice()));
    assert_eq!((pulled.header("content-type"), pulled.header("docker-content-digest")), (MANIFEST, &*digest));
    let looked = ask(&server, "HEAD", &format!("/v2/team/app/manifests/{digest}"), &accept, Vec::new()).await;
    assert_eq!((looked.status.as_u16(), looked.body.len()), (200, 0));
    assert_eq!(looked.header("content-length"), manifest.len().to_string());

    let path = format!("/v2/team/app/blobs/{}", layer.0);
    assert!(get(&server, &path, &[]).await.body == layer.1);
    let part = get(&server, &path, &[("range", "bytes=1000-1999")]).await;
    assert_eq!((part.status.as_u16(), part.body.as_slice()), (206, &layer.1[1000..2000]));
    assert_eq!(part.header("content-range"), "bytes 1000-1999/300000");
    let looked = ask(&server, "HEAD", &path, &[], Vec::new()).await;
    assert_eq!((looked.status.as_u16(), looked.header("content-length")), (200, "300000"));
    let missing = get(&server, &format!("/v2/team/app/blobs/{}", blob(7, 7).0), &[]).await;
    assert_eq!((missing.status.as_u16(), code(&missing).as_str()), (404, "BLOB_UNKNOWN"));
    assert_eq!(json_of(&get(&server, "/v2/team/app/tags/list", &[]).await)["tags"][0], "1.0");
    assert_eq!(json_of(&get(&server, "/v2/_catalog", &[]).await)["repositories"][0], "team/app");
}

#[tokio::test]
async fn a_blob_may_come_in_pieces_or_from_another_repository_or_not_at_all() {
    let registry = Distribution::builder().start().await.unwrap();
    let server = server(&registry.url(), &[]);
    let whole = blob(5000, 3);
    let begun = ask(&server, "POST", "/v2/a/blobs/uploads/", &[], Vec::new()).await;
    let mut location = begun.header("location").to_owned();
    for (from, to) in [(0, 2000), (2000, 5000)] {
        let range = format!("{from}-{}", to - 1);
        let headers = [("content-range", range.as_str()), ("content-type", "application/octet-stream")];
        let sent = ask(&server, "PATCH", &location, &headers, whole.1[from..to].to_vec()).await;
        assert_eq!((sent.status.as_u16(), sent.header("range")), (202, format!("0-{}", to - 1).as_str()));
        sent.header("location").clone_into(&mut location);
        let asked = get(&server, &location, &[]).await;
        assert_eq!((asked.status.as_u16(), asked.header("range")), (204, format!("0-{}", to - 1).as_str()));
    }
    let ended = ask(&server, "PUT", &format!("{location}&digest={}", whole.0), &[], Vec::new()).await;
    assert_eq!(ended.status, 201, "{}", ended.text());
    assert!(get(&server, &format!("/v2/a/blobs/{}", whole.0), &[]).await.body == whole.1);

    let path = format!("/v2/b/blobs/uploads/?mount={}&from=a", whole.0);
    let mounted = ask(&server, "POST", &path, &[], Vec::new()).await;
    assert_eq!((mounted.status.as_u16(), mounted.header("docker-content-digest")), (201, &*whole.0));
    assert!(get(&server, &format!("/v2/b/blobs/{}", whole.0), &[]).await.body == whole.1);

    let begun = ask(&server, "POST", "/v2/a/blobs/uploads/", &[], Vec::new()).await;
    let cancelled = ask(&server, "DELETE", begun.header("location"), &[], Vec::new()).await;
    assert_eq!(cancelled.status, 204, "{}", cancelled.text());
    let gone = get(&server, begun.header("location"), &[]).await;
    assert_eq!((gone.status.as_u16(), code(&gone).as_str()), (404, "BLOB_UPLOAD_UNKNOWN"));
    let wrong = upload(&server, "a", &(blob(9, 9).0, vec![0; 9])).await;
    assert_eq!((wrong.status.as_u16(), code(&wrong).as_str()), (400, "DIGEST_INVALID"));
}

#[tokio::test]
async fn a_whole_sample_is_pushed_over_sockets() {
    let registry = Distribution::builder().start().await.unwrap();
    let running = Running::start(&registry.url(), &[]).await;
    let sample = samples::one(samples::WEBAPP, Clock::FIXED).unwrap();
    let pushed = sample.push(&running.pusher()).await.unwrap();
    assert!(pushed.manifests > 1 && pushed.blobs > 1);
    // Beside it, there is nothing left to push.
    assert_eq!(sample.push(&Pusher::to(&registry)).await.unwrap().manifests, 0);
}

#[tokio::test]
async fn nothing_is_deleted_through_it() {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    samples::fill(&registry, [samples::one(samples::CLI, Clock::FIXED).unwrap()]).await.unwrap();
    let server = server(&registry.url(), &[("DELETE_IMAGES", "true")]);
    let digest = Pusher::to(&registry).resolve(samples::CLI, "latest").await.unwrap().unwrap();
    for path in [format!("manifests/{digest}"), "manifests/latest".to_owned(), format!("blobs/{digest}")] {
        let refused = ask(&server, "DELETE", &format!("/v2/{}/{path}", samples::CLI), &[], Vec::new()).await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (405, "UNSUPPORTED"));
        assert!(refused.text().contains("delete it in Stowage"));
    }
    assert_eq!(Pusher::to(&registry).resolve(samples::CLI, "latest").await.unwrap(), Some(digest));
}

#[tokio::test]
async fn referrers_and_pages_lead_on_through_it() {
    let registry = Ferro::start().unwrap();
    let server = server(&registry.url(), &[]);
    let (config, layer) = (blob(30, 1), blob(40, 2));
    upload(&server, "a", &config).await;
    upload(&server, "a", &layer).await;
    let image = manifest(&config, &layer);
    for tag in ["1", "2", "3"] {
        let path = format!("/v2/a/manifests/{tag}");
        assert_eq!(
            ask(&server, "PUT", &path, &[("content-type", MANIFEST)], image.clone()).await.status,
            201
        );
    }
    let subject = samples::digest_of(&image);
    let mut referrer: serde_json::Value = serde_json::from_slice(&image).unwrap();
    referrer["artifactType"] = "application/example".into();
    referrer["subject"] =
        serde_json::json!({ "mediaType": MANIFEST, "digest": subject, "size": image.len() });
    let referrer = referrer.to_string().into_bytes();
    let path = format!("/v2/a/manifests/{}", samples::digest_of(&referrer));
    let put = ask(&server, "PUT", &path, &[("content-type", MANIFEST)], referrer.clone()).await;
    assert_eq!(put.status, 201, "{}", put.text());
    assert_eq!(put.header("oci-subject"), subject);
    let path = format!("/v2/a/referrers/{subject}");
    let list = get(&server, &path, &[]).await;
    assert_eq!(list.header("content-type"), "application/vnd.oci.image.index.v1+json");
    assert!(list.text().contains(&samples::digest_of(&referrer)), "{}", list.text());
    let none = get(&server, &format!("{path}?artifactType=application/other"), &[]).await;
    assert!(!none.text().contains(&samples::digest_of(&referrer)));

    let mut path = "/v2/a/tags/list?n=2".to_owned();
    let mut tags = Vec::new();
    while !path.is_empty() {
        let page = get(&server, &path, &[]).await;
        tags.extend(
            json_of(&page)["tags"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()),
        );
        let link = page.header("link").strip_prefix('<').and_then(|it| it.split_once(">; rel=\"next\""));
        path = link.map(|it| it.0.to_owned()).unwrap_or_default();
        assert!(path.is_empty() || path.starts_with("/v2/a/tags/list?"), "{path}");
    }
    assert_eq!(tags, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_registry_that_wants_tokens_or_tls_is_shown_stowages_own() {
    let authority = Authority::new().unwrap();
    let tokens = TokenServer::start().unwrap();
    let registry = Distribution::builder().token_auth(&tokens).tls(&authority).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority.ca_pem()).unwrap();
    let account = [
        ("REGISTRY_USERNAME", ADMIN.user),
        ("REGISTRY_PASSWORD", ADMIN.password),
        ("REGISTRY_CA_FILE", ca.to_str().unwrap()),
        ("REGISTRY_TRUSTED_HOSTS", "*"),
    ];
    let url = registry.url();
    let server = server(&url, &account);
    let refused = get(&server, "/v2/a/tags/list", &[]).await;
    // From https to http is not followed, which is told as what is wrong with the registry, not with who asks.
    assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (502, "UNAVAILABLE"));

    let registry = Distribution::builder().token_auth(&tokens).start().await.unwrap();
    let url = registry.url();
    let server = super::server(&url, &account[..2]);
    let whole = blob(70_000, 4);
    assert_eq!(upload(&server, "a", &whole).await.status, 201);
    let path = format!("/v2/b/blobs/uploads/?mount={}&from=a", whole.0);
    assert_eq!(ask(&server, "POST", &path, &[], Vec::new()).await.status, 201);
    assert!(get(&server, &format!("/v2/b/blobs/{}", whole.0), &[]).await.body == whole.1);

    // A server that has just started knows nothing of the registry, and what is sent can be sent only once.
    let begun = ask(&server, "POST", "/v2/a/blobs/uploads/", &[], Vec::new()).await;
    let other = super::server(&url, &account[..2]);
    let part = ask(&other, "PATCH", begun.header("location"), &[], vec![1; 1000]).await;
    assert_eq!((part.status.as_u16(), part.header("range")), (202, "0-999"), "{}", part.text());
}

#[tokio::test]
async fn what_is_switched_off_says_so() {
    let registry = registry_with(&[samples::NO_DATE]).await;
    let url = registry.url();
    let off = get(&Server::of(&url), "/v2/", &[]).await;
    assert_eq!((off.status.as_u16(), code(&off).as_str()), (404, "UNSUPPORTED"));
    assert!(off.text().contains("STOWAGE_V2=true"));
    let reading = Server::with(&[("REGISTRY_URL", &url), ("STOWAGE_V2", &registry.host())]);
    assert_eq!(get(&reading, &format!("/v2/{}/tags/list", samples::NO_DATE), &[]).await.status, 200);
    for (method, path) in
        [("POST", "a/blobs/uploads/"), ("PATCH", "a/blobs/uploads/1"), ("PUT", "a/manifests/1")]
    {
        let refused = ask(&reading, method, &format!("/v2/{path}"), &[], Vec::new()).await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (405, "UNSUPPORTED"), "{path}");
        assert!(refused.text().contains("STOWAGE_V2_PUSH=true"));
    }
}
