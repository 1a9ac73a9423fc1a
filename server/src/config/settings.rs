//! All settings: what each is called in the file and in the environment, and what it is for.
//!
//! Whoever adds a variable adds a [`Setting`] to one of the lists below, and with that it has a key in the file, a row
//! in `docs/configuration.md`, a line of `stowage config print`, and a name that slips of the pen are compared with.

mod access;
mod artifacts;
mod deletion;
mod pages;
mod registries;
mod server;

use super::remark;

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// What it is called in the file: `server.listen`. Those of a registry begin with `registries[].`.
    pub(super) key: &'static str,
    /// What it is called in the environment; `NGINX_PROXY_HEADER_*` stands for all that begin like this.
    pub(super) variable: &'static str,
    pub(super) kind: Kind,
    /// What it sets, in Markdown.
    pub(super) what: &'static str,
    pub(super) default: Fallback,
    /// A value as the file has it.
    pub(super) example: &'static str,
}

/// What a value is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A text that is never shown.
    Secret,
    Number,
    Switch,
    /// A list of texts. In a variable they stand in one, with any of these between them, usually the first.
    List(&'static [char]),
    /// A table of texts, none of which is ever shown: each has a variable of its own, whose name ends with its key.
    Headers,
}

/// The parts of a text between any of some marks. Those within braces divide nothing: patterns have them.
pub(super) fn parts<'a>(text: &'a str, between: &'a [char]) -> impl Iterator<Item = &'a str> {
    let mut depth = 0_usize;
    let is_mark = move |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && between.contains(&c)
    };
    text.split(is_mark).map(str::trim).filter(|it| !it.is_empty())
}

/// What counts where nothing is set.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fallback {
    /// This value, as a variable has it.
    Is(&'static str),
    /// What these words say, in Markdown.
    Says(&'static str),
}

/// Settings that belong together.
#[derive(Debug)]
pub(super) struct Concern {
    pub(super) title: &'static str,
    /// Sentences before the table, in Markdown.
    pub(super) about: &'static str,
    pub(super) settings: &'static [Setting],
}

/// All settings that have a key, in the order of the page.
pub(super) const CONCERNS: [Concern; 9] = [
    server::SERVER,
    server::SCANS,
    server::V2,
    deletion::DELETION,
    artifacts::ARTIFACTS,
    access::ACCESS,
    pages::PAGES,
    pages::COLOURS,
    registries::REGISTRIES,
];

/// Variables that do something and have no key, because the file can say it better, each with what it is for.
const VARIABLES_ONLY: [(&str, &str); 12] = [
    ("STOWAGE_CONFIG", "the configuration file, where `--config` names none"),
    ("NGINX_LISTEN_PORT", "the port on all addresses of the machine, unless `STOWAGE_LISTEN` is set"),
    (
        "NGINX_PROXY_PASS_URL",
        "where Stowage reaches the registry, where `REGISTRY_URL` is what pull commands name",
    ),
    ("DEFAULT_REGISTRIES", "addresses of several registries, with commas between; see `[[registries]]`"),
    ("DOCKER_REGISTRY_UI_TITLE", "a second title beside that of `REGISTRY_TITLE`"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "where traces are sent, see [operations.md](operations.md#traces)"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "the same, as the whole address"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "how long sending traces may take, in milliseconds"),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "the same, for traces alone"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "authorities to trust with traces besides the system's, PEM"),
    ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "the same, for traces alone"),
    ("OTEL_SDK_DISABLED", "whether nothing is traced, whatever the others say"),
];

/// Variables that say the same, so that one of them in the environment counts more than another in the file. Those that
/// hold a secret and those that name the file of it are such pairs as well.
const SAME: [[&str; 2]; 2] =
    [["STOWAGE_LISTEN", "NGINX_LISTEN_PORT"], ["REGISTRY_TITLE", "DOCKER_REGISTRY_UI_TITLE"]];

/// How the names of a registry's settings begin.
pub(super) const OF_REGISTRY: &str = "registries[].";

/// How many letters may be wrong, or have changed places, for a name still to be meant.
const MOST_SLIPS: usize = 2;

impl Setting {
    /// What it is called in its table.
    pub(super) fn field(&self) -> &'static str {
        self.key.rsplit('.').next().unwrap_or(self.key)
    }

    /// The table that it stands in.
    pub(super) fn table(&self) -> &'static str {
        self.key.rsplit_once('.').map_or("", |(table, _)| table)
    }

    /// What one writes: for a registry in its table, for everything else from the outside.
    pub(super) fn shortest_key(&self) -> &'static str {
        self.key.strip_prefix(OF_REGISTRY).unwrap_or(self.key)
    }

    /// A line of the file.
    pub(super) fn assignment(&self) -> String {
        format!("{} = {}", self.shortest_key(), self.example)
    }

    /// Whether its values are never shown.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::Headers)
    }

    /// Whether a variable is its own.
    fn has(&self, variable: &str) -> bool {
        match self.variable.strip_suffix('*') {
            Some(start) => variable.starts_with(start) && variable.len() > start.len(),
            None => self.variable == variable,
        }
    }
}

