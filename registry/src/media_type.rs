//! Media types of manifests, configurations and layers, and what they mean.

/// An OCI image index.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// An OCI image manifest; artifacts use it too.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The OCI artifact manifest of release candidates of image-spec 1.1, which some registries still hold.
pub const OCI_ARTIFACT_MANIFEST: &str = "application/vnd.oci.artifact.manifest.v1+json";
/// Docker's index.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Docker's image manifest, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's first image manifest, signed; distribution 2.x still serves it.
pub const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
/// Docker's first image manifest, unsigned.
pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// The configuration of an OCI image.
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The configuration of a Docker image.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// The two bytes `{}` that stand where an artifact has no configuration.
pub const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The configuration of a Helm chart.
pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// What every request for a manifest accepts.
///
/// It must be complete: distribution answers 404 for an OCI manifest whose type is not listed, and silently serves
/// the linux/amd64 child, under the child's digest, when Docker's list type is missing (measured on 2.8.2).
/// Schema 1 comes last, because a registry that can convert must not be asked to.
pub const ACCEPT_MANIFEST: &str = concat!(
    "application/vnd.oci.image.index.v1+json, ",
    "application/vnd.docker.distribution.manifest.list.v2+json, ",
    "application/vnd.oci.image.manifest.v1+json, ",
    "application/vnd.docker.distribution.manifest.v2+json, ",
    "application/vnd.oci.artifact.manifest.v1+json, ",
    "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.5, ",
    "application/vnd.docker.distribution.manifest.v1+json;q=0.5, ",
    "*/*;q=0.1",
);

/// A media type without its parameters (`; charset=utf-8`) and in lower case.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a manifest of this type has children instead of layers.
pub fn is_index(media_type: &str) -> bool {
    matches!(media_type, OCI_INDEX | DOCKER_LIST)
}

/// Whether a manifest of this type is in Docker's first format.
pub fn is_schema1(media_type: &str) -> bool {
    matches!(media_type, DOCKER_SCHEMA1 | DOCKER_SCHEMA1_SIGNED)
}

/// Whether a configuration of this type describes an image.
pub fn is_image_config(media_type: &str) -> bool {
    matches!(media_type, OCI_CONFIG | DOCKER_CONFIG)
}

/// Whether a blob of this type is a layer of a file system.
pub fn is_image_layer(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.oci.image.layer.")
        || media_type.starts_with("application/vnd.docker.image.rootfs.")
}

/// Whether the layer is not in the registry, but at the addresses its descriptor names.
pub fn is_foreign_layer(media_type: &str) -> bool {
    media_type.contains(".nondistributable.") || media_type.contains(".foreign.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_list_names_every_manifest_type() {
        for media_type in [
            OCI_INDEX,
            OCI_MANIFEST,
            OCI_ARTIFACT_MANIFEST,
            DOCKER_LIST,
            DOCKER_MANIFEST,
            DOCKER_SCHEMA1,
            DOCKER_SCHEMA1_SIGNED,
        ] {
            assert!(ACCEPT_MANIFEST.split(", ").any(|it| essence(it) == media_type), "{media_type}");
        }
    }

    #[test]
    fn tells_dockers_first_format_from_the_first_of_oci() {
        assert!(is_schema1(DOCKER_SCHEMA1) && is_schema1(DOCKER_SCHEMA1_SIGNED));
        assert!(!is_schema1(OCI_MANIFEST) && !is_schema1(DOCKER_MANIFEST));
    }

    #[test]
    fn drops_parameters_and_case() {
        assert_eq!(essence("Application/JSON; charset=utf-8"), "application/json");
    }

    #[test]
    fn knows_foreign_layers_of_both_families() {
        assert!(is_foreign_layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
        assert!(is_foreign_layer("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"));
        assert!(!is_foreign_layer("application/vnd.oci.image.layer.v1.tar+gzip"));
    }
}
