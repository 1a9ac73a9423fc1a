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

/// How many leading parts of a path make a namespace of the tree: between the fewest and the most. Where either is 0,
/// there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branches {
    /// The fewest; shorter namespaces are not folded.
    pub min: usize,
    /// The most; what lies deeper is listed in the namespace of so many parts.
    pub max: usize,
}

impl Default for Branches {
    fn default() -> Self {
        Self { min: 1, max: usize::MAX }
    }
}

/// Folds repositories below `prefix` (a namespace, or nothing) into a tree.
///
/// `names` must be sorted and lie below the prefix. At most `budget` lines are made, so that a large registry does
/// not become a large page: what is beyond it keeps its namespace, without the children. A namespace that holds only
/// one thing is shown as that thing.
pub fn fold(names: &[RepositoryName], prefix: &str, budget: usize, branches: Branches) -> Vec<Node> {
    let mut left = budget;
    let at = match prefix {
        "" => At { skip: 0, depth: 0 },
        prefix => At { skip: prefix.len() + 1, depth: prefix.split('/').count() },
    };
    level(&names.iter().collect::<Vec<_>>(), at, branches, &mut left)
}

/// Where in the paths a level of the tree begins.
#[derive(Clone, Copy)]
struct At {
    /// So many bytes of each path lie before it.
    skip: usize,
    /// So many parts of each path lie before it.
    depth: usize,
}

fn level(names: &[&RepositoryName], at: At, branches: Branches, left: &mut usize) -> Vec<Node> {
    let At { skip, depth } = at;
    let next = branches.min.max(depth + 1);
    let folds = branches.min > 0 && next <= branches.max;
    let mut here: Vec<&RepositoryName> = Vec::new();
    let mut below: BTreeMap<&str, Vec<&RepositoryName>> = BTreeMap::new();
    for &name in names {
        let end = name.as_str()[skip..].match_indices('/').nth(next - depth - 1).filter(|_| folds);
        match end {
            None => here.push(name),
            Some((end, _)) => below.entry(&name.as_str()[..skip + end]).or_default().push(name),
        }
    }
    *left = left.saturating_sub(here.len() + below.len());
    let repositories = here.into_iter().map(|name| Node::Repository(name.clone()));
    let namespaces = below.into_iter().map(|(path, names)| match names.as_slice() {
        [only] => Node::Repository((*only).clone()),
        names => {
            // A namespace opens with all it directly holds or not at all, for half of it would look like all of it.
            let fits = names.len() <= *left;
            let below = At { skip: path.len() + 1, depth: next };
            let children = if fits { level(names, below, branches, left) } else { Vec::new() };
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
            draw(&fold(&names, "", 100, Branches::default())),
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
            draw(&fold(&names[2..5], "team", 100, Branches::default())),
            ["team/api", "team/tools/ 2", "  team/tools/cli", "  team/tools/lint"]
        );
    }

    #[test]
    fn a_namespace_beyond_the_budget_stays_closed() {
        let many: Vec<String> =
            (0..50).map(|it| format!("big/r{it:02}")).chain(["small/a".into(), "small/b".into()]).collect();
        let names = names(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(
            draw(&fold(&names, "", 10, Branches::default())),
            ["big/ 50", "small/ 2", "  small/a", "  small/b"]
        );
    }

    #[test]
    fn survives_depth_and_nothing() {
        assert_eq!(fold(&[], "", 10, Branches::default()), []);
        let deep = names(&[&vec!["a"; 100].join("/"), &vec!["b"; 100].join("/")]);
        assert_eq!(fold(&deep, "", 10, Branches::default()).len(), 2);
    }

    #[test]
    fn namespaces_have_as_many_parts_as_is_said() {
        let names = names(&["alpine", "a/b", "a/c/d/e", "a/c/d/f", "a/c/g/h", "a/c/g/i"]);
        let of = |min, max| draw(&fold(&names, "", 100, Branches { min, max }));
        let flat = ["a/b", "a/c/d/e", "a/c/d/f", "a/c/g/h", "a/c/g/i", "alpine"];
        assert_eq!(of(0, 1), flat);
        assert_eq!(of(1, 0), flat);
        assert_eq!(of(1, 1), ["a/ 5", "  a/b", "  a/c/d/e", "  a/c/d/f", "  a/c/g/h", "  a/c/g/i", "alpine"]);
        assert_eq!(of(2, 2), ["a/b", "a/c/ 4", "  a/c/d/e", "  a/c/d/f", "  a/c/g/h", "  a/c/g/i", "alpine"]);
        assert_eq!(
            of(3, 9),
            ["a/b", "a/c/d/ 2", "  a/c/d/e", "  a/c/d/f", "a/c/g/ 2", "  a/c/g/h", "  a/c/g/i", "alpine"]
        );
        // Below a namespace, the parts of the namespace count.
        let below = fold(&names[2..], "a/c", 100, Branches { min: 1, max: 2 });
        assert_eq!(draw(&below), ["a/c/d/e", "a/c/d/f", "a/c/g/h", "a/c/g/i"]);
    }
}
