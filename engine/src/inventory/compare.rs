//! Two images side by side.

use registry::compare::{Compared, Comparison, Side};
use registry::image::ImageDetail;
use registry::summary::{PlatformRow, State};

use super::chosen::{contents, named, usual};
use crate::{Engine, Error, ImageFiles, PlatformImage};

impl Engine {
    /// Compares two images, each for one platform: the one asked for, else the first that both have. Besides, what is
    /// known of their files; see [`layers::image::difference`].
    pub async fn compare(
        &self,
        a: &PlatformImage,
        b: &PlatformImage,
    ) -> Result<(Compared, [ImageFiles; 2]), Error> {
        let image = |it| Box::pin(self.to_compare(it));
        let (image_a, image_b) = futures::try_join!(image(a), image(b))?;
        let asked_a = named(&image_a, &a.platform);
        let asked_b = named(&image_b, &b.platform);
        let chosen_a = asked_a.or_else(|| like(&image_a, asked_b?)).or_else(|| {
            image_a.summary.platforms.iter().find(|it| like(&image_b, it).is_some()).or(usual(&image_a))
        });
        let chosen_b = asked_b.or_else(|| like(&image_b, chosen_a?)).or(usual(&image_b));
        let compared = Compared {
            comparison: Comparison::of(contents(&image_a, chosen_a), contents(&image_b, chosen_b)),
            a: side(&image_a, chosen_a),
            b: side(&image_b, chosen_b),
        };
        let files = [self.files_of(&image_a, chosen_a).await?, self.files_of(&image_b, chosen_b).await?];
        Ok((compared, files))
    }

    async fn to_compare(&self, it: &PlatformImage) -> Result<ImageDetail, Error> {
        self.image(&it.registry, &it.repository, &it.reference).await
    }
}

/// The same platform in another image, if it can be read there.
fn like<'a>(image: &'a ImageDetail, row: &PlatformRow) -> Option<&'a PlatformRow> {
    image.summary.platforms.iter().find(|it| it.platform == row.platform && it.state == State::Ok)
}

fn side(image: &ImageDetail, chosen: Option<&PlatformRow>) -> Side {
    let summary = &image.summary;
    Side {
        registry: image.registry.clone(),
        repository: image.repository.clone(),
        reference: image.reference.clone(),
        platform: chosen.map(|it| it.platform.to_string()),
        platforms: summary.platforms.iter().map(|it| it.platform.to_string()).collect(),
        digest: chosen.map(|it| it.digest.clone()).or_else(|| summary.digest.clone()),
        size: chosen.map_or(summary.size, |it| it.size),
        created: chosen.map_or(summary.created, |it| it.created),
    }
}
