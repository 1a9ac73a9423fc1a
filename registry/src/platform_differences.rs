//! In what the platforms of one image differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::compare::{Facts, facts};
use crate::summary::PlatformRow;

/// Something that the platforms of an image have different values of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlatformDifference {
    /// What it belongs to.
    pub part: Part,
    /// What it is called: a part of the configuration such as `entrypoint`, or the name of a variable or label.
    pub name: String,
    /// Its values, each with the platforms that have it; what most of them have comes first.
    pub values: Vec<PlatformValue>,
}

/// A value that some platforms of an image have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlatformValue {
    /// The value; absent for those that have none.
    pub value: Option<String>,
    /// The platforms.
    pub platforms: Vec<String>,
}

/// What of an image something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// How a container is run.
    Run,
    /// The environment of a container.
    Env,
    /// The labels of the configuration.
    Labels,
}

/// Values by their names.
type Values = BTreeMap<String, String>;

/// In what platforms differ, as far as their configurations could be read.
pub fn platform_differences(platforms: &[PlatformRow]) -> Vec<PlatformDifference> {
    let readable: Vec<(String, Facts)> = platforms
        .iter()
        .filter_map(|it| Some((it.platform.to_string(), it.contents.as_deref()?)))
        .filter(|(_, contents)| contents.config.is_some())
        .map(|(platform, contents)| (platform, facts(contents)))
        .collect();
    let of = |part, of: fn(&Facts) -> &Values| differences(part, &readable, of);
    let mut all = of(Part::Run, |it| &it.run);
    all.extend(of(Part::Env, |it| &it.env));
    all.extend(of(Part::Labels, |it| &it.labels));
    all
}

fn differences(
    part: Part,
    platforms: &[(String, Facts)],
    of: fn(&Facts) -> &Values,
) -> Vec<PlatformDifference> {
    let names: BTreeSet<&String> = platforms.iter().flat_map(|(_, facts)| of(facts).keys()).collect();
    let difference = |name: &String| {
        let mut values: Vec<PlatformValue> = Vec::new();
        for (platform, facts) in platforms {
            let value = of(facts).get(name);
            match values.iter_mut().find(|it| it.value.as_ref() == value) {
                Some(known) => known.platforms.push(platform.clone()),
                None => {
                    values.push(PlatformValue { value: value.cloned(), platforms: vec![platform.clone()] });
                }
            }
        }
        // Stable, so that equal ones stay in the order of the index.
        values.sort_by_key(|it| std::cmp::Reverse(it.platforms.len()));
        (values.len() > 1).then(|| PlatformDifference { part, name: name.clone(), values })
    };
    names.into_iter().filter_map(difference).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::image::Contents;
    use crate::platform::Platform;
    use crate::summary::State;

    fn platform(architecture: &str, config: Option<Value>) -> PlatformRow {
        PlatformRow {
            platform: Platform {
                os: "linux".to_owned(),
                architecture: architecture.to_owned(),
                ..Platform::default()
            },
            digest: format!("sha256:{}", "a".repeat(64)).parse().unwrap(),
            size: None,
            created: crate::created::Created::default(),
            state: State::Ok,
            detail: None,
            contents: Some(Box::new(Contents { config, ..Contents::default() })),
        }
    }

    #[test]
    fn values_are_told_with_the_platforms_that_have_them() {
        let config = |config: Value| Some(json!({ "config": config }));
        let platforms = [
            platform("arm", config(json!({ "Env": ["A=1", "B=2"], "User": "app" }))),
            platform("amd64", config(json!({ "Env": ["A=1", "B=3"], "Labels": { "l": "x" } }))),
            platform("arm64", config(json!({ "Env": ["A=1", "B=3"], "Labels": { "l": "x" } }))),
        ];
        let told = platform_differences(&platforms);
        let names: Vec<(Part, &str)> = told.iter().map(|it| (it.part, it.name.as_str())).collect();
        assert_eq!(names, [(Part::Run, "user"), (Part::Env, "B"), (Part::Labels, "l")]);
        let value = |value: Option<&str>, platforms: &[&str]| PlatformValue {
            value: value.map(str::to_owned),
            platforms: platforms.iter().map(|it| format!("linux/{it}")).collect(),
        };
        assert_eq!(told[0].values, [value(None, &["amd64", "arm64"]), value(Some("app"), &["arm"])]);
        assert_eq!(told[1].values, [value(Some("3"), &["amd64", "arm64"]), value(Some("2"), &["arm"])]);
    }

    #[test]
    fn what_cannot_be_read_differs_in_nothing() {
        let platforms =
            [platform("arm", None), platform("amd64", Some(json!({ "config": { "User": "a" } })))];
        assert_eq!(platform_differences(&platforms), []);
        assert_eq!(platform_differences(&[]), []);
    }
}
