//! A repository to make plans on, and what must hold of every plan.

use super::super::*;

/// A repository in a few letters: manifests are named by one letter, blobs by a number.
#[derive(Default)]
pub(super) struct Shelf(pub(super) Holdings);

pub(super) fn digest(name: char) -> Digest {
    format!("sha256:{:064x}", u32::from(name)).parse().unwrap()
}

pub(super) fn blob(number: u32) -> Digest {
    format!("sha256:{:064x}", 0x1000 + number).parse().unwrap()
}

pub(super) fn tag(name: &str) -> Tag {
    name.parse().unwrap()
}

impl Shelf {
    pub(super) fn manifest(mut self, name: char, children: &str, blobs: &[u32]) -> Self {
        let held = Held {
            kind: if children.is_empty() { Kind::Image } else { Kind::Index },
            platforms: Vec::new(),
            bytes: 1000,
            children: children.chars().map(digest).collect(),
            blobs: blobs.iter().map(|it| (blob(*it), u64::from(*it))).collect(),
            subject: None,
        };
        self.0.manifests.insert(digest(name), held);
        self
    }

    pub(super) fn about(mut self, name: char, subject: char) -> Self {
        self.0.manifests.get_mut(&digest(name)).unwrap().subject = Some(digest(subject));
        self
    }

    pub(super) fn tags(mut self, name: char, tags: &[&str]) -> Self {
        self.0.tags.extend(tags.iter().map(|it| (tag(it), Some(digest(name)))));
        self
    }

    pub(super) fn plan(&self, tags: &[&str], digests: &str) -> Plan {
        self.plan_in(Mode::Tag, tags, digests, &[])
    }

    pub(super) fn plan_in(&self, mode: Mode, tags: &[&str], digests: &str, protected: &[&str]) -> Plan {
        let selection = Selection {
            tags: tags.iter().map(|it| tag(it)).collect(),
            digests: digests.chars().map(digest).collect(),
            mode,
        };
        let protected = protected.iter().map(|it| (tag(it), (*it).to_owned())).collect();
        let plan = Plan::make(&self.0, &selection, &protected);
        self.check(&plan);
        plan
    }

    /// What must hold of every plan: nothing that stays has lost a part, or a tag that was to stay.
    fn check(&self, plan: &Plan) {
        let goes: BTreeSet<&Digest> = plan
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::RemoveManifest { digest, .. } => Some(digest),
                _ => None,
            })
            .collect();
        let lists: BTreeSet<&Digest> = (self.0.tags.iter())
            .filter(|(tag, _)| {
                matches!(crate::attached::parse(tag), Some((_, crate::attached::Attached::Referrers)))
            })
            .filter_map(|(_, digest)| digest.as_ref())
            .collect();
        for (digest, held) in
            self.0.manifests.iter().filter(|(it, _)| !goes.contains(it) && !lists.contains(it))
        {
            assert!(held.children.iter().all(|it| !goes.contains(it)), "{digest} lost a child");
            assert!(
                held.blobs.iter().all(|(it, _)| !plan.freed.blobs.contains_key(it)),
                "{digest} lost a blob"
            );
        }
        let tags: BTreeSet<&Tag> = plan.tags.iter().map(|it| &it.tag).collect();
        for (tag, digest) in self.0.tags.iter().filter(|(tag, _)| !tags.contains(tag)) {
            assert!(digest.as_ref().is_none_or(|it| !goes.contains(it)), "{tag} lost its manifest");
        }
    }
}
