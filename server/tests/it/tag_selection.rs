//! The filters and orders of `/api/v1/tags`, and reading it piece by piece.

use serde_json::Value;
use testbed::samples;

use crate::support::{Server, each, put_tag, registry_with};

const WEBAPP: &str = "/api/v1/tags?repository=team/webapp&per_page=1000";

async fn names(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("{WEBAPP}&{query}")).await.json();
    let names = each(&list, "name");
    assert_eq!(list["total"], names.len(), "{query}");
    names.into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_filter_narrows_the_list_over_all_tags() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let all = server.get(WEBAPP).await.json();
    let rows = all["items"].as_array().unwrap();
    let of = |takes: &dyn Fn(&Value) -> bool| -> Vec<String> {
        rows.iter().filter(|it| takes(it)).map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let created = |it: &Value| it["created"].as_str().map(str::to_owned);
    let mut dates: Vec<String> = rows.iter().filter_map(created).collect();
    dates.sort_unstable();
    let middle = dates[dates.len() / 2].clone();
    let mut sizes: Vec<u64> = rows.iter().filter_map(|it| it["size"].as_u64()).collect();
    sizes.sort_unstable();
    let size = sizes[sizes.len() / 2];
    for (query, expected) in [
        ("kind=index".to_owned(), of(&|it| it["kind"] == "index")),
        ("kind=artifact".to_owned(), of(&|it| it["kind"] == "artifact")),
        ("broken=true".to_owned(), of(&|it| it["state"] != "ok")),
        (format!("size_from={size}"), of(&|it| it["size"].as_u64().is_some_and(|it| it >= size))),
        (format!("size_to={size}"), of(&|it| it["size"].as_u64().is_some_and(|it| it <= size))),
        (format!("created_from={middle}"), of(&|it| created(it).is_some_and(|it| it >= middle))),
        (format!("created_until={middle}"), of(&|it| created(it).is_some_and(|it| it < middle))),
        (
            "q=/%5E2%5C.1/&kind=index".to_owned(),
            of(&|it| it["kind"] == "index" && it["name"].as_str().unwrap().starts_with("2.1")),
        ),
        // The samples are years old.
        ("older_than=1d".to_owned(), of(&|it| created(it).is_some())),
        ("newer_than=12h".to_owned(), Vec::new()),
        ("older_than=1d&created_until=1990-01-01T00:00:00Z".to_owned(), Vec::new()),
    ] {
        assert_eq!(names(&server, &query).await, expected, "{query}");
        let is_trivial = expected.len() == rows.len();
        assert!(!is_trivial || query.starts_with("older"), "{query} leaves nothing out");
    }
}

#[tokio::test]
async fn every_order_has_its_reverse_and_the_unknown_last() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let platforms = |it: &Value| Some(it["platforms"].as_array().unwrap().len() as u64).filter(|it| *it > 0);
    let size = |it: &Value| it["size"].as_u64();
    for (sort, key) in [("platforms", &platforms as &dyn Fn(&Value) -> Option<u64>), ("size", &size)] {
        for dir in ["asc", "desc"] {
            let list = server.get(&format!("{WEBAPP}&sort={sort}&dir={dir}")).await.json();
            let values: Vec<Option<u64>> = list["items"].as_array().unwrap().iter().map(key).collect();
            let n_known = values.iter().flatten().count();
            let (known, unknown) = values.split_at(n_known);
            assert!(unknown.iter().all(Option::is_none), "{sort} {dir}: {values:?}");
            assert!(known.is_sorted_by(|a, b| if dir == "asc" { a <= b } else { a >= b }), "{values:?}");
        }
    }
    for sort in ["pushed", "pulled"] {
        assert_eq!(names(&server, &format!("sort={sort}")).await.len(), names(&server, "").await.len());
    }
}

/// Follows `next` to the end.
async fn pieces(server: &Server, first: &str) -> Vec<String> {
    let (mut path, mut found) = (first.to_owned(), Vec::new());
    loop {
        let list = server.get(&path).await.json();
        let items = each(&list, "name");
        assert!(!items.is_empty(), "{path}");
        found.extend(items.into_iter().map(str::to_owned));
        match list["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => return found,
        }
    }
}

#[tokio::test]
async fn piece_by_piece_in_every_order_is_the_whole_list() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    for sort in ["name", "created", "size", "platforms", "pushed", "pulled"] {
        for dir in ["asc", "desc"] {
            for filter in ["", "&kind=index", "&q=/2/"] {
                let query = format!("sort={sort}&dir={dir}{filter}");
                let path = format!("/api/v1/tags?repository=team/webapp&per_page=3&after=&{query}");
                assert_eq!(pieces(&server, &path).await, names(&server, &query).await, "{query}");
            }
        }
    }
}

#[tokio::test]
async fn a_repository_that_nobody_has_looked_at_can_be_read_piece_by_piece() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let path = "/api/v1/tags?repository=team/tools/cli&per_page=2&after=";
    let found = pieces(&server, path).await;
    let list = server.get("/api/v1/tags?repository=team/tools/cli").await.json();
    assert_eq!(found, each(&list, "name"));
}

#[tokio::test]
async fn tags_that_come_and_go_meanwhile_move_no_other() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let before = names(&server, "").await;
    let first = server.get("/api/v1/tags?repository=team/webapp&per_page=5&after=").await.json();
    let n_before = first["total"].as_u64().unwrap();
    // One that belongs to what has been read already.
    put_tag(&registry, "team/webapp", "0.0.1", "latest").await;
    let form = format!("here=/{}/team/webapp", registry.host());
    assert_eq!(server.post("/refresh", &form, &[]).await.status, 303);
    let next = first["next"].as_str().unwrap();
    let second = server.get(next).await.json();
    assert_eq!(second["total"], n_before + 1);
    assert_eq!(each(&second, "name"), before[5..10]);
}
