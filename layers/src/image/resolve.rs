//! Finds what paths lead to in an image, symbolic links followed.

use super::build::Builder;
use crate::entry::Kind;
use crate::paths::{Id, ROOT};

/// How many links one path may lead through, as extractors have it.
pub(crate) const MOST_LINKS: usize = 255;

impl Builder {
    /// The directory that a symbolic link leads to; if it is made, also where there is none yet. Absent where there is
    /// none, or the link leads in a circle.
    pub(super) fn directory_behind(&mut self, link: Id, is_made: bool) -> Option<Id> {
        let target = self.link(link)?.to_vec();
        self.directory(self.tree.parent(link), &target, is_made)
    }

    /// What a path from the root leads to; if the last part is a symbolic link, it is that link.
    pub(super) fn not_followed(&mut self, path: &[u8]) -> Option<Id> {
        let (directory, name) = match memchr::memrchr(b'/', path) {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&[][..], path),
        };
        let directory = self.directory(ROOT, directory, false)?;
        self.tree.paths.child(directory, name)
    }

    fn directory(&mut self, from: Id, path: &[u8], is_made: bool) -> Option<Id> {
        let mut at = if path.starts_with(b"/") { ROOT } else { from };
        let mut ahead = parts(path);
        let mut n_links = 0;
        while let Some(part) = ahead.pop() {
            self.link_steps = self.link_steps.checked_sub(1)?;
            if part == b".." {
                at = self.tree.parent(at);
                continue;
            }
            let there = self.tree.paths.child(at, &part);
            at = match (there, there.and_then(|it| self.kind(it))) {
                (Some(it), Some(Kind::Directory)) => it,
                (Some(it), Some(Kind::Symlink)) => {
                    n_links += 1;
                    let target = self.link(it).filter(|_| n_links <= MOST_LINKS)?;
                    ahead.extend(parts(target));
                    if target.starts_with(b"/") { ROOT } else { at }
                }
                _ if is_made => self.make_directory(at, &part),
                _ => return None,
            };
        }
        Some(at)
    }
}

/// The parts of a path, the last one in front.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.rsplit(|it| *it == b'/').filter(|it| !matches!(*it, b"" | b"."));
    parts.map(<[u8]>::to_vec).collect()
}
