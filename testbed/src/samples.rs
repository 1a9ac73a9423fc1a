//! Sample images: what the demo shows and what tests look for.
//!
//! Every sample is one repository; [`Sample::shows`] says what for. With [`Clock::FIXED`] the bytes, and so the
//! digests, are the same on every run. Samples that show something broken are pushed whole and broken afterwards, in
//! the registry's files, which is why filling needs a registry of ours.

mod alpine;
mod api;
mod artifact;
mod attested;
mod base;
mod blob;
mod broken;
pub(crate) mod bulk;
mod charts;
mod cli;
mod clock;
mod cosign;
mod damage;
mod files;
mod fill;
mod image;
mod kinds;
mod layer;
mod noise;
mod odd;
mod sample;
mod signed;
mod webapp;

pub use blob::digest_of;
pub use clock::Clock;
pub use cosign::cosign_public_key;
pub use fill::{Filled, fill, fill_storage};
pub use sample::{Manifest, Sample};

macro_rules! samples {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $function:path;)*) => {
        $($(#[$doc])* pub const $constant: &str = $name;)*

        /// The names of all samples, in the order of [`all`].
        pub const NAMES: &[&str] = &[$($constant),*];

        /// The sample of one name.
        pub fn one(repository: &str, clock: Clock) -> Option<Sample> {
            match repository {
                $($constant => Some($function(clock)),)*
                _ => None,
            }
        }
    };
}

samples! {
    /// Three platforms with attestations; `2.14.0` = `2.14` = `2` = `latest`; `2.13.1` = `2.13`; `2.13.0-rc.2` whose
    /// arm64 image is missing; `2.12.4-debug` for one platform; the Helm chart `chart-1.4.0`; `2.9.0` whose manifest
    /// is gone although the tag is listed.
    WEBAPP = "team/webapp", webapp::sample;
    /// About 140 tags over two years, single-platform, on shared base layers.
    API = "team/api", api::sample;
    /// `0.9.0`, `1.0.0`, `1.1.0` = `1` = `latest`: two Linux platforms, two Windows versions.
    CLI = "team/tools/cli", cli::sample;
    /// `3.19`, `3.20` = `3` = `latest`: seven layers with empty history steps between them, and whiteouts.
    ALPINE_LIKE = "library/alpine-like", alpine::sample;
    /// Helm charts `0.1.0` to `1.1.0`; the last has a provenance file.
    CHARTS_WEB = "charts/web", charts::sample;
    /// `1.0.0` = `latest`, an index with cosign's three tags and a `sha256-…` tag that lists three referrers.
    SIGNED = "demo/signed", signed::sample;
    /// `1.0.0` = `latest`, an index signed with the key of [`cosign_public_key`], with a signed provenance, BuildKit's
    /// attestations and two SBOMs; `0.9.0` signed by a stranger, `0.8.0` signed for `0.7.0`.
    ATTESTED = "demo/attested", attested::sample;
    /// Docker's media types: `schema2`, and `list` = `latest` of three platforms.
    DOCKER = "demo/docker", kinds::docker;
    /// `base`, `older` and `latest`, each of which has one layer more than the one before: overwritten, removed and hidden files, a hard link, a program that is
    /// setuid, names that are markup. `damaged`: its second layer breaks off.
    FILES = "demo/files", files::sample;
    /// `1.0.0` = `latest`: two zstd layers and one that is not packed.
    ZSTD = "demo/zstd", kinds::zstd;
    /// `docker` and `oci`: the first layer is elsewhere.
    FOREIGN = "demo/foreign", kinds::foreign;
    /// `latest`: an index of the index `inner` and an image.
    NESTED = "demo/nested", kinds::nested;
    /// `main`: an index whose children are layers.
    BUILDKIT_CACHE = "demo/buildkit-cache", kinds::buildkit_cache;
    /// `0.3.0` = `latest`: an artifact with the empty configuration.
    WASM = "demo/wasm", kinds::wasm;
    /// `latest` has layers, but no history.
    NO_HISTORY = "demo/no-history", odd::no_history;
    /// `too-short` = `latest` and `too-long`: history that does not fit the layers.
    HISTORY_MISMATCH = "demo/history-mismatch", odd::history_mismatch;
    /// `latest` and `index`: markup and scripts wherever text can stand.
    HOSTILE = "demo/hostile", odd::hostile;
    /// `latest` lacks its second child; `all-missing` lacks all.
    MISSING_CHILD = "broken/missing-child", broken::missing_child;
    /// `latest`: the configuration answers 404.
    MISSING_CONFIG = "broken/missing-config", broken::missing_config;
    /// `latest`: no date anywhere.
    NO_DATE = "broken/no-date", odd::no_date;
    /// `latest`: 0001-01-01.
    YEAR_ONE = "broken/year-one", odd::year_one;
    /// `latest`: 1970-01-01.
    EPOCH = "broken/epoch", odd::epoch;
    /// No tags left; listed in the catalog.
    EMPTIED = "broken/emptied", broken::emptied;
    /// `1.0.0` = `latest` are listed and answer 404; `0.9.0` is whole.
    MANIFEST_GONE = "broken/manifest-gone", broken::manifest_gone;
    /// `latest`: the configuration is not JSON.
    UNREADABLE_CONFIG = "broken/unreadable-config", broken::unreadable_config;
}

/// Every sample, about 70 MiB.
pub fn all(clock: Clock) -> impl Iterator<Item = Sample> {
    NAMES.iter().filter_map(move |name| one(name, clock))
}
