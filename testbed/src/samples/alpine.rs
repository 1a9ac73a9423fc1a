//! `library/alpine-like`: seven layers, and steps that made none.

use super::image::{AMD64, Image};
use super::layer::Tree;
use super::{ALPINE_LIKE, Clock, Sample, base};

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        ALPINE_LIKE,
        "One image of seven layers between which history has empty steps; a file of a lower layer is removed above",
    );
    sample.image(&image(clock, "3.19", 410), &["3.19"]);
    sample.image(&image(clock, "3.20", 118), &["3.20", "3", "latest"]);
    sample
}

fn image(clock: Clock, version: &str, days: i64) -> Image {
    let created = clock.days_ago(days);
    let tree = |part: &str| Tree::new(&format!("alpine-like {version} {part}"), created);
    Image::new(AMD64, created)
        .base(
            &format!("ADD alpine-minirootfs-{version}.3-x86_64.tar.gz / # buildkit"),
            base::alpine(AMD64, clock.days_ago(days + 9)),
            clock.days_ago(days + 9),
        )
        .step("LABEL org.opencontainers.image.title=alpine-like")
        .label("org.opencontainers.image.title", "alpine-like")
        .env("LANG", "C.UTF-8")
        .layer(
            "RUN /bin/sh -c apk add --no-cache ca-certificates tzdata curl # buildkit",
            tree("packages").program("usr/bin/curl", 260).program("usr/lib/libcurl.so.4", 620).folder("etc/ssl/certs").gzip(),
        )
        .layer(
            "RUN /bin/sh -c addgroup -S -g 1000 app && adduser -S -G app -u 1000 app # buildkit",
            tree("user").text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/sbin/nologin\n").gzip(),
        )
        .workdir("/srv/app")
        .layer(
            "COPY --chown=app:app requirements.txt ./ # buildkit",
            tree("requirements").text("srv/app/requirements.txt", "flask==3.0.3\ngunicorn==23.0.0\n").gzip(),
        )
        .layer(
            "RUN /bin/sh -c apk add --no-cache --virtual .build gcc musl-dev && pip install --no-cache-dir -r requirements.txt && apk del .build # buildkit",
            tree("pip").program("usr/lib/python3.12/site-packages/flask/app.py", 1500).gone("etc/alpine-release").gzip(),
        )
        .layer("COPY --chown=app:app . . # buildkit", tree("source").program("srv/app/app.py", 90).gzip())
        .layer(
            "RUN /bin/sh -c python -m compileall -q . && rm requirements.txt # buildkit",
            tree("compiled").program("srv/app/__pycache__/app.cpython-312.pyc", 130).gone("srv/app/requirements.txt").gzip(),
        )
        .volume("/data")
        .expose("8000/tcp")
        .user("app")
        .step("STOPSIGNAL SIGTERM")
        .entrypoint(&["gunicorn"])
        .cmd(&["--bind", "0.0.0.0:8000", "app:app"])
}
