//! Repositories folded into a tree of namespaces.

use std::collections::BTreeMap;

use crate::reference::RepositoryName;

/// One line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A repository, by its whole name.
    Repository(RepositoryName),
    /// What lies below a part of the path.
    Namespace {
        /// The whole path, without a slash at the end.
        path: String,
        /// How many repositories lie below it, however deep.
        n_repositories: usize,
        /// What lies directly below it; empty where the tree was cut to its budget.
        children: Vec<Self>,
    },
}

/// Folds repositories below `prefix` (a namespace, or nothing) into a tree.
///
/// `names` must be sorted and lie below the prefix. At most `budget` lines are made, so that a large registry does
/// not become a large page: what is beyond it keeps its namespace, without the children. A namespace that holds only
/// one thing is shown as that thing.
pub fn fold(names: &[RepositoryName], prefix: &str, budget: usize) -> Vec<Node> {
    let mut left = budget;
    let skip = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
    level(&names.iter().collect::<Vec<_>>(), skip, &mut left)
}

fn level(names: &[&RepositoryName], skip: usize, left: &mut usize) -> Vec<Node> {
    let mut here: Vec<&RepositoryName> = Vec::new();
    let mut below: BTreeMap<&str, Vec<&RepositoryName>> = BTreeMap::new();
    for &name in names {
        match name.as_str()[skip..].split_once('/') {
            None => here.push(name),
            Some((first, _)) => below.entry(&name.as_str()[..skip + first.len()]).or_default().push(name),
        }
    }
    *left = left.saturating_sub(here.len() + below.len());
    let repositories = here.into_iter().map(|name| Node::Repository(name.clone()));
    let namespaces = below.into_iter().map(|(path, names)| match names.as_slice() {
        [only] => Node::Repository((*only).clone()),
        names => {
            // A namespace opens with all it directly holds or not at all, for half of it would look like all of it.
            let fits = names.len() <= *left;
            let children = if fits { level(names, path.len() + 1, left) } else { Vec::new() };
            Node::Namespace { path: path.to_owned(), n_repositories: names.len(), children }
        }
    });
    let mut nodes: Vec<Node> = repositories.chain(namespaces).collect();
    nodes.sort_by(|a, b| a.path().cmp(b.path()));
    nodes
}

impl Node {
    /// The path of the repository or the namespace.
    pub fn path(&self) -> &str {
        match self {
            Self::Repository(name) => name.as_str(),
            Self::Namespace { path, .. } => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<RepositoryName> {
        texts.iter().map(|it| it.parse().unwrap()).collect()
    }

    fn draw(nodes: &[Node]) -> Vec<String> {
        nodes
            .iter()
            .flat_map(|node| match node {
                Node::Repository(name) => vec![name.to_string()],
                Node::Namespace { path, n_repositories, children } => {
                    let head = format!("{path}/ {n_repositories}");
                    std::iter::once(head)
                        .chain(draw(children).into_iter().map(|it| format!("  {it}")))
                        .collect()
                }
            })
            .collect()
    }

    #[test]
    fn folds_paths_into_namespaces() {
        let names = names(&["alpine", "team", "team/api", "team/tools/cli", "team/tools/lint", "zoo/one"]);
        assert_eq!(
            draw(&fold(&names, "", 100)),
            [
                "alpine",
                "team",
                "team/ 3",
                "  team/api",
                "  team/tools/ 2",
                "    team/tools/cli",
                "    team/tools/lint",
                "zoo/one"
            ]
        );
        assert_eq!(
            draw(&fold(&names[2..5], "team", 100)),
            ["team/api", "team/tools/ 2", "  team/tools/cli", "  team/tools/lint"]
        );
    }

    #[test]
    fn a_namespace_beyond_the_budget_stays_closed() {
        let many: Vec<String> =
            (0..50).map(|it| format!("big/r{it:02}")).chain(["small/a".into(), "small/b".into()]).collect();
        let names = names(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(draw(&fold(&names, "", 10)), ["big/ 50", "small/ 2", "  small/a", "  small/b"]);
    }

    #[test]
    fn survives_depth_and_nothing() {
        assert_eq!(fold(&[], "", 10), []);
        let deep = names(&[&vec!["a"; 100].join("/"), &vec!["b"; 100].join("/")]);
        assert_eq!(fold(&deep, "", 10).len(), 2);
    }
}
