//! The layers of an image joined to the steps that made them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::image_config::HistoryEntry;
use crate::manifest::{Descriptor, Schema1};

/// A step that made an image, and the layer that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayerRow {
    /// The digest of the layer's blob; absent for a step that made none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub digest: Option<Digest>,
    /// The media type of the layer's blob.
    pub media_type: Option<String>,
    /// Compressed bytes; absent where the format does not record them.
    pub size: Option<u64>,
    /// The command, as the builder recorded it; absent where the history is shorter than the layers.
    pub created_by: Option<String>,
    /// When the step ran, as the builder recorded it.
    pub created: Option<String>,
    /// A remark of the builder.
    pub comment: Option<String>,
    /// Whether the step made no layer.
    pub empty: bool,
    /// Whether the layer lies elsewhere (Windows base layers).
    pub foreign: bool,
}

impl LayerRow {
    fn of_layer(layer: &Descriptor) -> Self {
        Self {
            digest: Some(layer.digest.clone()),
            media_type: Some(layer.media_type.clone()),
            size: Some(layer.size),
            created_by: None,
            created: None,
            comment: None,
            empty: false,
            foreign: layer.is_foreign(),
        }
    }

    fn of_step(step: &HistoryEntry) -> Self {
        Self {
            digest: None,
            media_type: None,
            size: None,
            created_by: step.created_by.clone(),
            created: step.created.clone(),
            comment: step.comment.clone(),
            empty: true,
            foreign: false,
        }
    }
}

/// Joins layers to history, the first step first.
///
/// Both may be longer than the other: layers without a step keep their place at the end, and steps that claim a
/// layer where none is left are shown as steps without one.
pub fn join(layers: &[Descriptor], history: &[HistoryEntry]) -> Vec<LayerRow> {
    let mut layers = layers.iter();
    let mut rows: Vec<LayerRow> = history
        .iter()
        .map(|step| {
            let row = LayerRow::of_step(step);
            match if step.empty_layer { None } else { layers.next() } {
                Some(layer) => LayerRow {
                    created_by: row.created_by,
                    created: row.created,
                    comment: row.comment,
                    ..LayerRow::of_layer(layer)
                },
                None => row,
            }
        })
        .collect();
    rows.extend(layers.map(LayerRow::of_layer));
    rows
}

/// The layers of an image in Docker's first format, which records no sizes.
pub fn of_schema1(image: &Schema1) -> Vec<LayerRow> {
    let row = |layer: &crate::manifest::Schema1Layer| LayerRow {
        digest: (!layer.empty).then(|| layer.digest.clone()),
        media_type: None,
        size: None,
        created_by: layer.created_by.clone(),
        created: layer.created.clone(),
        comment: None,
        empty: layer.empty,
        foreign: false,
    };
    image.layers.iter().map(row).collect()
}

/// A step as a Dockerfile writes it: the keyword, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction<'a> {
    /// `RUN`, `COPY`; empty where the builder's text has none.
    pub keyword: &'a str,
    /// Everything after the keyword.
    pub arguments: Cow<'a, str>,
}

/// What may stand at the beginning of a line of a Dockerfile.
const KEYWORDS: [&str; 17] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
];

/// What the legacy builder put before a step that runs nothing, so that a shell takes it for a remark.
const NO_OPERATION: &str = "#(nop)";

/// Reads the text that a builder recorded of a step.
///
/// The legacy builder writes `/bin/sh -c #(nop) CMD …` and `|1 A=b /bin/sh -c …`; BuildKit writes
/// `RUN /bin/sh -c … # buildkit`.
pub fn instruction(created_by: &str) -> Instruction<'_> {
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim_end();
    let it = split(text);
    match (it.keyword, shell_command(text)) {
        ("RUN", _) => match shell_command(text["RUN".len()..].trim_start()) {
            Some(command) => Instruction { keyword: "RUN", arguments: command.into() },
            None => it,
        },
        ("", Some(command)) => match command.strip_prefix(NO_OPERATION) {
            Some(step) => split(step.trim_start()),
            None => Instruction { keyword: "RUN", arguments: command.into() },
        },
        // Another shell, such as that of Windows.
        ("", None) => text.split_once(NO_OPERATION).map_or(it, |(_, step)| split(step.trim_start())),
        _ => it,
    }
}

