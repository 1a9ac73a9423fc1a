//! `team/tools/cli`: Linux and two Windows versions that only `os.version` tells apart.

use super::image::{AMD64, ARM64, Image, Target};
use super::layer::Tree;
use super::noise::Noise;
use super::{CLI, Clock, Sample, base};

const WINDOWS_2022: Target = ("windows", "amd64", None, Some("10.0.20348.2849"));
const WINDOWS_2025: Target = ("windows", "amd64", None, Some("10.0.26100.2314"));

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(CLI, "Linux and Windows in one index; two Windows images differ by os.version alone");
    for (version, days, tags) in
        [("0.9.0", 190, &["0.9.0"][..]), ("1.0.0", 64, &["1.0.0"]), ("1.1.0", 12, &["1.1.0", "1", "latest"])]
    {
        let mut children = Vec::new();
        for target in [AMD64, ARM64, WINDOWS_2022, WINDOWS_2025] {
            children.push(sample.image(&image(clock, target, version, days), &[]));
        }
        sample.index(children, tags);
    }
    sample
}

fn image(clock: Clock, target: Target, version: &str, days: i64) -> Image {
    let (os, architecture, _, os_version) = target;
    let created = clock.days_ago(days);
    let seed = format!("cli {version} {os} {architecture} {os_version:?}");
    let image = Image::new(target, created);
    let image = match os_version {
        None => {
            let program = Tree::new(&seed, created).program("usr/local/bin/cli", 900).gzip();
            image
                .base(
                    "bazel build //base:static_nonroot_debian12",
                    base::distroless(clock.days_ago(400)),
                    clock.days_ago(400),
                )
                .layer("COPY cli /usr/local/bin/cli # buildkit", program)
                .user("65532:65532")
                .entrypoint(&["/usr/local/bin/cli"])
        }
        Some(os_version) => {
            let system = Tree::new(&format!("nanoserver {os_version}"), clock.days_ago(200))
                .folder("Files/Windows/System32")
                .program("Files/Windows/System32/ntdll.dll", 1900)
                .program("Files/Windows/System32/kernel32.dll", 800)
                .folder("UtilityVM")
                .gzip();
            let program = Tree::new(&seed, created).program("Files/Program Files/cli/cli.exe", 1100).gzip();
            image
                .base(&format!("Apply image nanoserver {os_version}"), system, clock.days_ago(200))
                .layer("COPY cli.exe C:\\Program Files\\cli\\ # buildkit", program)
                .user("ContainerUser")
                .entrypoint(&["C:\\Program Files\\cli\\cli.exe"])
        }
    };
    image.cmd(&["--help"]).described("cli", version, &Noise::new(&format!("cli {version}")).hex(40))
}
