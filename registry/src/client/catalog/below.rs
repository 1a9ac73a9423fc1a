//! The part of the catalog that lies in some namespaces, without reading all of the rest.
//!
//! Registries that are ordered by name (distribution, zot) can be asked to begin in the middle. Whether one is, has to
//! show: its names ascend, and its links go on from the last name of a page. Distribution orders names by their parts,
//! others by their bytes, and where the two differ nothing is left out.

use std::cmp::Ordering;

use url::form_urlencoded;

use crate::client::Client;
use crate::client::pages::Pages;
use crate::error::Error;
use crate::reference::RepositoryName;

/// What comes after every name that begins with the same letters, in both orders: no name has it.
const AFTER_ALL: char = '~';

/// A walk through the catalog that keeps to some namespaces.
pub(super) struct Below {
    client: Client,
    prefixes: Vec<RepositoryName>,
    pages: Pages,
    /// What ascends so far, and from where.
    order: Order,
    /// The prefixes that come before this one have been passed.
    at: usize,
    /// Whether the registry may be asked to begin in the middle.
    may_leap: bool,
    has_leapt: bool,
    /// Whether the page that comes next is the first one after a leap.
    is_landing: bool,
}

impl Below {
    pub(super) fn new(client: Client, prefixes: &[RepositoryName]) -> Self {
        let mut prefixes = prefixes.to_vec();
        prefixes.sort_unstable();
        Self {
            pages: super::whole(&client),
            client,
            prefixes,
            order: Order::default(),
            at: 0,
            may_leap: true,
            has_leapt: false,
            is_landing: false,
        }
    }

    /// What the next page names of these namespaces; nothing after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<RepositoryName>>, Error> {
        let is_landing = std::mem::take(&mut self.is_landing);
        let page = match super::next(&mut self.pages).await {
            // It does not begin at a name that it does not have.
            Err(Error::CatalogRefused { .. }) if is_landing => {
                self.start_over();
                return Ok(Some(Vec::new()));
            }
            page => page?,
        };
        let Some(mut page) = page else { return Ok(None) };
        if self.may_leap {
            self.order.go_on(&page);
            match page.last() {
                _ if !self.order.ascends() => self.start_over(),
                // There may be nothing after that name, or nothing was understood.
                None if is_landing => self.start_over(),
                Some(last) => self.leap(last.as_str()),
                None => {}
            }
        }
        page.retain(|name| self.prefixes.iter().any(|prefix| lies_in(name, prefix)));
        Ok(Some(page))
    }

    /// Goes to where the next of the prefixes begins, or to the end, where the order lets it.
    fn leap(&mut self, last: &str) {
        if self.pages.goes_on_after().as_deref() != Some(last) {
            return;
        }
        let is_past = |prefix: &RepositoryName| comes_before(&format!("{prefix}/{AFTER_ALL}"), last);
        self.at += self.prefixes[self.at..].iter().take_while(|it| is_past(it)).count();
        let left = &self.prefixes[self.at..];
        let Some(next) = left.first() else {
            self.pages.end();
            return;
        };
        let before = just_before(next.as_str());
        // In one of the orders another prefix may come first.
        let skips_none = left.iter().all(|prefix| comes_before(&before, prefix.as_str()));
        if skips_none && comes_before(last, &before) {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("n", &self.client.config().page_size.to_string());
            query.append_pair("last", &before);
            self.pages = super::from(&self.client, query.finish());
            self.order.last = before;
            (self.has_leapt, self.is_landing) = (true, true);
        }
    }

    /// Reads on without leaps, and from the beginning if one of them may have passed over something.
    fn start_over(&mut self) {
        self.may_leap = false;
        if self.has_leapt {
            self.pages = super::whole(&self.client);
        }
    }
}

/// In which order the names ascend that were read so far.
#[derive(Debug)]
struct Order {
    by_bytes: bool,
    by_parts: bool,
    last: String,
}

impl Default for Order {
    fn default() -> Self {
        Self { by_bytes: true, by_parts: true, last: String::new() }
    }
}

impl Order {
    fn go_on(&mut self, names: &[RepositoryName]) {
        for name in names {
            self.by_bytes &= self.last.as_str() < name.as_str();
            self.by_parts &= parts(&self.last, name.as_str()).is_lt();
            name.as_str().clone_into(&mut self.last);
        }
    }

    fn ascends(&self) -> bool {
        self.by_bytes || self.by_parts
    }
}

fn lies_in(name: &RepositoryName, prefix: &RepositoryName) -> bool {
    let rest = name.as_str().strip_prefix(prefix.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether one name comes before another in both orders.
fn comes_before(one: &str, other: &str) -> bool {
    one < other && parts(one, other).is_lt()
}

/// Compares as distribution does: what ends a part of a name comes before everything that may be in it.
fn parts(one: &str, other: &str) -> Ordering {
    let key = |text: &str| text.bytes().map(|it| if it == b'/' { 0 } else { it }).collect::<Vec<_>>();
    key(one).cmp(&key(other))
}

/// A text that comes before a name in both orders, with little between them.
fn just_before(name: &str) -> String {
    let mut text = name.to_owned();
    match text.pop() {
        Some(last @ ('b'..='z' | '1'..='9')) => {
            text.extend(char::from_u32(u32::from(last) - 1));
            text.push(AFTER_ALL);
            text
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RepositoryName {
        text.parse().unwrap()
    }

    #[test]
    fn a_prefix_is_made_of_whole_parts() {
        for (inside, prefix) in [("team/api", "team"), ("team", "team"), ("team/a/b", "team/a")] {
            assert!(lies_in(&name(inside), &name(prefix)), "{inside}");
        }
        for (outside, prefix) in [("team-b/api", "team"), ("teams", "team"), ("a/team", "team")] {
            assert!(!lies_in(&name(outside), &name(prefix)), "{outside}");
        }
    }

    #[test]
    fn what_is_just_before_a_name_is_before_all_that_lies_in_it_in_both_orders() {
        for prefix in ["team", "a", "0", "b", "team/a", "team-b", "team/1", "x.y"] {
            let before = just_before(prefix);
            for inside in [prefix.to_owned(), format!("{prefix}/a"), format!("{prefix}/0")] {
                assert!(comes_before(&before, &inside), "{before} {inside}");
            }
        }
        assert_eq!(just_before("team"), "teal~");
        assert_eq!(just_before("a"), "");
    }

    #[test]
    fn knows_both_orders_and_none() {
        let order = |names: &[&str]| {
            let mut order = Order::default();
            order.go_on(&names.iter().map(|it| name(it)).collect::<Vec<_>>());
            (order.by_bytes, order.by_parts)
        };
        assert_eq!(order(&["a", "a/b", "b"]), (true, true));
        assert_eq!(order(&["a", "a-b", "a/b"]), (true, false));
        assert_eq!(order(&["a", "a/b", "a-b"]), (false, true));
        assert_eq!(order(&["b", "a"]), (false, false));
        assert_eq!(order(&["a", "a"]), (false, false));
    }
}
