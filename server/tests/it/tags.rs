//! `/api/v1/tags`

use serde_json::{Value, json};
use testbed::samples;

use crate::support::{Server, each, registry_with};

#[tokio::test]
async fn a_row_tells_everything_about_a_tag() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/tags?repository=team/webapp").await.json();
    let row = row(&list, "2.14.0");
    assert_eq!((&row["kind"], &row["state"]), (&json!("index"), &json!("ok")));
    assert!(row["digest"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(row["media_type"], "application/vnd.oci.image.index.v1+json");
    let mut aliases: Vec<&str> =
        row["aliases"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    aliases.sort_unstable();
    assert_eq!(aliases, ["2", "2.14", "latest"]);
    let platforms = row["platforms"].as_array().unwrap();
    assert_eq!(platforms.len(), 3);
    for platform in platforms {
        for part in ["os", "architecture", "digest", "created", "state"] {
            assert!(platform[part].is_string(), "{part}: {platform}");
        }
        assert!(platform.get("variant").is_some() && platform.get("os_version").is_some(), "{platform}");
    }
    let sum: u64 = platforms.iter().map(|it| it["size"].as_u64().unwrap()).sum();
    assert_eq!(row["size"], sum);
    assert!(!row["attestations"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_broken_has_a_state_instead_of_a_size() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/tags?repository=team/webapp").await.json();
    let gone = row(&list, "2.9.0");
    assert_eq!(
        (&gone["kind"], &gone["state"], &gone["size"]),
        (&json!("broken"), &json!("manifest_missing"), &json!(null))
    );
    assert_eq!(row(&list, "2.13.0-rc.2")["state"], "child_missing");
    assert_eq!(row(&list, "chart-1.4.0")["kind"], "artifact");
}

#[tokio::test]
async fn names_are_in_natural_order_in_both_directions() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let up = server.get("/api/v1/tags?repository=team/tools/cli").await.json();
    let down = server.get("/api/v1/tags?repository=team/tools/cli&dir=desc").await.json();
    let mut names = each(&up, "name");
    let (first, last) =
        (names.iter().position(|it| *it == "0.9.0"), names.iter().position(|it| *it == "1.1.0"));
    assert!(first < last, "{names:?}");
    names.reverse();
    assert_eq!(each(&down, "name"), names);
}

#[tokio::test]
async fn sorting_takes_all_tags_into_account_not_one_page() {
    let registry = registry_with(&[samples::API]).await;
    let server = Server::of(&registry.url());
    let by_name = server.get("/api/v1/tags?repository=team/api&per_page=1000").await.json();
    let all = by_name["items"].as_array().unwrap();
    for (sort, key) in [("created", "created"), ("size", "size")] {
        let path = format!("/api/v1/tags?repository=team/api&sort={sort}&dir=desc&per_page=5");
        let list = server.get(&path).await.json();
        assert_eq!((&list["total"], &list["unread"]), (&json!(all.len()), &json!(0)));
        let mut expected: Vec<String> = all.iter().map(|it| sortable(&it[key])).collect();
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let items = list["items"].as_array().unwrap();
        let found: Vec<String> = items.iter().map(|it| sortable(&it[key])).collect();
        assert_eq!(found, expected[..5], "{sort}");
    }
}

/// Dates of the same form are in the order of their texts; numbers are when they have the same length.
fn sortable(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{:020}", number.as_u64().unwrap()),
        other => other.as_str().unwrap().to_owned(),
    }
}

#[tokio::test]
async fn next_leads_through_every_page_exactly_once() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let mut path = "/api/v1/tags?repository=team/tools/cli&per_page=2&sort=created".to_owned();
    let mut names = Vec::new();
    let total = loop {
        let list = server.get(&path).await.json();
        names.extend(each(&list, "name").into_iter().map(str::to_owned));
        match list["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break list["total"].as_u64().unwrap(),
        }
    };
    assert_eq!(names.len() as u64, total);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len() as u64, total);
}

#[tokio::test]
async fn a_page_past_the_last_is_empty() {
    let registry = registry_with(&[samples::NO_DATE]).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/tags?repository=broken/no-date&page=7").await.json();
    let [items, total, next] = ["items", "total", "next"].map(|it| &list[it]);
    assert_eq!((items, total, next), (&json!([]), &json!(1), &json!(null)));
}

#[tokio::test]
async fn platform_and_q_narrow_the_list() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let of = async |query: &str| {
        let list = server.get(&format!("/api/v1/tags?repository=team/tools/cli&{query}")).await.json();
        assert_eq!(list["total"], list["items"].as_array().unwrap().len());
        list["total"].as_u64().unwrap()
    };
    let all = of("").await;
    assert_eq!(of("platform=windows").await, all);
    assert_eq!(of("platform=linux/s390x").await, 0);
    assert_eq!(of("q=1.1").await, 1);
}

#[tokio::test]
async fn tags_that_only_carry_signatures_are_listed_on_demand() {
    let registry = registry_with(&[samples::SIGNED]).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/tags?repository=demo/signed").await.json();
    assert!(each(&list, "name").iter().all(|name| !name.starts_with("sha256-")));
    assert!(row(&list, "latest")["attached"].as_array().unwrap().contains(&json!("signature")));
    let list = server.get("/api/v1/tags?repository=demo/signed&attached=true").await.json();
    assert!(each(&list, "name").iter().any(|name| name.ends_with(".sig")));
}

fn row<'a>(list: &'a Value, name: &str) -> &'a Value {
    list["items"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()
}
