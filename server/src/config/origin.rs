//! Where values come from.

use std::sync::Arc;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the variable of this name.
    Variable(String),
    /// From the file.
    Key {
        /// The whole key, such as `registries[0].url`.
        key: String,
        /// The path of the file.
        file: Arc<str>,
        /// The line that it begins in, counted from one.
        line: usize,
    },
}

impl Origin {
    /// What the value is called there.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Variable(name) => name,
            Self::Key { key, .. } => key,
        }
    }

    /// Where that stands, for what stands in a file.
    pub(super) fn place(&self) -> Option<String> {
        match self {
            Self::Variable(_) => None,
            Self::Key { file, line, .. } => Some(format!("({file}, line {line})")),
        }
    }

    /// The same for a remark beside the value itself.
    pub(super) fn beside(&self) -> String {
        match self {
            Self::Variable(name) => name.clone(),
            Self::Key { line, .. } => format!("line {line}"),
        }
    }
}
