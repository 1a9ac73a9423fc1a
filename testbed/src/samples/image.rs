//! Images: what a Dockerfile leaves behind.

use std::collections::HashMap;

use bytes::Bytes;
use jiff::Timestamp;
use oci_spec::image::{
    Arch, ConfigBuilder, HistoryBuilder, ImageConfigurationBuilder, Os, Platform, PlatformBuilder,
    RootFsBuilder,
};

use super::blob::json;
use super::layer::Layer;

/// An image in the making, for one platform.
#[derive(Clone, Debug)]
pub(super) struct Image {
    target: Target,
    created: Timestamp,
    steps: Vec<Step>,
    env: Vec<String>,
    entrypoint: Vec<String>,
    /// The command that tells whether it is well, every half minute.
    health_check: Option<String>,
    cmd: Vec<String>,
    ports: Vec<String>,
    volumes: Vec<String>,
    labels: HashMap<String, String>,
    folder: String,
    user: String,
}

/// What an image runs on: system, architecture, variant, version of the system.
pub(super) type Target = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

pub(super) const AMD64: Target = ("linux", "amd64", None, None);
pub(super) const ARM64: Target = ("linux", "arm64", Some("v8"), None);
pub(super) const ARM_V7: Target = ("linux", "arm", Some("v7"), None);

#[derive(Clone, Debug)]
struct Step {
    by: String,
    at: Timestamp,
    comment: &'static str,
    layer: Option<Layer>,
}

