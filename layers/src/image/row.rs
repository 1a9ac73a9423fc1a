//! A path as it is shown.

use serde::Serialize;

use super::{Change, ImageTree, Version};
use crate::entry::{Content, Kind};
use crate::link::LinkTarget;
use crate::path::FilePath;

/// What of an image is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// The layer, the lowest one being zero.
    pub layer: usize,
    /// What of it.
    pub view: View,
}

/// What of a layer is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The image as it is with this layer on top: what was removed is not there.
    Image,
    /// What the layer did: what is in it, and what it removed.
    Layer,
}

impl At {
    /// The image as it is with a layer on top.
    pub fn image(layer: usize) -> Self {
        Self { layer, view: View::Image }
    }

    /// What a layer did.
    pub fn layer(layer: usize) -> Self {
        Self { layer, view: View::Layer }
    }
}

/// Where the content of a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// The layer, the lowest one being zero.
    pub layer: usize,
    /// Where in it.
    pub content: Content,
}

/// A path as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The path from the root.
    pub path: FilePath,
    /// What lies there; for what was removed, and for all that follows, what did.
    pub kind: Kind,
    /// Bytes, unpacked: of a file its content; of a directory all files below that are shown, or that were in it if it
    /// was removed; of a hard link the content of what it leads to, which sums leave out.
    pub size: u64,
    /// The permissions, with setuid (`0o4000`), setgid (`0o2000`) and sticky (`0o1000`).
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// When it was modified: seconds since 1970.
    pub modified: i64,
    /// Where a link leads.
    pub link: Option<LinkTarget>,
    /// What the layer that is looked at did to it.
    pub change: Change,
    /// The layer that it comes from, the lowest one being zero; for what was removed the one that removed it.
    pub layer: usize,
    /// Where its content is.
    pub place: Option<Place>,
    /// Whether no layer names it: a directory that must be there for what lies in it. Nothing else is known of it.
    pub is_implied: bool,
    /// Of a directory, whether the layer that is looked at hides all that the layers below have in it.
    pub is_opaque: bool,
    /// How many paths below are shown.
    pub n_below: u32,
    /// How many of those the layer added, changed or removed.
    pub n_changed_below: u32,
}

/// What is shown of a path: the version that it is shown as, and what was done to it.
pub(super) struct Shown<'a> {
    pub(super) version: &'a Version,
    pub(super) change: Change,
    pub(super) layer: usize,
    /// Whether the layer that is looked at has something at the path.
    pub(super) is_made: bool,
}

impl ImageTree {
    /// What is shown of a path by itself; absent where there is nothing. Directories are shown for what is below them
    /// as well.
    pub(super) fn shown(&self, node: u32, at: At) -> Option<Shown<'_>> {
        let (before, made) = self.made(node, at.layer);
        let change = self.change(node, at.layer)?;
        let now = made.filter(|it| it.is_there());
        let version = match at.view {
            View::Image => now.or(before.filter(|_| made.is_none())),
            View::Layer => now.or(before),
        }?;
        let layer = made.unwrap_or(version).layer as usize;
        Some(Shown { version, change, layer, is_made: made.is_some() })
    }

    pub(super) fn row(&self, node: u32, at: At, shown: &Shown<'_>) -> Row {
        let known = &shown.version.known;
        let link = self.link(known).map(|it| LinkTarget::new(it, known.kind == Kind::HardLink));
        Row {
            path: self.path(node),
            kind: known.kind,
            size: known.size,
            mode: known.mode(),
            uid: known.uid,
            gid: known.gid,
            modified: known.modified,
            link,
            change: shown.change,
            layer: shown.layer,
            place: known
                .content()
                .map(|content| Place { layer: shown.version.content_layer as usize, content }),
            is_implied: known.is_implied(),
            is_opaque: known.is_opaque() && shown.version.layer as usize == at.layer,
            n_below: 0,
            n_changed_below: 0,
        }
    }
}
