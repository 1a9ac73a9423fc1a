//! `team/webapp`: the repository that screenshots show.

use jiff::Timestamp;

use super::image::{AMD64, ARM_V7, ARM64, Image, Target};
use super::layer::{Layer, Tree};
use super::noise::Noise;
use super::{Clock, Sample, WEBAPP, base, charts};

/// What is in `2.14.0`, in the order of the index.
const TARGETS: [Target; 3] = [AMD64, ARM64, ARM_V7];

const ADD_USER: &str = "RUN /bin/sh -c groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash \
     --create-home node # buildkit";
const ADD_NODE: &str = "RUN /bin/sh -c ARCH= OPENSSL_ARCH= && dpkgArch=\"$(dpkg --print-architecture)\" && case \
     \"${dpkgArch##*-}\" in amd64) ARCH='x64' OPENSSL_ARCH='linux-x86_64';; arm64) ARCH='arm64' \
     OPENSSL_ARCH='linux-aarch64';; armhf) ARCH='armv7l' OPENSSL_ARCH='linux-armv4';; *) echo \"unsupported \
     architecture\"; exit 1 ;; esac && tar -xJf \"node-v$NODE_VERSION-linux-$ARCH.tar.xz\" -C /usr/local \
     --strip-components=1 --no-same-owner && rm -f \"node-v$NODE_VERSION-linux-$ARCH.tar.xz\" && node --version && \
     npm --version # buildkit";
const ADD_DEBUGGER: &str = "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends gdb strace \
     && rm -rf /var/lib/apt/lists/* # buildkit";

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        WEBAPP,
        "Three platforms with attestations, four tags on one digest, a prerelease whose arm64 image is missing, \
         a large single-platform image, a Helm chart beside images, and a tag (2.9.0) whose manifest is gone",
    );
    let shared = TARGETS.map(|target| Shared::new(clock, target));
    old(&mut sample, clock.days_ago(210));
    sample.image(&debug(&shared[0], clock.days_ago(70)), &["2.12.4-debug"]);
    prerelease(&mut sample, &shared, clock.days_ago(33));
    release(&mut sample, &shared, "2.13.1", clock.days_ago(20), &["2.13.1", "2.13"]);
    sample.artifact(charts::chart("webapp", "1.4.0", "2.13.1", clock.days_ago(19)), &["chart-1.4.0"]);
    release(&mut sample, &shared, "2.14.0", clock.days_ago(6), &["2.14.0", "2.14", "2", "latest"]);
    sample
}

/// The layers of one platform that releases share.
struct Shared {
    target: Target,
    built: Timestamp,
    base: Layer,
    user: Layer,
    runtime: Layer,
    /// What npm installed before 2.14.0, and since.
    modules: [Layer; 2],
}

impl Shared {
    fn new(clock: Clock, target: Target) -> Self {
        let (_, architecture, _, _) = target;
        let built = clock.days_ago(95);
        let seed = |part: &str| format!("webapp {part} {architecture}");
        let user = Tree::new(&seed("user"), built)
            .text("etc/group", "root:x:0:\nnode:x:1000:\n")
            .text("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/bash\n")
            .folder("home/node")
            .gzip();
        let runtime = Tree::new(&seed("runtime"), built)
            .program("usr/local/bin/node", 9800)
            .program("usr/local/include/node/node.h", 60)
            .text("usr/local/share/doc/node/LICENSE", "Node.js is licensed for use as follows …\n")
            .gone("usr/bin/perl")
            .gzip();
        let modules = [("packages 4", 80), ("packages 5", 8)].map(|(packages, days)| {
            Tree::new(&seed(packages), clock.days_ago(days))
                .folder("srv/webapp/node_modules")
                .text("srv/webapp/node_modules/.package-lock.json", "{\n  \"lockfileVersion\": 3\n}\n")
                .program("srv/webapp/node_modules/fastify/fastify.js", 700)
                .program("srv/webapp/node_modules/pg/lib/index.js", 420)
                .program("srv/webapp/node_modules/sharp/build/Release/sharp.node", 1500)
                .gzip()
        });
        Self { target, built, base: base::debian(target, built), user, runtime, modules }
    }

    fn image(&self, version: &str, created: Timestamp) -> Image {
        let (_, architecture, _, _) = self.target;
        let seed = |part: &str| format!("webapp {part} {architecture}");
        let entrypoint = Tree::new("webapp entrypoint", self.built)
            .text("usr/local/bin/docker-entrypoint.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n")
            .gzip();
        let package = Tree::new(&seed("package.json"), created)
            .text(
                "srv/webapp/package.json",
                &format!("{{\n  \"name\": \"webapp\",\n  \"version\": \"{version}\"\n}}\n"),
            )
            .gzip();
        let dist = Tree::new(&seed(version), created)
            .folder("srv/webapp/dist")
            .program("srv/webapp/dist/server.js", 380)
            .text("srv/webapp/dist/version.json", &format!("{{ \"version\": \"{version}\" }}\n"))
            .gzip();
        let modules = self.modules[usize::from(version == "2.14.0")].clone();
        Image::new(self.target, created)
            .base(
                &format!("# debian.sh --arch '{architecture}' out/ 'bookworm' '@1731283200'"),
                self.base.clone(),
                self.built,
            )
            .layer(ADD_USER, self.user.clone())
            .env("NODE_VERSION", "22.11.0")
            .layer(ADD_NODE, self.runtime.clone())
            .layer("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", entrypoint)
            .entrypoint(&["docker-entrypoint.sh"])
            .workdir("/srv/webapp")
            .layer("COPY package.json package-lock.json ./ # buildkit", package)
            .layer("RUN /bin/sh -c npm ci --omit=dev && npm cache clean --force # buildkit", modules)
            .layer("COPY dist ./dist # buildkit", dist)
            .env("NODE_ENV", "production")
            .env("PORT", "8080")
            .expose("8080/tcp")
            .user("node")
            .health_check("node dist/health.js || exit 1")
            .cmd(&["node", "dist/server.js"])
            .described("webapp", version, &Noise::new(version).hex(40))
    }
}

fn release(sample: &mut Sample, shared: &[Shared], version: &str, created: Timestamp, tags: &[&str]) {
    let mut children: Vec<_> =
        shared.iter().map(|it| sample.image(&it.image(version, created), &[])).collect();
    for image in children.clone().iter().take(2) {
        children.push(sample.attestation(image, "webapp"));
    }
    sample.index(children, tags);
}

fn prerelease(sample: &mut Sample, shared: &[Shared], created: Timestamp) {
    let children: Vec<_> =
        shared.iter().take(2).map(|it| sample.image(&it.image("2.13.0-rc.2", created), &[])).collect();
    sample.lose_manifest(&children[1]);
    sample.index(children, &["2.13.0-rc.2"]);
}

fn old(sample: &mut Sample, created: Timestamp) {
    let descriptor = sample.image(&base::small(AMD64, "webapp 2.9.0", created), &["2.9.0"]);
    sample.lose_manifest(&descriptor);
}

fn debug(shared: &Shared, created: Timestamp) -> Image {
    let symbols = Tree::new("webapp symbols", created)
        .program("usr/lib/debug/node.debug", 17_000)
        .program("usr/bin/gdb", 2400)
        .gzip();
    shared
        .image("2.12.4", created)
        .user("root")
        .layer(ADD_DEBUGGER, symbols)
        .env("NODE_OPTIONS", "--enable-source-maps --inspect=0.0.0.0:9229")
        .expose("9229/tcp")
        .described("webapp", "2.12.4-debug", &Noise::new("2.12.4").hex(40))
}
