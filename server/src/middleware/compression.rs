//! Compression of what we make ourselves; files lie compressed beside the originals.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Of brotli's eleven levels the fourth halves gzip's time at a better size; above it a page costs more than it saves.
const LEVEL: i32 = 4;

/// Compresses pages and JSON; what has been written is flushed whenever the page waits, so streaming stays streaming.
pub(crate) fn layer() -> CompressionLayer {
    CompressionLayer::new().br(true).gzip(true).quality(CompressionLevel::Precise(LEVEL))
}
