use std::str;

use super::{first_line, survives_json};
use crate::artifact::{ArtifactContent, LONGEST_DOCUMENT, PackageList, read};

/// The most characters of one field, with the sign that some were left out.
const LONGEST_TEXT: usize = 1001;

/// The first line is the media type, the rest the file.
pub fn artifact(input: &[u8]) {
    let (media_type, file) = first_line(input);
    let Ok(media_type) = str::from_utf8(media_type) else { return };
    assert!((file.len() as u64) < LONGEST_DOCUMENT, "longer ones are not read");
    let Ok(document) = read(media_type, file) else { return };
    if let Some(content) = &document.content {
        survives_json(content);
    }
    match &document.content {
        Some(ArtifactContent::Packages(list)) => packages(list),
        Some(ArtifactContent::Signature(_)) => {
            assert!(document.envelope.is_none() && document.statement.is_none());
        }
        _ => {}
    }
    assert!(!document.has_certificate || document.envelope.is_some());
    if let Some(statement) = &document.statement {
        assert!(!statement.predicate_type.is_empty());
    }
}

fn packages(list: &PackageList) {
    assert!(list.packages.len() <= list.n_packages);
    assert_eq!(list.matching("").count(), list.packages.len(), "no word leaves out nothing");
    let texts = list.packages.iter().flat_map(|it| {
        let others = [&it.version, &it.licence, &it.purl].into_iter().flatten();
        others.chain([&it.name])
    });
    assert!(texts.chain([&list.format]).all(|it| it.chars().count() <= LONGEST_TEXT));
    for package in list.packages.iter().take(3) {
        assert!(
            list.matching(&package.name).any(|it| it == package),
            "it is found by its own name: {package:?}"
        );
    }
}
