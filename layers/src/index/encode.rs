//! An index in the form in which it is kept: the version, then, compressed with zstd, a head and the records of all
//! entries, as many together as make 64 KiB, behind their length.

use std::io::{self, Write};

use zstd::stream::write::Encoder;

use super::record::{self, Head, TOGETHER, VERSION};
use crate::index::LayerIndex;

const LEVEL: i32 = 3;
/// The base-2 logarithm of the window: small, because this comes on top of the index.
pub(super) const WINDOW_LOG: u32 = 20;

pub(super) fn encode(index: &LayerIndex) -> Vec<u8> {
    // Writing to memory does not fail, and no record refuses to be written.
    packed(index).expect("an index can be written to memory")
}

fn packed(index: &LayerIndex) -> io::Result<Vec<u8>> {
    let mut to = Encoder::new(vec![VERSION], LEVEL)?;
    to.window_log(WINDOW_LOG)?;
    to.include_checksum(true)?;
    let head = Head { unpacked: index.unpacked, n_records: index.order.len() as u32 };
    let mut together = postcard::to_extend(&head, Vec::new()).map_err(io::Error::other)?;
    for record in record::of(index) {
        together = postcard::to_extend(&record, together).map_err(io::Error::other)?;
        if together.len() >= TOGETHER {
            write_together(&mut to, &mut together)?;
        }
    }
    write_together(&mut to, &mut together)?;
    to.finish()
}

fn write_together(to: &mut impl Write, together: &mut Vec<u8>) -> io::Result<()> {
    to.write_all(&(together.len() as u32).to_le_bytes())?;
    to.write_all(together)?;
    together.clear();
    Ok(())
}
