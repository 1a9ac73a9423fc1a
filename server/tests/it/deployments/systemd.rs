//! The service of systemd.

use std::process::Command;
use std::{fs, io};

use super::{assert_known, shipped, understood};

/// The assignments in a file, also those that only need a `#` less.
fn assignments(text: &str, start: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(|line| line.trim_start_matches('#'));
    let assigned = lines.filter_map(|line| line.strip_prefix(start)?.split_once('='));
    let upper = |name: &str| !name.is_empty() && name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
    assigned
        .filter(|(name, _)| upper(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn every_variable_of_the_example_does_something() {
    let pairs = assignments(&shipped("systemd/stowage.env"), "");
    let config = understood(
        "stowage.env",
        &pairs.into_iter().filter(|it| it.0 != "REGISTRY_USERNAME").collect::<Vec<_>>(),
    );
    assert!(config.deletion.enabled);
    let unit = shipped("systemd/stowage.service");
    let credentials = assignments(&unit, "Environment=");
    assert!(!credentials.is_empty());
    assert_known("stowage.service", credentials.iter().map(|it| it.0.as_str()));
    for (_, path) in credentials {
        let name = path.strip_prefix("%d/").unwrap();
        assert!(unit.contains(&format!("LoadCredential={name}:")), "{name}");
    }
}

#[test]
fn systemd_understands_the_service_and_finds_it_shut_in() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("stowage.service");
    let text = shipped("systemd/stowage.service").replace("/usr/local/lib/stowage/stowage", "/bin/true");
    fs::write(&unit, text).unwrap();
    let analyze = |options: &[&str]| Command::new("systemd-analyze").args(options).arg(&unit).output();
    let verified = match analyze(&["verify"]) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            super::not_checked("the service of systemd", "systemd-analyze is missing");
            return;
        }
        verified => verified.unwrap(),
    };
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    // Of 100, which would be a service that may do everything.
    let shut_in = analyze(&["security", "--offline=yes", "--threshold=15"]).unwrap();
    assert!(shut_in.status.success(), "{}", String::from_utf8_lossy(&shut_in.stdout));
}
