//! What two images have in common, and in what they differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::created::Created;
use crate::digest::Digest;
use crate::history::LayerRow;
use crate::image::Contents;
use crate::image_config::{ImageConfig, RunConfig};

/// What two images have in common, and in what they differ; `a` is the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The layers that both begin with, the first one first.
    pub common: Vec<LayerRow>,
    /// The steps of the first image after those.
    pub only_a: Vec<OwnStep>,
    /// The steps of the second image after those.
    pub only_b: Vec<OwnStep>,
    /// How a container is run, as far as that differs.
    pub run: Vec<Change>,
    /// The environment, as far as it differs.
    pub env: Vec<Change>,
    /// Labels that differ.
    pub labels: Vec<Change>,
    /// Annotations of the manifests that differ.
    pub annotations: Vec<Change>,
}

/// One of two images that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Side {
    /// The registry's id.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The tag or digest that was asked for.
    pub reference: String,
    /// The platform that is compared; absent where the image is not for one.
    pub platform: Option<String>,
    /// All platforms that could be.
    pub platforms: Vec<String>,
    /// The digest of the image that is compared.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub digest: Option<Digest>,
    /// Compressed bytes of the configuration and all layers; absent where they are not known.
    pub size: Option<u64>,
    /// When it was made.
    #[serde(flatten)]
    pub created: Created,
}

/// Two images and what sets them apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// The first image.
    pub a: Side,
    /// The second image.
    pub b: Side,
    /// What they have in common, and in what they differ.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// A step behind those that both images begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnStep {
    /// The step and its layer.
    #[serde(flatten)]
    pub step: LayerRow,
    /// Whether the other image has the layer as well, in another place.
    pub shared: bool,
}

/// Something that two images have different values of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What it is called: the name of a variable, a label, or a part of the configuration such as `entrypoint`.
    pub name: String,
    /// Its value in the first image; absent where that has none.
    pub a: Option<String>,
    /// Its value in the second image; absent where that has none.
    pub b: Option<String>,
}

impl Comparison {
    /// Compares what is in two images, each for one platform.
    pub fn of(a: &Contents, b: &Contents) -> Self {
        let n_common = n_common(&a.layers, &b.layers);
        let (before_a, after_a) = split(&a.layers, n_common);
        let (_, after_b) = split(&b.layers, n_common);
        let (facts_a, facts_b) = (facts(a), facts(b));
        Self {
            common: before_a.to_vec(),
            only_a: own(after_a, &b.layers),
            only_b: own(after_b, &a.layers),
            run: changes(&facts_a.run, &facts_b.run),
            env: changes(&facts_a.env, &facts_b.env),
            labels: changes(&facts_a.labels, &facts_b.labels),
            annotations: changes(&a.annotations, &b.annotations),
        }
    }

    /// Whether there is no difference.
    pub fn is_same(&self) -> bool {
        let has_own = |steps: &[OwnStep]| steps.iter().any(|it| it.step.digest.is_some());
        let changes = [&self.run, &self.env, &self.labels, &self.annotations];
        !has_own(&self.only_a) && !has_own(&self.only_b) && changes.iter().all(|it| it.is_empty())
    }
}

fn digests(steps: &[LayerRow]) -> impl Iterator<Item = &Digest> {
    steps.iter().filter_map(|it| it.digest.as_ref())
}

/// How many layers both begin with.
fn n_common(a: &[LayerRow], b: &[LayerRow]) -> usize {
    digests(a).zip(digests(b)).take_while(|(a, b)| a == b).count()
}

/// The steps up to the last of some layers, and those after it.
fn split(steps: &[LayerRow], n_layers: usize) -> (&[LayerRow], &[LayerRow]) {
    let layers = steps.iter().enumerate().filter(|(_, it)| it.digest.is_some());
    let end = layers.take(n_layers).last().map_or(0, |(at, _)| at + 1);
    steps.split_at(end)
}

fn own(steps: &[LayerRow], other: &[LayerRow]) -> Vec<OwnStep> {
    let others: BTreeSet<_> = digests(other).collect();
    let own = |step: &LayerRow| OwnStep {
        shared: step.digest.as_ref().is_some_and(|it| others.contains(it)),
        step: step.clone(),
    };
    steps.iter().map(own).collect()
}

/// What a configuration says, by name.
pub(crate) struct Facts {
    /// How a container is run, by the names of the fields.
    pub(crate) run: BTreeMap<String, String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) labels: BTreeMap<String, String>,
}