impl Image {
    pub(super) fn new(target: Target, created: Timestamp) -> Self {
        Self {
            target,
            created,
            steps: Vec::new(),
            env: vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()],
            entrypoint: Vec::new(),
            health_check: None,
            cmd: Vec::new(),
            ports: Vec::new(),
            volumes: Vec::new(),
            labels: HashMap::new(),
            folder: "/".to_owned(),
            user: String::new(),
        }
    }

    /// The lowest layer, which was made with another tool at another time.
    pub(super) fn base(mut self, by: &str, layer: Layer, at: Timestamp) -> Self {
        self.steps.push(Step { by: by.to_owned(), at, comment: "", layer: Some(layer) });
        self
    }

    /// An instruction that makes a layer.
    pub(super) fn layer(mut self, by: &str, layer: Layer) -> Self {
        let (by, at) = (by.to_owned(), self.created);
        self.steps.push(Step { by, at, comment: "buildkit.dockerfile.v0", layer: Some(layer) });
        self
    }

    /// An instruction that makes none.
    pub(super) fn step(mut self, by: &str) -> Self {
        let (by, at) = (by.to_owned(), self.created);
        self.steps.push(Step { by, at, comment: "buildkit.dockerfile.v0", layer: None });
        self
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push(format!("{name}={value}"));
        self.step(&format!("ENV {name}={value}"))
    }

    pub(super) fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The labels that well-kept images have.
    pub(super) fn described(self, title: &str, version: &str, revision: &str) -> Self {
        let source = format!("https://git.example.com/team/{title}");
        let created = self.created.to_string();
        self.label("org.opencontainers.image.title", title)
            .label("org.opencontainers.image.version", version)
            .label("org.opencontainers.image.revision", revision)
            .label("org.opencontainers.image.source", &source)
            .label("org.opencontainers.image.created", &created)
            .label("org.opencontainers.image.licenses", "Apache-2.0")
            .label("org.opencontainers.image.vendor", "Example Team")
    }

    pub(super) fn workdir(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.folder);
        self.step(&format!("WORKDIR {folder}"))
    }

    pub(super) fn user(mut self, user: &str) -> Self {
        user.clone_into(&mut self.user);
        self.step(&format!("USER {user}"))
    }

    pub(super) fn expose(mut self, port: &str) -> Self {
        self.ports.push(port.to_owned());
        self.step(&format!("EXPOSE map[{port}:{{}}]"))
    }

    pub(super) fn volume(mut self, path: &str) -> Self {
        self.volumes.push(path.to_owned());
        self.step(&format!("VOLUME [{path}]"))
    }

    pub(super) fn entrypoint(mut self, words: &[&str]) -> Self {
        self.entrypoint = words.iter().map(|&word| word.to_owned()).collect();
        self.step(&format!("ENTRYPOINT {}", shown(words)))
    }

    pub(super) fn cmd(mut self, words: &[&str]) -> Self {
        self.cmd = words.iter().map(|&word| word.to_owned()).collect();
        self.step(&format!("CMD {}", shown(words)))
    }

    pub(super) fn health_check(mut self, command: &str) -> Self {
        self.health_check = Some(command.to_owned());
        self.step(&format!(r#"HEALTHCHECK &{{["CMD-SHELL" {command:?}] "30s" "3s" "0s" "0s" '\x03'}}"#))
    }

    pub(super) fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.steps.iter().filter_map(|step| step.layer.as_ref())
    }

    pub(super) fn platform(&self) -> Platform {
        let (os, architecture, variant, os_version) = self.target;
        let builder = PlatformBuilder::default().os(Os::from(os)).architecture(Arch::from(architecture));
        let builder = match variant {
            Some(variant) => builder.variant(variant),
            None => builder,
        };
        let builder = match os_version {
            Some(version) => builder.os_version(version),
            None => builder,
        };
        builder.build().expect("all that is required is there")
    }

    /// The configuration's bytes.
    pub(super) fn config(&self) -> Bytes {
        let mut config = ConfigBuilder::default()
            .env(self.env.clone())
            .labels(self.labels.clone())
            .working_dir(self.folder.clone());
        if !self.user.is_empty() {
            config = config.user(self.user.clone());
        }
        if !self.entrypoint.is_empty() {
            config = config.entrypoint(self.entrypoint.clone());
        }
        if !self.cmd.is_empty() {
            config = config.cmd(self.cmd.clone());
        }
        if !self.ports.is_empty() {
            config = config.exposed_ports(self.ports.clone());
        }
        if !self.volumes.is_empty() {
            config = config.volumes(self.volumes.clone());
        }
        let history: Vec<_> = self.steps.iter().map(Step::history).collect();
        let diff_ids: Vec<_> = self.layers().map(|layer| layer.diff_id.clone()).collect();
        let rootfs = RootFsBuilder::default().typ("layers".to_owned()).diff_ids(diff_ids).build();
        let (os, architecture, variant, os_version) = self.target;
        let mut builder = ImageConfigurationBuilder::default()
            .created(self.created.to_string())
            .os(Os::from(os))
            .architecture(Arch::from(architecture))
            .config(config.build().expect("all that is required is there"))
            .rootfs(rootfs.expect("all that is required is there"))
            .history(history);
        if let Some(variant) = variant {
            builder = builder.variant(variant.to_owned());
        }
        if let Some(version) = os_version {
            builder = builder.os_version(version.to_owned());
        }
        let mut config = serde_json::to_value(builder.build().expect("all that is required is there"))
            .expect("it is written as JSON");
        if let Some(command) = &self.health_check {
            // A field of Docker's that OCI does not know.
            config["config"]["Healthcheck"] = serde_json::json!({
                "Test": ["CMD-SHELL", command],
                "Interval": 30_000_000_000_u64,
                "Timeout": 3_000_000_000_u64,
                "Retries": 3,
            });
        }
        json(&config)
    }
}

/// A list of words as BuildKit writes it into the history: `["node" "server.js"]`.
fn shown(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", quoted.join(" "))
}

impl Step {
    fn history(&self) -> oci_spec::image::History {
        let mut history = HistoryBuilder::default().created(self.at.to_string()).created_by(self.by.clone());
        if !self.comment.is_empty() {
            history = history.comment(self.comment.to_owned());
        }
        if self.layer.is_none() {
            history = history.empty_layer(true);
        }
        history.build().expect("nothing is required")
    }
}