/// All settings that have a key.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> {
    const { &CONCERNS }.iter().flat_map(|it| it.settings)
}

/// The setting of a key.
pub(super) fn by_key(key: &str) -> Option<&'static Setting> {
    all().find(|it| it.key == key)
}

/// The setting of a variable.
pub(super) fn by_variable(name: &str) -> Option<&'static Setting> {
    all().find(|it| it.has(name))
}

/// Whether a variable is one of a registry's own.
pub(super) fn is_of_registry(name: &str) -> bool {
    by_variable(name).is_some_and(|it| it.key.starts_with(OF_REGISTRY))
}

/// Variables without a key, with what each is for, and those that are accepted only.
pub(super) fn without_key() -> impl Iterator<Item = (&'static str, String)> {
    let used = VARIABLES_ONLY.into_iter().map(|(name, what)| (name, what.to_owned()));
    used.chain(remark::unneeded().map(|(name, why)| (name, format!("not needed: {why}"))))
}

/// Whether a variable is known.
pub(super) fn is_variable(name: &str) -> bool {
    by_variable(name).is_some() || without_key().any(|(it, _)| it == name)
}

/// The variables that say the same as this one.
pub(super) fn alternatives(variable: &str) -> impl Iterator<Item = &'static str> {
    let is_same = move |it: &'static str| {
        let is_file = |longer: &str, shorter: &str| longer.strip_suffix("_FILE") == Some(shorter);
        is_file(it, variable) || is_file(variable, it)
    };
    let files = all().map(|it| it.variable).filter(move |it| is_same(it));
    let pairs = SAME.into_iter().filter(move |it| it.contains(&variable)).flatten();
    files.chain(pairs.filter(move |it| *it != variable))
}

/// The key that is probably meant by one that does not exist.
pub(super) fn nearest_key(key: &str) -> Option<&'static str> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = nearest(key, all().map(|it| it.key));
    let in_another_table = || all().map(|it| it.key).find(|it| last(it) == last(key));
    whole.or_else(in_another_table)
}

/// The variable that is probably meant by one that does not exist.
pub(super) fn nearest_variable(name: &str) -> Option<&'static str> {
    nearest(name, all().map(|it| it.variable).chain(without_key().map(|(name, _)| name)))
}

fn nearest(name: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let near = names.map(|it| (strsim::damerau_levenshtein(name, it), it));
    near.min().filter(|(slips, _)| *slips <= MOST_SLIPS).map(|(_, it)| it)
}

/// A text in which variables go by their keys, for somebody who wrote a file. What is said about a registry names the
/// keys as its table has them.
pub(super) fn in_keys(text: &str, about: &Setting) -> String {
    let is_of_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let mut told = String::new();
    for part in text.split_inclusive(|c| !is_of_name(c)) {
        let name = part.trim_end_matches(|c| !is_of_name(c));
        match all().find(|it| it.variable == name) {
            Some(setting) if about.key.starts_with(OF_REGISTRY) => told.push_str(setting.shortest_key()),
            Some(setting) => told.push_str(setting.key),
            None => told.push_str(name),
        }
        told.push_str(&part[name.len()..]);
    }
    told
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let keys: BTreeSet<_> = all().map(|it| it.key).collect();
        let variables: Vec<_> =
            all().map(|it| it.variable).chain(without_key().map(|(name, _)| name)).collect();
        assert_eq!(keys.len(), all().count());
        assert_eq!(variables.iter().collect::<BTreeSet<_>>().len(), variables.len());
    }

    #[test]
    fn a_slip_of_the_pen_leads_to_the_name_that_is_meant() {
        assert_eq!(nearest_key("server.lisen"), Some("server.listen"));
        assert_eq!(nearest_key("listen"), Some("server.listen"));
        assert_eq!(nearest_key("registries[].urls"), Some("registries[].url"));
        assert_eq!(nearest_key("weather.today"), None);
        assert_eq!(nearest_variable("STOWAGE_PROTECTED_TAG"), Some("STOWAGE_PROTECTED_TAGS"));
        assert_eq!(nearest_variable("STOWAGE_SERVICE_HOST"), None);
    }

    #[test]
    fn whoever_wrote_a_file_is_told_of_keys() {
        let listen = by_key("server.listen").unwrap();
        let told = in_keys("is longer than STOWAGE_SESSION_LONGEST, so that it would never count", listen);
        assert_eq!(told, "is longer than access.session.longest, so that it would never count");
        let url = by_key("registries[].url").unwrap();
        assert_eq!(
            in_keys("set REGISTRY_PASSWORD or REGISTRY_PASSWORD_FILE", url),
            "set password or password_file"
        );
    }

    #[test]
    fn what_says_the_same_is_an_alternative() {
        let of = |name| alternatives(name).collect::<Vec<_>>();
        assert_eq!(of("REGISTRY_PASSWORD"), ["REGISTRY_PASSWORD_FILE"]);
        assert_eq!(of("REGISTRY_PASSWORD_FILE"), ["REGISTRY_PASSWORD"]);
        assert_eq!(of("STOWAGE_LISTEN"), ["NGINX_LISTEN_PORT"]);
        assert!(of("REGISTRY_CA_FILE").is_empty());
    }
}
