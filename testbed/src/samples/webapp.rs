//! `team/webapp`: the repository that screenshots show.

use oci_spec::image::Descriptor;

use super::image::{AMD64, ARM_V7, ARM64, Image, Target};
use super::layer::Tree;
use super::noise::Noise;
use super::{Clock, Sample, WEBAPP, base, charts};

/// What is in `2.14.0`, in the order of the index.
const TARGETS: [Target; 3] = [AMD64, ARM64, ARM_V7];

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        WEBAPP,
        "Three platforms with attestations, four tags on one digest, a prerelease whose arm64 image is missing, \
         a large single-platform image, a Helm chart beside images, and a tag (2.9.0) whose manifest is gone",
    );
    old(&mut sample, clock);
    sample.image(&debug(clock), &["2.12.4-debug"]);
    prerelease(&mut sample, clock);
    release(&mut sample, clock, "2.13.1", 20, &["2.13.1", "2.13"]);
    sample.artifact(charts::chart("webapp", "1.4.0", "2.13.1", clock.days_ago(19)), &["chart-1.4.0"]);
    release(&mut sample, clock, "2.14.0", 6, &["2.14.0", "2.14", "2", "latest"]);
    sample
}

fn release(sample: &mut Sample, clock: Clock, version: &str, days: i64, tags: &[&str]) -> Descriptor {
    let images: Vec<_> =
        TARGETS.map(|target| sample.image(&image(clock, target, version, days), &[])).into_iter().collect();
    let attestations: Vec<_> =
        images.iter().take(2).map(|image| sample.attestation(image, "webapp")).collect();
    sample.index(images.into_iter().chain(attestations).collect(), tags)
}

fn prerelease(sample: &mut Sample, clock: Clock) {
    let [amd64, arm64, _] = TARGETS.map(|target| image(clock, target, "2.13.0-rc.2", 33));
    let children = vec![sample.image(&amd64, &[]), sample.image(&arm64, &[])];
    sample.lose_manifest(&children[1]);
    sample.index(children, &["2.13.0-rc.2"]);
}

fn old(sample: &mut Sample, clock: Clock) {
    let image = base::small(AMD64, "webapp 2.9.0", clock.days_ago(210));
    let descriptor = sample.image(&image, &["2.9.0"]);
    sample.lose_manifest(&descriptor);
}

fn image(clock: Clock, target: Target, version: &str, days: i64) -> Image {
    let (_, architecture, _, _) = target;
    let created = clock.days_ago(days);
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
    let entrypoint = Tree::new("webapp entrypoint", built)
        .text("usr/local/bin/docker-entrypoint.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n")
        .gzip();
    // Three releases share what npm installed; the fourth brought other packages.
    let packages = if version == "2.14.0" { "packages 5" } else { "packages 4" };
    let modules = Tree::new(&seed(packages), created_for(packages, clock))
        .folder("srv/webapp/node_modules")
        .text("srv/webapp/node_modules/.package-lock.json", "{\n  \"lockfileVersion\": 3\n}\n")
        .program("srv/webapp/node_modules/fastify/fastify.js", 700)
        .program("srv/webapp/node_modules/pg/lib/index.js", 420)
        .program("srv/webapp/node_modules/sharp/build/Release/sharp.node", 1500)
        .gzip();
    let manifest = Tree::new(&seed("package.json"), created)
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
    let revision = Noise::new(version).hex(40);
    Image::new(target, created)
        .base(
            &format!("# debian.sh --arch '{architecture}' out/ 'bookworm' '@1731283200'"),
            base::debian(target, built),
            built,
        )
        .layer("RUN /bin/sh -c groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node # buildkit", user)
        .env("NODE_VERSION", "22.11.0")
        .layer(
            "RUN /bin/sh -c ARCH= OPENSSL_ARCH= && dpkgArch=\"$(dpkg --print-architecture)\" && case \"${dpkgArch##*-}\" in amd64) ARCH='x64' OPENSSL_ARCH='linux-x86_64';; arm64) ARCH='arm64' OPENSSL_ARCH='linux-aarch64';; armhf) ARCH='armv7l' OPENSSL_ARCH='linux-armv4';; *) echo \"unsupported architecture\"; exit 1 ;; esac && tar -xJf \"node-v$NODE_VERSION-linux-$ARCH.tar.xz\" -C /usr/local --strip-components=1 --no-same-owner && rm -f \"node-v$NODE_VERSION-linux-$ARCH.tar.xz\" && node --version && npm --version # buildkit",
            runtime,
        )
        .layer("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", entrypoint)
        .entrypoint(&["docker-entrypoint.sh"])
        .workdir("/srv/webapp")
        .layer("COPY package.json package-lock.json ./ # buildkit", manifest)
        .layer("RUN /bin/sh -c npm ci --omit=dev && npm cache clean --force # buildkit", modules)
        .layer("COPY dist ./dist # buildkit", dist)
        .env("NODE_ENV", "production")
        .env("PORT", "8080")
        .expose("8080/tcp")
        .user("node")
        .step("HEALTHCHECK &{[\"CMD-SHELL\" \"node dist/health.js || exit 1\"] \"30s\" \"3s\" \"0s\" \"0s\" '\\x03'}")
        .cmd(&["node", "dist/server.js"])
        .described("webapp", version, &revision)
}

fn created_for(packages: &str, clock: Clock) -> jiff::Timestamp {
    clock.days_ago(if packages == "packages 5" { 8 } else { 40 })
}

fn debug(clock: Clock) -> Image {
    let created = clock.days_ago(70);
    let symbols = Tree::new("webapp symbols", created)
        .program("usr/lib/debug/node.debug", 17_000)
        .program("usr/bin/gdb", 2400)
        .gzip();
    image(clock, AMD64, "2.12.4", 70)
        .user("root")
        .layer("RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends gdb strace node-dbg && rm -rf /var/lib/apt/lists/* # buildkit", symbols)
        .env("NODE_OPTIONS", "--enable-source-maps --inspect=0.0.0.0:9229")
        .expose("9229/tcp")
        .described("webapp", "2.12.4-debug", &Noise::new("2.12.4").hex(40))
}
