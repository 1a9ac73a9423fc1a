//! `/files`: having the layers of an image read, for people without scripts.

use axum::response::Response;
use engine::PlatformImage;

use crate::asking::Asking;
use crate::form::{Fields, Refusal};

/// Begins to read the layers of an image that were not read yet, and leads back.
pub(crate) async fn read(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let (registry, repository) = (form.registry(&engine)?, form.repository()?);
    let repository = repository.ok_or_else(|| Refusal::unreadable("The field repository is missing."))?;
    let reference = form.one("reference").and_then(|it| it.parse().ok());
    let reference =
        reference.ok_or_else(|| Refusal::unreadable("The field reference is neither a tag nor a digest."))?;
    let platform = form.one("platform").unwrap_or_default().to_owned();
    let image = PlatformImage { registry, repository, reference, platform };
    let begun = engine.read_image_files(&image, form.one("again").is_some()).await;
    begun.map(|_| form.back()).map_err(|error| form.refusal(&error))
}
