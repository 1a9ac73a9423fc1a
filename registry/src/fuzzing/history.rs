use std::borrow::Cow;
use std::str;

use super::{first_line, survives_json};
use crate::dockerfile::reconstruct;
use crate::history::{Instruction, instruction, join};
use crate::image_config::{HistoryEntry, RunConfig};
use crate::manifest::Descriptor;

/// The first line is an image: an `L` for a layer, an `S` for a step that made one and an `E` for a step that did not;
/// the other lines are what the builder recorded of the steps.
pub fn history(input: &[u8]) {
    let (image, lines) = first_line(input);
    let Ok(lines) = str::from_utf8(lines) else { return };
    let layers: Vec<Descriptor> = image.iter().filter(|it| **it == b'L').zip(0..).map(layer).collect();
    let mut lines = lines.lines();
    let history: Vec<HistoryEntry> = image
        .iter()
        .filter(|it| matches!(it, b'S' | b'E'))
        .map(|it| HistoryEntry {
            created_by: lines.next().map(str::to_owned),
            empty_layer: *it == b'E',
            ..HistoryEntry::default()
        })
        .collect();
    joined(&layers, &history);
    steps(&history);
    lines.for_each(step);
}

fn layer((_, number): (&u8, u64)) -> Descriptor {
    let json = serde_json::json!({"digest": format!("sha256:{number:064x}"), "size": number});
    serde_json::from_value(json).expect("it is a descriptor")
}

/// No layer and no step is lost or changes its place.
fn joined(layers: &[Descriptor], history: &[HistoryEntry]) {
    let rows = join(layers, history);
    rows.iter().for_each(survives_json);
    assert!(rows.iter().filter_map(|it| it.digest.as_ref()).eq(layers.iter().map(|it| &it.digest)));
    assert!(rows.iter().all(|it| it.empty == it.digest.is_none()));
    assert!(rows.len() >= history.len());
    let steps = reconstruct(&rows, &RunConfig::default());
    assert_eq!(steps.len(), rows.len() + 1);
    assert!(
        steps.iter().all(|it| it.keyword != "#" || it.to_string().lines().all(|line| line.starts_with('#')))
    );
    let (explained, rest) = rows.split_at(history.len());
    assert!(explained.iter().map(|it| &it.created_by).eq(history.iter().map(|it| &it.created_by)));
    assert!(rest.iter().all(|it| !it.empty && it.created_by.is_none()));
    assert!(explained.iter().zip(history).all(|(row, step)| row.empty || !step.empty_layer));
}

/// What must hold for the steps of an image.
pub(super) fn steps(history: &[HistoryEntry]) {
    history.iter().filter_map(|it| it.created_by.as_deref()).for_each(step);
}

fn step(created_by: &str) {
    let it = instruction(created_by);
    assert!(it.keyword.bytes().all(|b| b.is_ascii_uppercase()), "{it:?}");
    assert!(matches!(it.arguments, Cow::Borrowed(_)) && created_by.contains(&*it.arguments), "{it:?}");
    assert_eq!(it.arguments.trim(), it.arguments);

    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim_end();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim_start();
    if !text.contains("#(nop)") && it.keyword.is_empty() {
        assert_eq!(it.arguments, text, "nothing is left out of what is not understood");
    }
    if instruction(first).keyword == first && !first.is_empty() {
        assert_eq!(it.keyword, first, "{text:?} begins as in a Dockerfile");
        assert!(first == "RUN" || it.arguments == rest, "{it:?}");
    }
    if let Some(command) = text.strip_prefix("/bin/sh -c ").map(str::trim_start)
        && !command.starts_with("#(nop)")
    {
        assert_eq!(it, Instruction { keyword: "RUN", arguments: command.into() });
    }
    let again = match it.keyword {
        "" => return,
        // No builder takes one without a command.
        "RUN" if it.arguments.is_empty() => return,
        "RUN" => format!("RUN /bin/sh -c {} # buildkit", it.arguments),
        keyword => format!("{keyword} {} # buildkit", it.arguments),
    };
    assert_eq!(instruction(&again), it, "{again:?}");
}
