//! `team/api`: many tags, for pages, sorting and retention.

use super::image::{AMD64, Image};
use super::layer::{Layer, Tree};
use super::noise::Noise;
use super::{API, Clock, Sample, base};

/// How many images, each on one tag at least.
const IMAGES: usize = 134;

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        API,
        "About 140 tags over two years: releases, builds of the main branch, pull requests; the images share base layers",
    );
    let bases = [(clock, 760), (clock, 340)].map(|(clock, days)| {
        (base::distroless(clock.days_ago(days)), runtime(clock, days), clock.days_ago(days))
    });
    let mut noise = Noise::new("api");
    let (mut minor, mut patch) = (0, 0);
    for number in 0..IMAGES {
        // Builds come closer together towards today.
        let left = IMAGES - number;
        let days = i64::try_from(left * left * 700 / (IMAGES * IMAGES)).unwrap_or_default();
        let revision = noise.hex(40);
        let mut tags = Vec::new();
        let version = match number % 5 {
            0 | 2 => {
                patch += 1;
                if noise.between(0, 2) == 0 {
                    (minor, patch) = (minor + 1, 0);
                }
                let version = format!("1.{minor}.{patch}");
                tags.push(version.clone());
                version
            }
            4 => {
                tags.push(format!("pr-{}", 200 + number * 7));
                "0.0.0-dev".to_owned()
            }
            _ => {
                tags.push(format!("main-{}", &revision[..7]));
                format!("1.{}.0-dev", minor + 1)
            }
        };
        if number + 4 >= IMAGES {
            tags.extend(
                ["edge", "1", "stable", "latest"].get(number + 4 - IMAGES).map(|&tag| tag.to_owned()),
            );
        }
        let hours = i64::try_from(noise.between(1, 20)).unwrap_or(1);
        let image = image(clock, &bases, days * 24 + hours, &version, &revision, noise.between(24, 96));
        let tags: Vec<_> = tags.iter().map(String::as_str).collect();
        sample.image(&image, &tags);
    }
    sample
}

type Base = (Layer, Layer, jiff::Timestamp);

fn image(clock: Clock, bases: &[Base; 2], hours: i64, version: &str, revision: &str, kib: usize) -> Image {
    let (certificates, runtime, at) = if hours > 330 * 24 { &bases[0] } else { &bases[1] };
    let created = clock.hours_ago(hours);
    let program = Tree::new(revision, created).program("usr/local/bin/api", kib).gzip();
    Image::new(AMD64, created)
        .base("bazel build //base:static_nonroot_amd64_debian12", certificates.clone(), *at)
        .layer("COPY --from=build /out/migrations /srv/migrations # buildkit", runtime.clone())
        .layer("COPY --from=build /out/api /usr/local/bin/api # buildkit", program)
        .env("GOMEMLIMIT", "200MiB")
        .expose("8443/tcp")
        .user("65532:65532")
        .entrypoint(&["/usr/local/bin/api"])
        .cmd(&["serve", "--listen", ":8443"])
        .described("api", version, revision)
}

fn runtime(clock: Clock, days: i64) -> Layer {
    Tree::new(&format!("api migrations {days}"), clock.days_ago(days))
        .folder("srv/migrations")
        .text("srv/migrations/0001_accounts.sql", "CREATE TABLE accounts (id bigserial PRIMARY KEY);\n")
        .program("srv/migrations/geo.dat", 900)
        .gzip()
}
