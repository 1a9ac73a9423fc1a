//! In what the files of two images differ.

use std::cmp::Ordering;
use std::ops::Range;

use serde::Serialize;

use super::row::{At, Row};
use super::search::Order;
use super::{Change, ImageTree, Version};
use crate::path::FilePath;

/// A path that two images differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// The path from the root.
    pub path: FilePath,
    /// What was done to the first image's to make it the second's.
    pub change: Change,
    /// What the first image has there; the size of a directory is zero.
    pub a: Option<Row>,
    /// What the second image has there, likewise.
    pub b: Option<Row>,
    /// How many bytes of files the second image has more there.
    pub bytes: i64,
}

/// How many paths, and how many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many paths.
    pub n: u32,
    /// How many bytes of files the second image has more there.
    pub bytes: i64,
}

/// In what the files of two images differ.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    a: &'a ImageTree,
    b: &'a ImageTree,
    found: Vec<Pair>,
    /// What only the second image has.
    pub added: Sum,
    /// What only the first image has.
    pub removed: Sum,
    /// What both have, and not the same.
    pub changed: Sum,
}

/// A path in both images; absent in one.
type Pair = (Option<u32>, Option<u32>);

/// Compares the files of two images as they are with all their layers.
///
/// Times are not compared, and contents only by their size and a hash of 64 bits.
pub fn difference<'a>(a: &'a ImageTree, b: &'a ImageTree, order: Order) -> Difference<'a> {
    let none = Sum::default();
    let mut it = Difference { a, b, found: Vec::new(), added: none, removed: none, changed: none };
    let mut open = vec![(a.last(0).map(|_| 0), b.last(0).map(|_| 0))];
    while let Some(pair) = open.pop() {
        it.look_at(pair);
        let start = open.len();
        it.pairs_below(pair, &mut open);
        // They are taken from the end.
        open[start..].reverse();
    }
    match order {
        Order::Path => {}
        Order::Largest => it.sort(|bytes| u64::MAX - bytes),
        Order::Smallest => it.sort(|bytes| bytes),
    }
    it
}

impl ImageTree {
    /// What a path is with all layers; absent where there is nothing.
    fn last(&self, node: u32) -> Option<&Version> {
        self.versions(node).last().filter(|it| it.is_there())
    }

    fn children_there(&self, node: Option<u32>) -> impl Iterator<Item = u32> {
        let children = node.into_iter().flat_map(|it| self.children(it));
        children.filter(|it| self.last(*it).is_some())
    }
}

impl Difference<'_> {
    /// How many paths differ.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Some of the paths; what lies behind the last one is left out.
    pub fn rows(&self, range: Range<usize>) -> Vec<Differing> {
        self.found.iter().skip(range.start).take(range.len()).map(|it| self.row(*it)).collect()
    }

    fn row(&self, pair: Pair) -> Differing {
        let row = |tree: &ImageTree, node: Option<u32>| {
            let at = At::image(tree.n_layers.saturating_sub(1));
            node.and_then(|it| tree.shown(it, at).map(|shown| tree.row(it, at, &shown)))
        };
        let (a, b) = (row(self.a, pair.0), row(self.b, pair.1));
        let change = match pair {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        };
        let path = a.as_ref().or(b.as_ref()).map(|it| it.path.clone()).unwrap_or_default();
        Differing { path, change, a, b, bytes: self.bytes(pair) }
    }

    fn versions(&self, (a, b): Pair) -> (Option<&Version>, Option<&Version>) {
        (a.and_then(|it| self.a.last(it)), b.and_then(|it| self.b.last(it)))
    }

    /// How many bytes the second image has more at a path.
    fn bytes(&self, pair: Pair) -> i64 {
        let (a, b) = self.versions(pair);
        let size =
            |it: Option<&Version>| it.map_or(0, |it| i64::try_from(it.known.stored()).unwrap_or(i64::MAX));
        size(b) - size(a)
    }

    fn look_at(&mut self, pair: Pair) {
        let differs = match self.versions(pair) {
            (Some(a), Some(b)) => self.a.differs(a, self.b, b),
            (None, None) => false,
            _ => true,
        };
        if !differs {
            return;
        }
        let bytes = self.bytes(pair);
        let sum = match pair {
            (None, _) => &mut self.added,
            (_, None) => &mut self.removed,
            _ => &mut self.changed,
        };
        sum.n += 1;
        sum.bytes = sum.bytes.saturating_add(bytes);
        self.found.push(pair);
    }

    /// What lies in a directory of either image, by the bytes of the names.
    fn pairs_below(&self, (a, b): Pair, to: &mut Vec<Pair>) {
        let mut a = self.a.children_there(a).peekable();
        let mut b = self.b.children_there(b).peekable();
        loop {
            let order = match (a.peek(), b.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => self.a.name(*a).cmp(self.b.name(*b)),
            };
            to.push(match order {
                Ordering::Less => (a.next(), None),
                Ordering::Equal => (a.next(), b.next()),
                Ordering::Greater => (None, b.next()),
            });
        }
    }

    fn sort(&mut self, rank: impl Fn(u64) -> u64) {
        let mut found = std::mem::take(&mut self.found);
        // Equal ones stay in the order of their paths.
        found.sort_by_cached_key(|it| rank(self.bytes(*it).unsigned_abs()));
        self.found = found;
    }
}
