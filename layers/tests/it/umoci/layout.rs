//! Images as folders, and the programs that read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testbed::find_program;

use super::Layer;
use crate::support::{archive, file};

/// A folder with an image in it, as OCI lays it out.
pub(super) struct Layout(TempDir);

impl Layout {
    /// An image of layers, the lowest one first.
    pub(super) fn new(layers: &[Layer]) -> Self {
        let it = Self(TempDir::new().unwrap());
        fs::create_dir_all(it.blobs()).unwrap();
        let stored: Vec<_> = layers.iter().map(|layer| it.blob(layer.media_type, &layer.bytes)).collect();
        let diff_ids: Vec<_> = layers.iter().map(|layer| digest(&layer.plain)).collect();
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": diff_ids.iter().map(|_| json!({"created_by": "a test"})).collect::<Vec<_>>(),
        });
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": it.blob("application/vnd.oci.image.config.v1+json", config.to_string().as_bytes()),
            "layers": stored,
        });
        let mut named =
            it.blob("application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes());
        named["annotations"] = json!({"org.opencontainers.image.ref.name": "it"});
        it.write("index.json", &json!({"schemaVersion": 2, "manifests": [named]}));
        it.write("oci-layout", &json!({"imageLayoutVersion": "1.0.0"}));
        it
    }

    /// An image as `docker save` writes it, which skopeo lays out.
    pub(super) fn of_docker(layers: &[Vec<u8>]) -> Self {
        let it = Self(TempDir::new().unwrap());
        let diff_ids: Vec<_> = layers.iter().map(|it| digest(it)).collect();
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        let names: Vec<_> = (0..layers.len()).map(|it| format!("{it}/layer.tar")).collect();
        let manifest = json!([{"Config": "config.json", "RepoTags": ["saved:it"], "Layers": names}]);
        let mut entries =
            vec![file("manifest.json", manifest.to_string()), file("config.json", config.to_string())];
        entries.extend(names.iter().zip(layers).map(|(name, layer)| file(name, layer)));
        let saved = it.0.path().join("saved.tar");
        fs::write(&saved, archive(&entries)).unwrap();
        let (from, to) =
            (format!("docker-archive:{}", saved.display()), format!("oci:{}:it", it.0.path().display()));
        run(Command::new(program("skopeo", "SKOPEO")).args(["--insecure-policy", "copy", &from, &to]));
        it
    }

    /// The layers as they are stored, the lowest one first.
    pub(super) fn layers(&self) -> Vec<Vec<u8>> {
        let index: Value =
            serde_json::from_slice(&fs::read(self.0.path().join("index.json")).unwrap()).unwrap();
        let manifest: Value = serde_json::from_slice(&self.read(&index["manifests"][0])).unwrap();
        manifest["layers"].as_array().unwrap().iter().map(|it| self.read(it)).collect()
    }

    /// Unpacks the image, and tells where it is.
    pub(super) fn unpack(&self) -> PathBuf {
        let to = self.0.path().join("unpacked");
        let mut command = Command::new("sh");
        // What no entry names is made as this says.
        command.args(["-c", "umask 022 && exec \"$@\"", "sh"]);
        command.arg(program("umoci", "UMOCI")).args(["raw", "unpack", "--image"]);
        command.arg(format!("{}:it", self.0.path().display()));
        if !super::unpacked::is_root() {
            command.arg("--rootless");
        }
        run(command.arg(&to));
        to
    }

    fn blobs(&self) -> PathBuf {
        self.0.path().join("blobs/sha256")
    }

    fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = digest(bytes);
        fs::write(self.blobs().join(digest.trim_start_matches("sha256:")), bytes).unwrap();
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    fn read(&self, descriptor: &Value) -> Vec<u8> {
        let digest = descriptor["digest"].as_str().unwrap();
        fs::read(self.blobs().join(digest.trim_start_matches("sha256:"))).unwrap()
    }

    fn write(&self, name: &str, json: &Value) {
        fs::write(self.0.path().join(name), json.to_string()).unwrap();
    }
}

fn program(name: &'static str, variable: &'static str) -> PathBuf {
    find_program(name, variable).unwrap_or_else(|it| panic!("{it}"))
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

fn run(command: &mut Command) {
    let output = command.current_dir(Path::new("/")).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
