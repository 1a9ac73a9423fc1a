//! The configuration that counts, as a file that says the same.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt::Write;

use super::error::ConfigErrors;
use super::settings::{self, Fallback, Kind, OF_REGISTRY, Setting};
use super::{Config, Variables, registries};

/// What stands in the place of a secret.
const HIDDEN: &str = "\"***\"";

/// What a variable says in the words of another one, and the name of the first.
type Instead<'a> = Option<(String, &'a str)>;

impl Config {
    /// All settings as a file that can be read again: each with where it comes from, those that are not set and the
    /// secrets as comments. `variables` are those that this was read from.
    ///
    /// # Errors
    /// None where `variables` are the ones that this was read from.
    pub fn print(&self, variables: &Variables) -> Result<String, ConfigErrors> {
        let mut out = match variables.file() {
            Some(file) => format!("# Read from {} and the environment.\n", file.path),
            None => "# Read from the environment; there is no file.\n".to_owned(),
        };
        out.push_str("# Secrets are not shown: put them back before this is used as a file.\n");
        let (of_registry, others): (Vec<_>, Vec<_>) =
            settings::all().partition(|it| it.key.starts_with(OF_REGISTRY));
        let mut tables: Vec<&str> = others.iter().map(|it| it.table()).collect();
        // A table can begin once only, wherever its settings are listed.
        let mut seen = HashSet::new();
        tables.retain(|it| seen.insert(*it));
        for table in tables {
            // Writing into a text cannot fail.
            let _ = writeln!(out, "\n[{table}]");
            for setting in others.iter().filter(|it| it.table() == table) {
                out.push_str(&lines(setting, variables, self.instead_of(setting, variables)));
            }
        }
        for variables in registries::each(variables)? {
            out.push_str("\n[[registries]]\n");
            for setting in &of_registry {
                out.push_str(&lines(setting, &variables, None));
            }
        }
        Ok(out)
    }

    /// What is said by a variable that has no key of its own.
    fn instead_of(&self, setting: &Setting, variables: &Variables) -> Instead<'static> {
        let is_set = |name: &str| variables.is_set(name);
        match setting.variable {
            "STOWAGE_LISTEN" if !is_set("STOWAGE_LISTEN") && is_set("NGINX_LISTEN_PORT") => {
                Some((self.listen.first()?.to_string(), "NGINX_LISTEN_PORT"))
            }
            "REGISTRY_TITLE" if is_set("DOCKER_REGISTRY_UI_TITLE") => {
                Some((self.pages.defaults.title.clone()?, "DOCKER_REGISTRY_UI_TITLE"))
            }
            _ => None,
        }
    }
}

/// The lines of one setting.
fn lines(setting: &Setting, variables: &Variables, instead: Instead<'_>) -> String {
    let field = setting.field();
    if let Some((text, from)) = instead {
        return format!("{field} = {} # {from}\n", value(setting.kind, &text));
    }
    if setting.kind == Kind::Headers {
        let start = setting.variable.trim_end_matches('*');
        let hidden = variables.beginning_with(start).map(|name| {
            let from = variables.origin(name).map(|it| it.beside()).unwrap_or_default();
            format!("# {field}.{} = {HIDDEN} # {from}\n", &name[start.len()..])
        });
        let hidden: String = hidden.collect();
        return if hidden.is_empty() { unset(setting) } else { hidden };
    }
    let set = variables.text(setting.variable).ok().flatten().zip(variables.origin(setting.variable));
    match set {
        Some((_, origin)) if setting.kind == Kind::Secret => {
            format!("# {field} = {HIDDEN} # {}\n", origin.beside())
        }
        Some((text, origin)) => format!("{field} = {} # {}\n", value(setting.kind, text), origin.beside()),
        None => unset(setting),
    }
}

/// The line of a setting that is not set. It stays a comment, because some settings mean something by being set.
fn unset(setting: &Setting) -> String {
    match setting.default {
        Fallback::Is(text) => format!("# {} = {} # default\n", setting.field(), value(setting.kind, text)),
        Fallback::Says(words) => format!("# {} is not set: {words}\n", setting.field()),
    }
}

/// The text of a variable as the file has it.
fn value(kind: Kind, text: &str) -> String {
    let value = match kind {
        Kind::Switch => Variables::switch_of(text).map(toml::Value::from),
        Kind::Number => text.parse::<i64>().ok().map(toml::Value::from),
        Kind::List(between) => {
            let parts = settings::parts(text, between);
            Some(parts.map(toml::Value::from).collect::<Vec<_>>().into())
        }
        Kind::Text | Kind::Secret | Kind::Headers => None,
    };
    value.unwrap_or_else(|| text.into()).to_string()
}
