//! The reference in `docs/configuration.md`, which is made from the settings.

use std::fmt::Write;

use super::settings::{self, CONCERNS, Fallback, Setting};

/// A table for each concern, and one for the variables that have no key, in Markdown.
pub fn reference() -> String {
    let mut out = String::new();
    for concern in &CONCERNS {
        // Writing into a text cannot fail.
        let _ = write!(out, "### {}\n\n", concern.title);
        if !concern.about.is_empty() {
            let _ = write!(out, "{}\n\n", concern.about);
        }
        out.push_str(
            "| key | variable | what it sets | default | for example |\n| --- | --- | --- | --- | --- |\n",
        );
        concern.settings.iter().for_each(|it| out.push_str(&row(it)));
        out.push('\n');
    }
    out.push_str("### Variables without a key\n\n| variable | what it is for |\n| --- | --- |\n");
    for (name, what) in settings::without_key() {
        let _ = writeln!(out, "| `{name}` | {what} |");
    }
    out
}

fn row(setting: &Setting) -> String {
    let Setting { variable, what, example, .. } = setting;
    let default = match setting.default {
        Fallback::Is(text) => format!("`{text}`"),
        Fallback::Says(words) => words.to_owned(),
    };
    format!("| `{}` | `{variable}` | {what} | {default} | `{example}` |\n", setting.shortest_key())
}
