//! `CATALOG_…`: how the catalog is folded.

use app::visitor::CatalogDefaults;
use registry::namespace_tree::Branches;

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};

const MIN: &str = "CATALOG_MIN_BRANCHES";
const MAX: &str = "CATALOG_MAX_BRANCHES";
const EXPANDED: &str = "CATALOG_DEFAULT_EXPANDED";

/// Reads how many parts of a path make a namespace, and whether namespaces are open.
pub(super) fn read(variables: &Variables) -> Result<CatalogDefaults, ConfigErrors> {
    let mut errors = Collector::default();
    let usual = Branches::default();
    let min = errors.take(number(variables, MIN));
    let max = errors.take(number(variables, MAX));
    let expanded = errors.take(variables.choice(EXPANDED));
    let (Some(min), Some(max), Some(expanded)) = (min, max, expanded) else { return Err(errors.finish()) };
    let branches = Branches { min: min.unwrap_or(usual.min), max: max.unwrap_or(usual.max) };
    // 0 says that there are no namespaces, whatever the other number is.
    if branches.max > 0 && branches.min > branches.max {
        let why = format!("is more than {MAX}={}", branches.max);
        errors.add(ConfigError::value(MIN, &branches.min.to_string(), why, &format!("{MIN}=1 {MAX}=2")));
        return Err(errors.finish());
    }
    Ok(CatalogDefaults { branches, expanded })
}

fn number(variables: &Variables, name: &str) -> Result<Option<usize>, ConfigError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    let why = "is not a number of parts of a path, or 0 for no namespaces";
    text.parse().map(Some).map_err(|_| ConfigError::value(name, text, why, &format!("{name}=1")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(pairs: &[(&str, &str)]) -> Result<CatalogDefaults, String> {
        read(&pairs.iter().copied().collect()).map_err(|errors| errors.to_string())
    }

    #[test]
    fn branches_are_numbers_that_agree() {
        assert_eq!(catalog(&[(MIN, "2")]).unwrap().branches, Branches { min: 2, max: usize::MAX });
        assert_eq!(catalog(&[(MIN, "1"), (MAX, "0")]).unwrap().branches.max, 0);
        assert!(catalog(&[(MIN, "2"), (MAX, "1")]).unwrap_err().contains("is more than"));
        assert!(catalog(&[(MIN, "-1"), (MAX, "all")]).unwrap_err().lines().count() == 3);
    }

    #[test]
    fn nothing_said_is_neither_open_nor_closed() {
        assert_eq!(catalog(&[]).unwrap().expanded, None);
        assert_eq!(catalog(&[(EXPANDED, "false")]).unwrap().expanded, Some(false));
        assert!(catalog(&[(EXPANDED, "some")]).is_err());
    }
}
