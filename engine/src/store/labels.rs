//! Labels as one text, for the search.

use std::collections::BTreeMap;

/// Values that are longer are documents rather than labels.
const LONGEST_VALUE: usize = 256;
/// How much of a manifest's labels is kept, in bytes.
const LONGEST: usize = 2048;

/// Lines of `name=value`; absent where there are none.
pub(crate) fn text<'a>(labels: impl IntoIterator<Item = &'a BTreeMap<String, String>>) -> Option<String> {
    let mut text = String::new();
    for (name, value) in labels.into_iter().flatten() {
        let length = name.len() + value.len() + 2;
        if value.len() > LONGEST_VALUE || text.len() + length > LONGEST {
            continue;
        }
        // A zero byte cannot be stored in a text.
        if name.contains('\0') || value.contains('\0') {
            continue;
        }
        text.extend([name, "=", value, "\n"]);
    }
    text.pop();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_labels_and_leaves_documents_out() {
        let labels = BTreeMap::from([("a", "b".to_owned()), ("c", "d".repeat(300)), ("e", "f".to_owned())])
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        assert_eq!(text([&labels]).as_deref(), Some("a=b\ne=f"));
        assert_eq!(text([&BTreeMap::new()]), None);
    }
}
