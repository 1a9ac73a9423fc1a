//! Reads the archive of a chart: a gzipped tar file, all of which lies in a folder named like the chart (Helm, "Charts").

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry};

use super::{ChartFile, ChartFiles};
use crate::artifact::{InvalidDocument, cut};

/// How many files are listed.
const MOST_FILES: usize = 2000;
/// How many bytes are unpacked, files that are not kept included.
const MOST_UNPACKED: u64 = 64 << 20;
/// How many bytes of one text are kept.
const LONGEST_TEXT: u64 = 256 << 10;

/// Lists the files of a chart, and reads those that people look at. What lies behind the limits is left out; an archive
/// that is damaged gives what was before the damage.
pub fn read(packed: &[u8]) -> Result<ChartFiles, InvalidDocument> {
    let unpacked = MultiGzDecoder::new(packed).take(MOST_UNPACKED);
    let mut archive = Archive::new(unpacked);
    let invalid = |error: io::Error| InvalidDocument::Packed(crate::shorten(&error.to_string()));
    let mut files = ChartFiles::default();
    let mut n_entries = 0;
    for entry in archive.entries().map_err(invalid)? {
        let Ok(mut entry) = entry else {
            if files.files.is_empty() {
                return Err(InvalidDocument::Packed("it is no gzipped tar archive".to_owned()));
            }
            files.is_cut = true;
            break;
        };
        n_entries += 1;
        // Folders are not listed, so they have a limit of their own.
        if files.files.len() == MOST_FILES || n_entries > 4 * MOST_FILES {
            files.is_cut = true;
            break;
        }
        if entry.header().entry_type().is_file() {
            take(&mut entry, &mut files);
        }
    }
    Ok(files)
}

fn take<R: Read>(entry: &mut Entry<'_, R>, files: &mut ChartFiles) {
    let whole = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let path = whole.split_once('/').map_or(whole.as_str(), |(_, rest)| rest);
    let wanted = match path.to_ascii_lowercase().as_str() {
        "chart.yaml" => Some(&mut files.chart),
        "values.yaml" => Some(&mut files.values),
        "readme.md" | "readme.txt" | "readme" => Some(&mut files.readme),
        _ => None,
    };
    if let Some(place) = wanted.filter(|it| it.is_none()) {
        let mut bytes = Vec::new();
        // Where it breaks off, the next entry says so.
        if entry.take(LONGEST_TEXT).read_to_end(&mut bytes).is_err() {
            files.is_cut = true;
        }
        *place = Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    files
        .files
        .push(ChartFile { path: cut(path.to_owned()), size: entry.header().size().unwrap_or_default() });
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, bytes) in files {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, *bytes).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn the_texts_that_people_read_are_read_and_the_others_listed() {
        let files: [(&str, &[u8]); 5] = [
            ("web/Chart.yaml", b"name: web\n"),
            ("web/values.yaml", b"replicas: 2\n"),
            ("web/README.md", b"# Web\n"),
            ("web/templates/deployment.yaml", b"kind: Deployment\n"),
            ("web/charts/redis/values.yaml", b"inner: true\n"),
        ];
        let found = read(&packed(&files)).unwrap();
        assert_eq!(found.chart.as_deref(), Some("name: web\n"));
        assert_eq!(found.values.as_deref(), Some("replicas: 2\n"));
        assert_eq!(found.readme.as_deref(), Some("# Web\n"));
        let paths: Vec<_> = found.files.iter().map(|it| (it.path.as_str(), it.size)).collect();
        assert_eq!(paths[3], ("templates/deployment.yaml", 17));
        assert_eq!(paths[4].0, "charts/redis/values.yaml");
        assert!(!found.is_cut);
    }

    #[test]
    fn long_texts_many_files_and_bombs_are_cut_off() {
        let long = vec![b'x'; 2 * usize::try_from(LONGEST_TEXT).unwrap()];
        let found = read(&packed(&[("web/values.yaml", &long)])).unwrap();
        assert_eq!(found.values.unwrap().len() as u64, LONGEST_TEXT);

        let names: Vec<String> = (0..MOST_FILES + 5).map(|it| format!("web/templates/{it}")).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b""[..])).collect();
        let found = read(&packed(&many)).unwrap();
        assert_eq!((found.files.len(), found.is_cut), (MOST_FILES, true));

        let zeros = vec![0; usize::try_from(MOST_UNPACKED).unwrap() + 1024];
        let found = read(&packed(&[("web/zeros", &zeros), ("web/values.yaml", b"never read")])).unwrap();
        assert_eq!((found.values, found.is_cut), (None, true));
    }

    #[test]
    fn a_damaged_archive_gives_what_was_before_the_damage() {
        // What does not compress, so that the cut goes through it.
        let noise: Vec<u8> =
            (0..100_000_u32).map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
        let whole = packed(&[("web/Chart.yaml", b"name: web\n"), ("web/noise", &noise), ("web/last", b"")]);
        let found = read(&whole[..whole.len() / 2]).unwrap();
        assert_eq!((found.chart.as_deref(), found.is_cut), (Some("name: web\n"), true));
        let mut plain = GzEncoder::new(Vec::new(), Compression::fast());
        plain.write_all(&[7; 2000]).unwrap();
        for bytes in [&b""[..], b"no archive", &plain.finish().unwrap()] {
            assert!(read(bytes).map_or(true, |it| it.files.is_empty()));
        }
    }
}
