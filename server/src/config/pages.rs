//! What pages are like, unless their address or their reader says otherwise.

mod catalog;
mod colours;
mod tags;

use app::visitor::{Defaults, Theme};

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};
use super::remark::Remark;

const TITLE: &str = "REGISTRY_TITLE";
const SITE_TITLE: &str = "DOCKER_REGISTRY_UI_TITLE";
/// More would push everything else out of the top bar.
const LONGEST_TITLE: usize = 80;
const THEME: &str = "THEME";
const LABELS: &str = "HISTORY_CUSTOM_LABELS";

/// What the configuration says about pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagesConfig {
    /// What each page is told.
    pub defaults: Defaults,
    /// The style sheet of other colours; empty where there are none: `THEME_…`.
    pub style_sheet: String,
}

/// Reads titles, colours, lists of tags, catalogs and labels.
pub(super) fn read(variables: &Variables) -> Result<PagesConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let title = errors.take(title(variables));
    let theme = errors.take(theme(variables));
    let style_sheet = errors.take_all(colours::read(variables));
    let tags = errors.take_all(tags::read(variables));
    let catalog = errors.take_all(catalog::read(variables));
    let labels = errors.take(labels(variables));
    let (Some(title), Some(theme), Some(style_sheet), Some(tags), Some(catalog), Some(labels)) =
        (title, theme, style_sheet, tags, catalog, labels)
    else {
        return Err(errors.finish());
    };
    let colours = colours::address(&style_sheet);
    Ok(PagesConfig { defaults: Defaults { title, theme, colours, tags, catalog, labels }, style_sheet })
}

/// One name for the registry and one for the site, or both.
fn title(variables: &Variables) -> Result<Option<String>, ConfigError> {
    let mut titles = Vec::new();
    for name in [TITLE, SITE_TITLE] {
        let Some(text) = variables.text(name)? else { continue };
        if text.chars().count() > LONGEST_TITLE || text.chars().any(char::is_control) {
            let why = format!("is no title: it has more than {LONGEST_TITLE} characters, or several lines");
            return Err(ConfigError::value(name, text, why, &format!("{name}=Our images")));
        }
        if !titles.contains(&text) {
            titles.push(text);
        }
    }
    Ok((!titles.is_empty()).then(|| titles.join(" · ")))
}

fn theme(variables: &Variables) -> Result<Theme, ConfigError> {
    let Some(text) = variables.text(THEME)? else { return Ok(Theme::default()) };
    text.to_ascii_lowercase()
        .parse()
        .map_err(|_| ConfigError::value(THEME, text, "is neither auto, light nor dark", "THEME=dark"))
}

fn labels(variables: &Variables) -> Result<Vec<String>, ConfigError> {
    variables.list(LABELS)
}

/// Says what of it cannot be had.
pub(super) fn remarks(variables: &Variables) -> Vec<Remark> {
    tags::remarks(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(pairs: &[(&str, &str)]) -> Result<Defaults, String> {
        let read = read(&pairs.iter().copied().collect());
        read.map(|it| it.defaults).map_err(|errors| errors.to_string())
    }

    #[test]
    fn nothing_is_different_unless_somebody_says_so() {
        assert_eq!(read(&Variables::default()).unwrap(), PagesConfig::default());
    }

    #[test]
    fn titles_stand_beside_each_other() {
        let of = |pairs: &[(&str, &str)]| pages(pairs).unwrap().title;
        assert_eq!(of(&[(TITLE, " Ours ")]).unwrap(), "Ours");
        assert_eq!(of(&[(TITLE, "Ours"), (SITE_TITLE, "Images")]).unwrap(), "Ours · Images");
        assert_eq!(of(&[(TITLE, "Ours"), (SITE_TITLE, "Ours")]).unwrap(), "Ours");
        assert!(pages(&[(TITLE, &"x".repeat(81))]).unwrap_err().contains("is no title"));
    }

    #[test]
    fn themes_and_labels_are_words() {
        let read = pages(&[(THEME, "Dark"), (LABELS, "org.a, b,,")]).unwrap();
        assert_eq!((read.theme, read.labels), (Theme::Dark, vec!["org.a".to_owned(), "b".to_owned()]));
        assert!(pages(&[(THEME, "pink")]).unwrap_err().contains("for example THEME=dark"));
    }
}
