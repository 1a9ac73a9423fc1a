//! Images that are whole, but whose configuration is not what one expects.

use serde_json::{Value, json};

use super::blob::json as bytes_of;
use super::image::{AMD64, Image};
use super::sample::Family;
use super::{Clock, EPOCH, HISTORY_MISMATCH, HOSTILE, NO_DATE, NO_HISTORY, Sample, YEAR_ONE, base};

/// Adds an image whose configuration is changed by hand.
fn changed(sample: &mut Sample, image: &Image, tags: &[&str], change: impl FnOnce(&mut Value)) {
    let mut config: Value = serde_json::from_slice(&image.config()).expect("the configuration is JSON");
    change(&mut config);
    sample.image_with(Family::Oci, image, bytes_of(&config), tags);
}

fn remove(config: &mut Value, key: &str) {
    config.as_object_mut().and_then(|object| object.remove(key));
}

pub(super) fn no_history(clock: Clock) -> Sample {
    let mut sample = Sample::new(NO_HISTORY, "A configuration without history: layers, but no instructions");
    let image = base::small(AMD64, "no history", clock.days_ago(160));
    changed(&mut sample, &image, &["latest"], |config| remove(config, "history"));
    sample
}

pub(super) fn history_mismatch(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(HISTORY_MISMATCH, "History that does not fit the layers: too short, and too long");
    let image = base::small(AMD64, "history mismatch", clock.days_ago(150));
    changed(&mut sample, &image, &["too-short", "latest"], |config| {
        config["history"] = json!([{ "created_by": "the only instruction that is recorded" }]);
    });
    changed(&mut sample, &image, &["too-long"], |config| {
        let more = (1..=4).map(|step| json!({ "created_by": format!("RUN step {step} without a layer") }));
        if let Some(history) = config["history"].as_array_mut() {
            history.extend(more);
        }
    });
    sample
}

pub(super) fn hostile(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        HOSTILE,
        "HTML, scripts, addresses that are scripts, control characters and an instruction of 9 KiB: all is text",
    );
    let script = "<script>document.title='hacked'</script>";
    let long = format!("RUN /bin/sh -c {} # buildkit", "echo 'a very long instruction' && ".repeat(270));
    let image = base::small(AMD64, "hostile", clock.days_ago(9))
        .step(&format!("RUN echo \"{script}\" > /usr/share/index.html"))
        .step("LABEL quote=\"'\\\"><img src=x onerror=alert(1)>")
        .step("RUN printf '\u{1b}[31mred\u{1b}[0m' \u{202e}detrever")
        .step(&long)
        .env("TEMPLATE", "{{ constructor.constructor('alert(1)')() }}")
        .label("org.opencontainers.image.title", script)
        .label("org.opencontainers.image.description", "\"><svg onload=alert(1)>\nsecond line")
        .label("org.opencontainers.image.source", "javascript:alert(document.domain)")
        .label("org.opencontainers.image.url", "data:text/html,<script>alert(1)</script>")
        .label("<b>bold</b>", "a name with markup");
    let image = sample.image(&image, &["latest"]);
    let annotations = [
        ("org.opencontainers.image.title", script),
        ("org.opencontainers.image.documentation", "javascript:alert(1)"),
        ("<i>name</i>", "</td></tr></table>"),
    ];
    let annotations = super::artifact::map(&annotations);
    sample.index_with(Family::Oci, vec![image], annotations, &["index"]);
    sample
}

pub(super) fn no_date(clock: Clock) -> Sample {
    let mut sample = Sample::new(NO_DATE, "An image that does not say when it was made");
    let image = base::small(AMD64, "no date", clock.days_ago(100));
    changed(&mut sample, &image, &["latest"], |config| {
        remove(config, "created");
        for step in config["history"].as_array_mut().into_iter().flatten() {
            remove(step, "created");
        }
    });
    sample
}

pub(super) fn year_one(clock: Clock) -> Sample {
    let mut sample = Sample::new(YEAR_ONE, "An image made on 1 January of the year 1: Go's zero time");
    let image = base::small(AMD64, "year one", clock.days_ago(100));
    dated(&mut sample, &image, "0001-01-01T00:00:00Z");
    sample
}

pub(super) fn epoch(clock: Clock) -> Sample {
    let mut sample = Sample::new(EPOCH, "An image made on 1 January 1970: a reproducible build");
    let image = base::small(AMD64, "epoch", clock.days_ago(100));
    dated(&mut sample, &image, "1970-01-01T00:00:00Z");
    sample
}

fn dated(sample: &mut Sample, image: &Image, date: &str) {
    changed(sample, image, &["latest"], |config| {
        config["created"] = date.into();
        for step in config["history"].as_array_mut().into_iter().flatten() {
            step["created"] = date.into();
        }
    });
}
