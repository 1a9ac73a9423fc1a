//! What is told of metrics elsewhere names only those that there are: the documentation, the dashboard, the alerts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::exposition::Exposition;
use crate::documentation::root;

/// The names of metrics in an expression of Prometheus.
fn metrics_of(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == ':'));
    let ours = |it: &&str| it.starts_with("stowage_") || it.starts_with("process_");
    words.filter(ours).map(str::to_owned).collect()
}

/// The labels that an expression selects or sums by.
fn labels_of(expression: &str) -> BTreeSet<String> {
    let mut labels = BTreeSet::new();
    for part in expression.split('{').skip(1).filter_map(|it| it.split('}').next()) {
        labels.extend(part.split(',').filter_map(|it| Some(it.split(['=', '!']).next()?.trim().to_owned())));
    }
    for part in expression.split("by (").skip(1).filter_map(|it| it.split(')').next()) {
        labels.extend(part.split(',').map(|it| it.trim().to_owned()));
    }
    labels.retain(|it| !it.is_empty());
    labels
}

/// Whether an expression can find anything.
fn check(found: &Exposition, expression: &str, where_: &str) -> BTreeSet<String> {
    let metrics = metrics_of(expression);
    let mut known: BTreeSet<String> = ["job", "instance", "le"].map(str::to_owned).into();
    let mut named = BTreeSet::new();
    for series in &metrics {
        let metric = found.metric(series);
        assert!(found.kinds.contains_key(metric), "{where_}: there is no {series}: {expression}");
        known.extend(found.labels(metric));
        named.insert(metric.to_owned());
    }
    for label in labels_of(expression) {
        assert!(known.contains(&label), "{where_}: nothing has a label {label}: {expression}");
    }
    let (open, closed) = (expression.matches(['(', '{']).count(), expression.matches([')', '}']).count());
    assert_eq!(open, closed, "{where_}: {expression}");
    named
}

/// All texts under a key, however deep.
fn texts<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if name == key => found.push(text),
                    _ => texts(value, key, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|it| texts(it, key, found)),
        _ => {}
    }
}

/// The table of metrics in the documentation: name, kind and labels.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let rows = text.lines().filter(|it| it.starts_with("| `stowage_") || it.starts_with("| `process_"));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().unwrap().trim_matches('`').to_owned();
        let kind = cells.next().unwrap().to_owned();
        let labels = cells.next().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (name, (kind, labels))
    })
    .collect()
}

#[tokio::test]
async fn documentation_dashboard_and_alerts_name_what_there_is() {
    let (_registry, server, _) = super::busy().await;
    // The second counts the first.
    server.metrics().await;
    let found = server.metrics().await;
    let there: BTreeMap<_, _> =
        found.kinds.iter().map(|(name, kind)| (name.clone(), (kind.clone(), found.labels(name)))).collect();
    assert_eq!(documented(), there);

    let dashboard = fs::read_to_string(root().join("deploy/grafana/stowage.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let (mut expressions, mut queries) = (Vec::new(), Vec::new());
    texts(&dashboard, "expr", &mut expressions);
    texts(&dashboard["templating"], "query", &mut queries);
    assert!(expressions.len() > 15, "the expressions were found");
    let mut shown = BTreeSet::new();
    for expression in expressions {
        shown.extend(check(&found, expression, "the dashboard"));
    }
    assert!(queries.iter().any(|it| metrics_of(it).iter().all(|name| there.contains_key(name))));
    for row in ["Traffic", "Upstream registries", "Scans and jobs", "Inventory", "Process"] {
        assert!(dashboard["panels"].as_array().unwrap().iter().any(|it| it["title"] == row), "{row}");
    }
    let forgotten: Vec<_> = there.keys().filter(|it| !shown.contains(*it)).collect();
    assert!(forgotten.len() < 10, "the dashboard leaves out {forgotten:?}");

    let alerts = fs::read_to_string(root().join("deploy/prometheus/alerts.yaml")).unwrap();
    let expressions: Vec<_> = alerts.lines().filter_map(|it| it.trim().strip_prefix("expr: ")).collect();
    assert_eq!(expressions.len(), alerts.matches("- alert: ").count(), "each alert is one line");
    assert!(expressions.len() > 4);
    for expression in expressions {
        let named = check(&found, expression, "the alerts");
        assert!(!named.is_empty() || expression.contains("up{"), "{expression}");
    }
}
