//! Finds paths of an image.

use std::ops::Range;

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

use super::row::{At, Row};
use super::totals::Total;
use super::{Change, ImageTree};
use crate::path::FilePath;

/// Which paths are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What the path contains, a slash in front of it included; letters of ASCII are the same in both cases. All
    /// paths contain nothing.
    pub contains: String,
    /// Whether only paths are found that the layer added, changed or removed.
    pub only_changed: bool,
}

/// In what order paths are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Each directory right before what lies in it, by the bytes of the names.
    #[default]
    Path,
    /// What has most bytes first.
    Largest,
    /// What has fewest bytes first.
    Smallest,
}

/// The paths that were found.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    tree: &'a ImageTree,
    at: At,
    found: Vec<(u32, Total)>,
}

impl ImageTree {
    /// Finds paths, also directories, but not the root.
    pub fn search(&self, at: At, filter: &Filter, order: Order) -> Search<'_> {
        let totals = self.totals(0, at);
        let mut names = Matching::new(&filter.contains);
        let mut found = Vec::new();
        for node in 1..self.nodes.len() as u32 {
            let is_match = names.enter(self.nodes[node as usize].end, node, self.name(node));
            let total = totals[node as usize];
            if !is_match || total.n == 0 || self.shown(node, at).is_none() {
                continue;
            }
            if filter.only_changed && self.change(node, at.layer) == Some(Change::Unchanged) {
                continue;
            }
            found.push((node, total));
        }
        match order {
            Order::Path => {}
            Order::Largest => {
                found.sort_by_key(|(node, total)| (u64::MAX - self.size(*node, at, *total), *node))
            }
            Order::Smallest => found.sort_by_key(|(node, total)| (self.size(*node, at, *total), *node)),
        }
        Search { tree: self, at, found }
    }

    /// The size that a row tells.
    fn size(&self, node: u32, at: At, total: Total) -> u64 {
        match self.shown(node, at) {
            Some(it) if it.version.known.kind != crate::Kind::Directory => it.version.known.size,
            Some(it) if it.change == Change::Removed => total.removed,
            _ => total.size,
        }
    }
}

impl Search<'_> {
    /// How many paths were found.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether none was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Some of them; what lies behind the last one is left out.
    pub fn rows(&self, range: Range<usize>) -> Vec<Row> {
        self.iter().skip(range.start).take(range.len()).collect()
    }

    /// All of them, one by one.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.found.iter().filter_map(|(node, total)| self.tree.row_with(*node, self.at, *total))
    }
}

/// Tells of paths in their order whether they contain something, and looks at each name once.
struct Matching<'a> {
    finder: Finder<'a>,
    needle: Vec<u8>,
    /// The path, with a slash in front of each part.
    path: Vec<u8>,
    /// The directories that it lies in.
    open: Vec<Open>,
}

struct Open {
    end: u32,
    /// How long the path is without it.
    length: usize,
    is_match: bool,
}

impl Matching<'_> {
    fn new(contains: &str) -> Self {
        // What is the text of a path stands for its bytes.
        let text: Result<FilePath, _> = contains.parse();
        let is_text = contains.contains('\\') && text.is_ok();
        let needle = match text {
            Ok(path) if is_text => path.as_bytes().to_ascii_lowercase(),
            _ => contains.as_bytes().to_ascii_lowercase(),
        };
        Self { finder: Finder::new(&needle).into_owned(), needle, path: Vec::new(), open: Vec::new() }
    }

    /// Goes on to the next path, which ends before another, and tells whether it contains what is looked for.
    fn enter(&mut self, end: u32, node: u32, name: &[u8]) -> bool {
        while let Some(left) = self.open.pop_if(|it| it.end <= node) {
            self.path.truncate(left.length);
        }
        let length = self.path.len();
        self.path.push(b'/');
        self.path.extend(name.iter().map(u8::to_ascii_lowercase));
        // What is found in the directory's own path is found here as well.
        let new = &self.path[(length + 1).saturating_sub(self.needle.len().max(1))..];
        let is_match = self.open.last().is_some_and(|it| it.is_match) || self.finder.find(new).is_some();
        self.open.push(Open { end, length, is_match });
        is_match
    }
}
