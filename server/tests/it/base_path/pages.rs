//! Every page that a link leads to, from the first one on, and every form on the way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use testbed::Distribution;
use testbed::samples::{self, Clock};

use super::{BASE, program_at};
use crate::support::Folders;
use crate::support::wire::Program;

/// So many queries of one path are asked for: lists can be sorted and filtered in more ways than there is time for.
const QUERIES: usize = 8;
/// What holds an address in markup; values of fields are addresses where they begin with a slash.
const ATTRIBUTES: [&str; 5] = ["href", "src", "action", "formaction", "value"];

/// What an attribute holds, at each place where it stands.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let opening = format!(" {attribute}=\"");
    let texts = html.split(opening.as_str()).skip(1).map(|it| it.split('"').next().unwrap());
    texts.map(|it| it.replace("&quot;", "\"").replace("&amp;", "&")).collect()
}

pub(super) fn is_below(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// The addresses in a page that lead outside of the path.
pub(super) fn outside(html: &str) -> Vec<String> {
    let in_attributes = ATTRIBUTES.into_iter().flat_map(|it| values(html, it));
    // What islands are given is JSON.
    let props = values(html, "data-props").concat();
    let in_props = props.split('"').filter(|it| it.starts_with('/')).map(str::to_owned);
    in_attributes.chain(in_props).filter(|it| it.starts_with('/') && !is_below(it)).collect()
}

/// Follows all links from some addresses on; returns the paths of the pages there are, without their queries, and the
/// paths of the forms on them.
pub(super) async fn walk(
    server: &Program,
    from: Vec<String>,
    cookie: &str,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut waiting, mut seen) = (VecDeque::from(from), BTreeSet::new());
    let mut n_queries: BTreeMap<String, usize> = BTreeMap::new();
    let (mut pages, mut forms) = (BTreeSet::new(), BTreeSet::new());
    while let Some(address) = waiting.pop_front() {
        let path = address.split('?').next().unwrap().to_owned();
        let n_asked = n_queries.entry(path.clone()).or_default();
        if !seen.insert(address.clone()) || *n_asked == QUERIES {
            continue;
        }
        *n_asked += 1;
        let answer = server.send("GET", &address, &[("cookie", cookie)], "").await;
        let location = answer.header("location");
        if !location.is_empty() {
            assert!(is_below(location), "{address} leads to {location}");
            waiting.push_back(location.to_owned());
        }
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        assert!(![404, 405].contains(&answer.status.as_u16()), "{address} answers {}", answer.status);
        let html = answer.text();
        assert_eq!(outside(html), Vec::<String>::new(), "{address}");
        let links = values(html, "href");
        assert!(!links.is_empty(), "{address}");
        // What is behind a # is on the page itself.
        let links = links.iter().map(|it| it.split('#').next().unwrap()).filter(|it| it.starts_with('/'));
        waiting.extend(links.map(str::to_owned));
        forms.extend(values(html, "action"));
        pages.insert(path);
    }
    (pages, forms)
}

#[tokio::test]
async fn no_page_and_no_form_leads_outside() {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let names = [samples::CLI, samples::CHARTS_WEB, samples::MISSING_CHILD, samples::EMPTIED];
    let filling = names.iter().map(|name| samples::one(name, Clock::FIXED).unwrap());
    samples::fill(&registry, filling).await.unwrap();
    let folders = Folders::new();
    let more = [("DELETE_IMAGES", "true"), ("THEME_BACKGROUND", "#123456")];
    let server = program_at(&folders, &registry.url(), &more).await;

    let form = |fields: &[(&str, &str)]| {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    };
    let led = async |path: &str, fields: &[(&str, &str)]| {
        let answer = server.post(&format!("{BASE}{path}"), &form(fields), &[]).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        let location = answer.header("location").to_owned();
        assert!(is_below(&location), "{path} leads to {location}");
        location
    };
    let tags = format!("{BASE}/{}/{}", registry.host(), samples::CLI);
    assert_eq!(led("/refresh", &[("here", &tags)]).await, tags);
    assert_eq!(led("/scans", &[("here", &tags)]).await, tags);
    assert_eq!(led("/preferences", &[("theme", "dark"), ("next", &tags)]).await, tags);
    assert_eq!(led("/repositories", &[("registry", &registry.host()), ("name", samples::CLI)]).await, tags);
    // Pages of others on the same host are no place to lead to.
    for elsewhere in ["/", "/other", "/registry-ui/../other", "https://evil.example/registry-ui/"] {
        assert_eq!(led("/refresh", &[("here", elsewhere)]).await, "/registry-ui/", "{elsewhere}");
    }
    let plan = led("/plans", &[("repository", samples::CLI), ("tag", "0.9.0")]).await;
    let job = led("/jobs", &[("plan", plan.rsplit('/').next().unwrap())]).await;
    ended(&server, &job).await;
    assert_eq!(led("/jobs/stop", &[("job", job.rsplit('/').next().unwrap())]).await, job);
    let waiting = led("/plans", &[("repository", samples::CLI), ("tag", "1.0.0")]).await;

    let from = vec![BASE.to_owned(), format!("{BASE}/search?q=cli"), plan, waiting];
    let (pages, forms) = walk(&server, from, "").await;
    let found = |path: &str| pages.contains(&format!("{BASE}{path}"));
    for path in ["/", "/activity", "/search", "/settings", "/trash", "/cleanup"] {
        assert!(found(path), "{path} in {pages:?}");
    }
    assert!(
        pages.contains(&tags) && pages.contains(&format!("{tags}:latest")) && pages.contains(&job),
        "{pages:?}"
    );
    assert!(pages.iter().any(|it| it.starts_with(&format!("{tags}@sha256:"))), "{pages:?}");
    for path in ["/preferences", "/refresh", "/plans", "/jobs", "/scans", "/trash/restore", "/search"] {
        assert!(forms.contains(&format!("{BASE}{path}")), "{path} in {forms:?}");
    }
}

/// Waits until a job has come to its end, and what it deleted is in the trash.
async fn ended(server: &Program, job: &str) {
    let address = job.replacen(BASE, &format!("{BASE}/api/v1"), 1);
    for _ in 0..400 {
        if server.get(&address).await.json()["finished"].is_string() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{job} does not end");
}
