//! Reads what Prometheus reads.

use std::collections::{BTreeMap, BTreeSet};

/// All that `/metrics` has told.
pub(crate) struct Exposition {
    /// The kind of each metric.
    pub(crate) kinds: BTreeMap<String, String>,
    samples: Vec<Sample>,
}

struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

impl Exposition {
    pub(crate) fn parse(text: &str) -> Self {
        let mut it = Self { kinds: BTreeMap::new(), samples: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(it.kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
            } else if !line.starts_with('#') {
                it.samples.push(Sample::parse(line));
            }
        }
        let helped: BTreeSet<&str> =
            text.lines().filter_map(|it| it.strip_prefix("# HELP ")?.split(' ').next()).collect();
        let kinds: BTreeSet<&str> = it.kinds.keys().map(String::as_str).collect();
        assert_eq!(helped, kinds, "every metric says what it means");
        it
    }

    /// The sum of a metric over all series with these labels.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |it: &&Sample| {
            let has = |(name, value): &(&str, &str)| it.labels.iter().any(|(n, v)| n == name && v == value);
            it.name == name && labels.iter().all(has)
        };
        self.samples.iter().filter(fits).map(|it| it.value).sum()
    }

    /// All series, by name and labels.
    pub(crate) fn series(&self) -> BTreeSet<String> {
        self.samples.iter().map(|it| format!("{}{:?}", it.name, it.labels)).collect()
    }

    /// The labels of a metric, without that of a histogram's classes.
    pub(crate) fn labels(&self, metric: &str) -> BTreeSet<String> {
        let of_it = self.samples.iter().filter(|it| self.metric(&it.name) == metric);
        of_it.flat_map(|it| &it.labels).map(|it| it.0.clone()).filter(|it| it != "le").collect()
    }

    /// The metric that a series is of: those of a histogram have endings.
    pub(crate) fn metric<'a>(&self, series: &'a str) -> &'a str {
        let is_histogram = |it: &&str| self.kinds.get(*it).is_some_and(|kind| kind == "histogram");
        let stems = ["_bucket", "_count", "_sum"].iter().filter_map(|it| series.strip_suffix(it));
        stems.into_iter().find(is_histogram).unwrap_or(series)
    }
}

impl Sample {
    fn parse(line: &str) -> Self {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        // No label here has a comma or a quote in its value.
        let labels = labels.strip_suffix('}').unwrap().split(',').filter(|it| !it.is_empty());
        let labels = labels.map(|it| {
            let (name, value) = it.split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('"').to_owned())
        });
        Self { name: name.to_owned(), labels: labels.collect(), value: value.parse().unwrap() }
    }
}