fn split(text: &str) -> Instruction<'_> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if KEYWORDS.contains(&first) || first == "WORKDIR" {
        Instruction { keyword: first, arguments: rest.trim_start().into() }
    } else {
        Instruction { keyword: "", arguments: text.into() }
    }
}

/// What the shell was given, with the build arguments in front of it left out.
fn shell_command(text: &str) -> Option<&str> {
    let shell = "/bin/sh -c ";
    match text.strip_prefix('|') {
        Some(arguments) => {
            arguments.split_once(shell).filter(|(before, _)| before.starts_with(|c: char| c.is_ascii_digit()))
        }
        None => text.strip_prefix(shell).map(|command| ("", command)),
    }
    .map(|(_, command)| command.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(c: char) -> Descriptor {
        serde_json::from_value(
            serde_json::json!({"digest": format!("sha256:{}", c.to_string().repeat(64)), "size": 5}),
        )
        .unwrap()
    }

    fn step(created_by: &str, empty_layer: bool) -> HistoryEntry {
        HistoryEntry { created_by: Some(created_by.to_owned()), empty_layer, ..HistoryEntry::default() }
    }

    fn shape(rows: &[LayerRow]) -> Vec<(bool, bool)> {
        rows.iter().map(|row| (row.created_by.is_some(), row.digest.is_some())).collect()
    }

    #[test]
    fn gives_each_layer_its_step() {
        let rows =
            join(&[layer('a'), layer('b')], &[step("ADD", false), step("ENV", true), step("RUN", false)]);
        assert_eq!(shape(&rows), [(true, true), (true, false), (true, true)]);
        assert_eq!(rows[2].digest, Some(layer('b').digest));
        assert!(rows[1].empty && !rows[2].empty);
    }

    #[test]
    fn keeps_layers_that_no_step_explains() {
        assert_eq!(shape(&join(&[layer('a'), layer('b')], &[])), [(false, true), (false, true)]);
        assert_eq!(
            shape(&join(&[layer('a'), layer('b')], &[step("ADD", false)])),
            [(true, true), (false, true)]
        );
    }

    #[test]
    fn survives_more_steps_than_layers() {
        let rows = join(&[layer('a')], &[step("ADD", false), step("RUN", false)]);
        assert_eq!(shape(&rows), [(true, true), (true, false)]);
        assert!(rows[1].empty);
    }

    #[test]
    fn reads_the_instructions_of_both_builders() {
        let cases = [
            ("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD", "[\"bash\"]"),
            ("/bin/sh -c #(nop) ADD file:abc in / ", "ADD", "file:abc in /"),
            ("/bin/sh -c apt-get update", "RUN", "apt-get update"),
            ("|2 A=b C=d /bin/sh -c make", "RUN", "make"),
            ("RUN /bin/sh -c apk add curl # buildkit", "RUN", "apk add curl"),
            ("RUN |1 V=1 /bin/sh -c make # buildkit", "RUN", "make"),
            ("COPY --from=build /app /app # buildkit", "COPY", "--from=build /app /app"),
            ("WORKDIR /srv", "WORKDIR", "/srv"),
            ("crane append", "", "crane append"),
            ("bazel build ...", "", "bazel build ..."),
            ("cmd /S /C #(nop) WORKDIR C:\\app", "WORKDIR", "C:\\app"),
            ("RUN /bin/sh -c grep '#(nop)' log # buildkit", "RUN", "grep '#(nop)' log"),
            ("/bin/sh -c grep '#(nop)' log", "RUN", "grep '#(nop)' log"),
            ("COPY #(nop) /app # buildkit", "COPY", "#(nop) /app"),
            ("", "", ""),
        ];
        for (text, keyword, arguments) in cases {
            assert_eq!(instruction(text), Instruction { keyword, arguments: arguments.into() }, "{text}");
        }
    }
}