/// What the configuration of an image says; nothing where it has none that can be read.
pub(crate) fn facts(contents: &Contents) -> Facts {
    let config: Option<ImageConfig> = contents.config.clone().and_then(|it| serde_json::from_value(it).ok());
    let config = config.unwrap_or_default();
    Facts { run: run(&config), env: env(&config.config), labels: config.config.labels }
}

fn env(run: &RunConfig) -> BTreeMap<String, String> {
    let pair = |it: &String| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    run.env.iter().map(|it| pair(it).unwrap_or_else(|| (it.clone(), String::new()))).collect()
}

/// What a container is run with, by the names of the fields in the configuration.
fn run(config: &ImageConfig) -> BTreeMap<String, String> {
    let run = &config.config;
    let words = |it: &[String]| (!it.is_empty()).then(|| serde_json::to_string(it).unwrap_or_default());
    let list = |it: &[String]| (!it.is_empty()).then(|| it.join(", "));
    let check = run.healthcheck.as_ref().and_then(|it| words(&it.test));
    let facts = [
        ("author", config.author.clone()),
        ("cmd", words(&run.cmd)),
        ("entrypoint", words(&run.entrypoint)),
        ("exposed_ports", list(&run.exposed_ports)),
        ("healthcheck", check),
        ("stop_signal", run.stop_signal.clone()),
        ("user", run.user.clone()),
        ("volumes", list(&run.volumes)),
        ("working_dir", run.working_dir.clone()),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn changes(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<Change> {
    let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    names
        .into_iter()
        .filter(|name| a.get(*name) != b.get(*name))
        .map(|name| Change { name: name.clone(), a: a.get(name).cloned(), b: b.get(name).cloned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layer(c: char) -> LayerRow {
        step(Some(c))
    }

    fn step(layer: Option<char>) -> LayerRow {
        let digest = layer.map(|c| format!("sha256:{}", c.to_string().repeat(64)).parse().unwrap());
        let (media_type, created_by, created, comment) = (None, None, None, None);
        let (empty, foreign) = (digest.is_none(), false);
        LayerRow { digest, media_type, size: None, created_by, created, comment, empty, foreign }
    }

    fn image(layers: Vec<LayerRow>) -> Contents {
        Contents { layers, ..Contents::default() }
    }

    fn letters(steps: &[OwnStep]) -> String {
        let letter =
            |it: &OwnStep| it.step.digest.as_ref().map_or('-', |it| it.encoded().chars().next().unwrap());
        steps.iter().map(letter).collect()
    }

    #[test]
    fn images_part_after_the_last_layer_that_both_begin_with() {
        let a = image(vec![layer('a'), step(None), layer('b'), step(None), layer('c'), layer('d')]);
        let b = image(vec![layer('a'), layer('b'), layer('e'), layer('c')]);
        let it = Comparison::of(&a, &b);
        assert_eq!(it.common.len(), 3, "with the step between the two layers");
        assert_eq!((letters(&it.only_a).as_str(), letters(&it.only_b).as_str()), ("-cd", "ec"));
        assert_eq!(it.only_a.iter().map(|it| it.shared).collect::<Vec<_>>(), [false, true, false]);
        assert!(!it.is_same());
    }

    #[test]
    fn the_same_image_has_no_difference_and_nothing_has_nothing_in_common() {
        let a = image(vec![layer('a'), layer('a'), step(None)]);
        assert!(Comparison::of(&a, &a).is_same());
        let it = Comparison::of(&a, &image(Vec::new()));
        assert_eq!((it.common.len(), it.only_a.len(), it.only_b.len()), (0, 3, 0));
        assert!(Comparison::of(&image(Vec::new()), &image(Vec::new())).is_same());
    }

    #[test]
    fn values_are_compared_by_name() {
        let config = |config: serde_json::Value| Contents { config: Some(config), ..Contents::default() };
        let a = config(json!({"config": {
            "Env": ["SAME=1", "GONE=2", "OTHER=3"], "Cmd": ["a"], "User": "root", "Labels": {"l": "1"}
        }}));
        let b = config(
            json!({"config": {"Env": ["OTHER=4", "SAME=1", "NEW"], "Cmd": ["a"], "Labels": {"l": "1"}}}),
        );
        let it = Comparison::of(&a, &b);
        let change = |name: &str, a: Option<&str>, b: Option<&str>| Change {
            name: name.to_owned(),
            a: a.map(str::to_owned),
            b: b.map(str::to_owned),
        };
        assert_eq!(
            it.env,
            [
                change("GONE", Some("2"), None),
                change("NEW", None, Some("")),
                change("OTHER", Some("3"), Some("4"))
            ]
        );
        assert_eq!(it.run, [change("user", Some("root"), None)]);
        assert!(it.labels.is_empty() && it.annotations.is_empty());
    }
}
