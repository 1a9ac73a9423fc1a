//! Which platform of an image is meant.

use registry::image::{Contents, ImageDetail};
use registry::summary::{PlatformRow, State};

use crate::Error;

/// The platform of a name or digest, if the image has it.
pub(crate) fn named<'a>(image: &'a ImageDetail, name: &str) -> Option<&'a PlatformRow> {
    let mut platforms = image.summary.platforms.iter();
    platforms.find(|it| it.digest.as_str() == name || it.platform.to_string() == name)
}

/// The platform that is shown where none is named: the first that can be read.
pub(crate) fn usual(image: &ImageDetail) -> Option<&PlatformRow> {
    let platforms = &image.summary.platforms;
    platforms.iter().find(|it| it.state == State::Ok).or(platforms.first())
}

/// The platform of a name or digest; the usual one where the name is empty, and nothing for an image without platforms.
///
/// # Errors
/// [`Error::NoPlatform`] if the image has others.
pub(crate) fn platform<'a>(image: &'a ImageDetail, name: &str) -> Result<Option<&'a PlatformRow>, Error> {
    if name.is_empty() {
        return Ok(usual(image));
    }
    let has = || image.summary.platforms.iter().map(|it| it.platform.to_string()).collect();
    match named(image, name) {
        Some(row) => Ok(Some(row)),
        None => Err(Error::NoPlatform { platform: name.to_owned(), has: has() }),
    }
}

/// What the image holds for a platform.
pub(crate) fn contents<'a>(image: &'a ImageDetail, platform: Option<&'a PlatformRow>) -> &'a Contents {
    platform.and_then(|it| it.contents.as_deref()).unwrap_or(&image.contents)
}
