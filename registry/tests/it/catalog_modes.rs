//! Lists of repositories that are given, or only a part of the catalog.

use registry::client::{CatalogMode, Client, ClientConfig};
use registry::fake::{Answer, Fake, Seen};
use serde_json::json;
use testbed::{Distribution, seed};
use url::form_urlencoded;

use crate::support::{catalog, config, repository};

const CATALOG: &str = "/v2/_catalog";

/// A client that asks for pages of two and lists what lies in these namespaces.
fn below(url: url::Url, prefixes: &[&str]) -> Client {
    let catalog = CatalogMode::Prefixes(prefixes.iter().map(|it| repository(it)).collect());
    Client::new(ClientConfig { catalog, page_size: 2, ..config(url) }).unwrap()
}

fn parameter(seen: &Seen, name: &str) -> Option<String> {
    let mut query = form_urlencoded::parse(seen.query.as_bytes());
    query.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A registry that orders its names as `names` are, two a page, and begins after the one that it is asked for.
async fn ordered(names: &[&str], comes_after: fn(&str, &str) -> bool) -> Fake {
    let fake = Fake::start().await;
    let names: Vec<String> = names.iter().map(|&it| it.to_owned()).collect();
    fake.script("GET", CATALOG, move |seen| {
        let last = parameter(seen, "last").unwrap_or_default();
        let rest: Vec<&String> = names.iter().filter(|it| comes_after(it, &last)).collect();
        let page = &rest[..rest.len().min(2)];
        let answer = Answer::json(&json!({ "repositories": page }));
        match page.last() {
            Some(last) if page.len() < rest.len() => {
                answer.header("link", &format!("</v2/_catalog?n=2&last={last}>; rel=\"next\""))
            }
            _ => answer,
        }
    });
    fake
}

async fn found(client: &Client) -> Vec<String> {
    let mut names = catalog(client).await.unwrap().concat();
    names.sort_unstable();
    names.dedup();
    names
}

#[tokio::test]
async fn a_list_is_given_and_the_registry_not_asked() {
    let fake = Fake::start().await;
    let listed = vec![repository("team/web"), repository("team/api")];
    let client =
        Client::new(ClientConfig { catalog: CatalogMode::Listed(listed), ..config(fake.url()) }).unwrap();
    assert_eq!(catalog(&client).await.unwrap(), [["team/web", "team/api"]]);
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn begins_before_a_namespace_and_ends_after_it_where_names_ascend() {
    let names = ["a", "b", "c", "d/x", "m", "n", "team", "team-b/x", "team/a", "team/b", "u", "v", "w", "x"];
    let fake = ordered(&names, |name, last| name > last).await;
    assert_eq!(found(&below(fake.url(), &["team"])).await, ["team", "team/a", "team/b"]);
    let asked: Vec<_> = fake.seen().iter().map(|it| parameter(it, "last")).collect();
    let asked: Vec<_> = asked.iter().map(|it| it.as_deref().unwrap_or_default()).collect();
    assert_eq!(asked, ["", "teal~", "team-b/x", "team/b"]);
    // Two of them, one of which is not there.
    assert_eq!(found(&below(fake.url(), &["d", "unknown"])).await, ["d/x"]);
}

#[tokio::test]
async fn leaves_nothing_out_in_any_order() {
    let by_bytes = ["a", "b", "b-c/x", "b/x", "c", "d-e/x", "d/e", "e", "f"];
    let by_parts = ["a", "b", "b/x", "b-c/x", "c", "d/e", "d-e/x", "e", "f"];
    let neither = ["f", "b/x", "a", "d/e", "c", "d-e/x", "e", "b", "b-c/x"];
    fn part_order(name: &str, last: &str) -> bool {
        name.replace('/', "\0") > last.replace('/', "\0")
    }
    // This one goes on from a place in its own order, whatever that is.
    fn after_in_none(name: &str, last: &str) -> bool {
        const NAMES: [&str; 9] = ["f", "b/x", "a", "d/e", "c", "d-e/x", "e", "b", "b-c/x"];
        let place = |it: &str| NAMES.iter().position(|name| *name == it);
        place(last).is_none_or(|last| place(name) > Some(last))
    }
    for prefixes in [vec!["b"], vec!["d", "b-c"], vec!["d-e", "d"], vec!["f"], vec!["b", "e"], vec!["zz"]] {
        let lies_in = |name: &&str| {
            prefixes
                .iter()
                .any(|it| name.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let mut expected: Vec<&str> = by_bytes.iter().copied().filter(lies_in).collect();
        expected.sort_unstable();
        for fake in [
            ordered(&by_bytes, |name, last| name > last).await,
            ordered(&by_parts, part_order).await,
            ordered(&neither, after_in_none).await,
        ] {
            assert_eq!(found(&below(fake.url(), &prefixes)).await, expected, "{prefixes:?}");
        }
    }
}

#[tokio::test]
async fn reads_all_where_a_registry_does_not_begin_in_the_middle() {
    let names = ["a", "b", "c", "d", "team/x", "z"];
    for refusal in [Answer::error(404, "NAME_UNKNOWN", "no such name"), Answer::json(&json!({}))] {
        let fake = Fake::start().await;
        fake.script("GET", CATALOG, move |seen| {
            let at = match parameter(seen, "last").as_deref() {
                None => 0,
                Some(last) => match names.iter().position(|it| *it == last) {
                    Some(at) => at + 1,
                    None => return refusal.clone(),
                },
            };
            let page = &names[at..(at + 2).min(names.len())];
            let answer = Answer::json(&json!({ "repositories": page }));
            match page.last() {
                Some(last) if *last != "z" => {
                    answer.header("link", &format!("</v2/_catalog?last={last}&n=2>; rel=\"next\""))
                }
                _ => answer,
            }
        });
        assert_eq!(found(&below(fake.url(), &["team"])).await, ["team/x"]);
    }
}

#[tokio::test]
async fn distribution_gives_the_part_that_is_asked_for() {
    let registry = Distribution::builder().start().await.unwrap();
    seed::repositories(&registry.url(), 130).await.unwrap();
    let url: url::Url = registry.url().parse().unwrap();
    let all = catalog(&Client::new(config(url.clone())).unwrap()).await.unwrap().concat();
    let namespaces: std::collections::BTreeSet<&str> =
        all.iter().filter_map(|it| it.rsplit_once('/')).map(|(namespace, _)| namespace).collect();
    assert!(namespaces.len() > 1, "{all:?}");
    for namespace in namespaces {
        let client = Client::new(ClientConfig {
            catalog: CatalogMode::Prefixes(vec![repository(namespace)]),
            page_size: 7,
            ..config(url.clone())
        });
        let mut expected: Vec<&String> =
            all.iter().filter(|it| it.starts_with(&format!("{namespace}/")) || *it == namespace).collect();
        expected.sort_unstable();
        assert_eq!(found(&client.unwrap()).await.iter().collect::<Vec<_>>(), expected, "{namespace}");
    }
}
