//! How much memory layers take that were made to take much, each in a process of its own.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

use std::fs;
use std::io::{self, Read, Seek, Write};
use std::process::{Command, Stdio};
use std::{env, iter};

use flate2::Compression;
use flate2::write::GzEncoder;
use layers::{LayerIndex, Limits, ReadError};
use tar::Header;
use zstd::stream::raw::CParameter;

/// What one layer may take.
const MOST: u64 = 64_000_000;

/// Tells the child process that it is one.
const IN_CHILD: &str = "MEASURES_ITSELF";

/// Runs a test in a process of its own, and asks how much memory it took at most.
fn measured(name: &str, work: impl FnOnce()) {
    measured_with(name, Stdio::null, work);
}

/// The same, with something to read from the standard input.
fn measured_with(name: &str, input: impl FnOnce() -> Stdio, work: impl FnOnce()) {
    if env::var_os(IN_CHILD).is_some() {
        let before = kib("VmRSS");
        work();
        println!("took {} bytes", (kib("VmHWM") - before) * 1_024);
        return;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env(IN_CHILD, "1").stdin(input());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let (_, told) = text.split_once("took ").unwrap();
    let bytes: u64 = told.split(' ').next().unwrap().parse().unwrap();
    assert!(bytes < MOST, "{name} took {bytes} bytes");
}

/// A line of what the system tells of this process.
fn kib(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// What is made piece by piece, while it is read.
struct Pieces<I> {
    pieces: I,
    piece: Vec<u8>,
    start: usize,
}

impl<I: Iterator<Item = Vec<u8>>> Pieces<I> {
    fn new(pieces: I) -> Self {
        Self { pieces, piece: Vec::new(), start: 0 }
    }
}

impl<I: Iterator<Item = Vec<u8>>> Read for Pieces<I> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.start == self.piece.len() {
            (self.piece, self.start) = (self.pieces.next().unwrap_or_default(), 0);
        }
        let n = to.len().min(self.piece.len() - self.start);
        to[..n].copy_from_slice(&self.piece[self.start..self.start + n]);
        self.start += n;
        Ok(n)
    }
}

fn header(flag: u8, name: &str, size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.as_old_mut().linkflag = [flag];
    header.set_mode(0o644);
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// An archive of so many empty files.
fn files(n: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..n).map(|it| header(b'0', &format!("srv/node_modules/package-{}/dist/file-{it}.js", it / 300), 0))
}

/// The same piece for ever.
fn zeros() -> impl Iterator<Item = Vec<u8>> {
    iter::repeat_with(|| vec![0; 1 << 20])
}

fn read(layer: impl Read) -> Result<LayerIndex, ReadError> {
    layers::read(layer, &Limits::default())
}

fn assert_too_many(outcome: Result<LayerIndex, ReadError>) {
    let error = outcome.unwrap_err();
    assert!(matches!(error, ReadError::TooManyFiles { .. }), "{error}");
}

#[test]
fn three_million_files_are_too_many() {
    measured("three_million_files_are_too_many", || {
        let ReadError::TooManyFiles { entries, .. } = read(Pieces::new(files(3_000_000))).unwrap_err() else {
            panic!("it is another error")
        };
        assert!(entries > 400_000, "{entries}");
    });
}

#[test]
fn four_hundred_thousand_files_fit() {
    measured("four_hundred_thousand_files_fit", || {
        let index = read(Pieces::new(files(400_000))).unwrap();
        assert!(index.n_entries() > 400_000);
        let bytes = index.encode();
        drop(index);
        assert!(LayerIndex::decode(&bytes).unwrap().n_entries() > 400_000);
    });
}

#[test]
fn a_bomb_of_zeros_is_too_large() {
    measured("a_bomb_of_zeros_is_too_large", || {
        let packed = |bytes: &[u8]| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        };
        let zeros = packed(&vec![0; 8 << 20]);
        // 10 GiB, packed in members of 8 MiB.
        let bomb = iter::once(packed(&header(b'0', "zeros", 10 << 30))).chain(iter::repeat_n(zeros, 1_280));
        let limits = Limits { unpacked: 2 << 30, ..Limits::default() };
        let error = layers::read(Pieces::new(bomb), &limits).unwrap_err();
        assert!(matches!(error, ReadError::TooLarge { limit: 2_147_483_648 }), "{error}");
    });
}

#[test]
fn a_large_window_and_many_files_share_the_memory() {
    // Packed outside, because that takes more memory.
    let packed = || {
        let mut packer = zstd::Encoder::new(tempfile::tempfile().unwrap(), 1).unwrap();
        packer.set_parameter(CParameter::WindowLog(25)).unwrap();
        io::copy(&mut Pieces::new(files(500_000)), &mut packer).unwrap();
        let mut file = packer.finish().unwrap();
        file.rewind().unwrap();
        file.into()
    };
    measured_with("a_large_window_and_many_files_share_the_memory", packed, || {
        assert_too_many(read(io::stdin().lock()));
    });
}

#[test]
fn absurd_paths_are_too_many() {
    measured("absurd_paths_are_too_many", || {
        let entry = |it: u64| {
            // Each in directories of its own, which nothing else names.
            let path = format!("{it}/{}", "d/".repeat(2_000));
            let mut bytes = header(b'L', "././@LongLink", path.len() as u64);
            bytes.extend_from_slice(path.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(512), 0);
            bytes.extend(header(b'5', "", 0));
            bytes
        };
        assert_too_many(read(Pieces::new((0..100_000).map(entry))));
    });
}

#[test]
fn long_links_are_too_many() {
    measured("long_links_are_too_many", || {
        let target = "x".repeat(30_000);
        let entry = |it: u64| {
            let mut bytes = header(b'K', "././@LongLink", target.len() as u64);
            bytes.extend_from_slice(target.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(512), 0);
            bytes.extend(header(b'2', &format!("link-{it}"), 0));
            bytes
        };
        assert_too_many(read(Pieces::new((0..100_000).map(entry))));
    });
}

#[test]
fn a_path_that_is_replaced_for_ever_is_too_many() {
    measured("a_path_that_is_replaced_for_ever_is_too_many", || {
        let entry = |it: u64| match it % 2 {
            0 => header(b'5', "a", 0),
            _ => header(b'0', "a", 0),
        };
        assert_too_many(read(Pieces::new((0..3_000_000).map(entry))));
    });
}

#[test]
fn what_is_behind_the_end_takes_none() {
    measured("what_is_behind_the_end_takes_none", || {
        let index = read(Pieces::new(zeros().take(2_000))).unwrap();
        assert_eq!((index.n_entries(), index.unpacked()), (0, 2_000 << 20));
    });
}
