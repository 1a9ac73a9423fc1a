use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::Header;

use super::survives_json;
use crate::artifact::{Chart, ChartFiles, archive};

/// The longest text that is kept of a field, in characters; what is cut off leaves one behind.
const LONGEST_TEXT: usize = 1001;
/// The longest file that is kept, in bytes. What is not UTF-8 becomes three bytes for each.
const LONGEST_FILE: usize = 3 * (256 << 10);

/// The input is the configuration of a chart, its archive, and its archive before it is packed, whose checksums are put
/// right.
pub fn chart(input: &[u8]) {
    if let Ok(chart) = Chart::parse(input) {
        described(&chart);
    }
    if let Ok(files) = archive::read(input) {
        listed(&files);
    }
    // Nobody guesses the sums in what is packed, so those who make up inputs need not pack them.
    if let Ok(files) = archive::read(&packed(&with_checksums(input))) {
        listed(&files);
    }
}

/// Every block is taken for a header, because nobody guesses checksums.
fn with_checksums(input: &[u8]) -> Vec<u8> {
    let mut archive = input.to_vec();
    let (blocks, _) = archive.as_chunks_mut::<512>();
    for block in blocks.iter_mut().filter(|it| it.iter().any(|it| *it != 0)) {
        let mut header = Header::from_byte_slice(block).clone();
        header.set_cksum();
        *block = *header.as_bytes();
    }
    archive
}

fn packed(archive: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::none());
    packer.write_all(archive).and_then(|()| packer.finish()).expect("it is written to memory")
}

fn described(chart: &Chart) {
    survives_json(chart);
    assert!(!chart.name.is_empty() && chart.files.is_none());
    let texts = [
        &chart.version,
        &chart.app_version,
        &chart.description,
        &chart.kind,
        &chart.kube_version,
        &chart.home,
    ];
    texts.into_iter().flatten().chain([&chart.name]).for_each(|it| is_short(it));
    for list in [&chart.sources, &chart.keywords, &chart.maintainers] {
        assert!(list.len() <= 100);
        list.iter().for_each(|it| is_short(it));
    }
    assert!(chart.dependencies.len() <= 100);
    for it in &chart.dependencies {
        it.version.iter().chain(&it.repository).chain([&it.name]).for_each(|it| is_short(it));
    }
}

fn listed(files: &ChartFiles) {
    survives_json(files);
    assert!(files.files.len() <= 2000);
    files.files.iter().for_each(|it| is_short(&it.path));
    for text in [&files.chart, &files.values, &files.readme].into_iter().flatten() {
        assert!(text.len() <= LONGEST_FILE, "{} bytes", text.len());
    }
    let is_listed = |name: &str| files.files.iter().any(|it| it.path.eq_ignore_ascii_case(name));
    assert!(files.chart.is_none() || is_listed("Chart.yaml"));
    assert!(files.values.is_none() || is_listed("values.yaml"));
}

fn is_short(text: &str) {
    assert!(text.chars().count() <= LONGEST_TEXT, "{text:?}");
}
