use super::{first_line, survives_json};
use crate::artifact::{Chart, archive};

/// The first line is the configuration of the chart, the rest its archive.
pub fn chart(input: &[u8]) {
    let (config, packed) = first_line(input);
    if let Ok(chart) = Chart::parse(config) {
        survives_json(&chart);
    }
    let Ok(files) = archive::read(packed) else { return };
    survives_json(&files);
    assert!(files.files.len() <= 2000);
    let texts = [&files.chart, &files.values, &files.readme];
    // A letter that was damaged becomes three bytes long.
    assert!(texts.into_iter().flatten().all(|it| it.len() <= 3 * (256 << 10)));
}
