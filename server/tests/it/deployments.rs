//! What is shipped to run it: what compose files, the chart and the service tell the program is what it understands.

mod chart;
pub(crate) mod commands;
mod compose;
mod systemd;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};

use serde_json::Value;
use server::Config;
use server::config::Variables;

use crate::documentation::{root, variables_known};
use crate::support::Folders;

/// The documents of a YAML file.
fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A file of the folder `deploy`.
fn shipped(name: &str) -> String {
    fs::read_to_string(root().join("deploy").join(name)).unwrap()
}

/// Says what this machine cannot check, where tests that pass say nothing else.
fn not_checked(what: &str, why: &str) {
    // What is printed is kept back while a test passes; this is not.
    let _ = writeln!(io::stderr(), "NOT checked: {what}: {why}");
}

/// Fails for a variable that nothing reads.
fn assert_known<'a>(place: &str, names: impl IntoIterator<Item = &'a str>) {
    let known: BTreeSet<String> = variables_known();
    let is_known = |name: &str| known.contains(name) || name.starts_with("NGINX_PROXY_HEADER_");
    let unknown: Vec<&str> = names.into_iter().filter(|name| !is_known(name)).collect();
    assert!(unknown.is_empty(), "{place}: nothing reads {unknown:?}");
}

/// The configuration that the program makes of some variables. The files that they name are made up, each with what
/// such a file holds, and its data is elsewhere.
fn understood(place: &str, pairs: &[(String, String)]) -> Config {
    assert_known(place, pairs.iter().map(|(name, _)| name.as_str()));
    let folders = Folders::new();
    let made_up = |name: &str| {
        let content = match name {
            "REGISTRY_CA_FILE" => "-----BEGIN CERTIFICATE-----\n",
            "REGISTRY_CLIENT_CERT_FILE" => "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n",
            "STOWAGE_AUTH_HTPASSWD" => "ada:$2y$05$8b1tSN8qTlQHZwF3FEpZJOo4nNqAvIi1lOxMh4U5pZCuTtTYQWJdW\n",
            "STOWAGE_DATABASE_URL_FILE" => "postgres://stowage:secret@postgres/stowage\n",
            _ => "0123456789abcdef0123456789abcdef\n",
        };
        folders.write(&name.to_lowercase(), content.as_bytes())
    };
    let given = pairs.iter().filter(|(name, _)| name != "STOWAGE_DATA").map(|(name, value)| {
        let value = if value.starts_with('/') { made_up(name) } else { value.clone() };
        (name.clone(), value)
    });
    let own = folders.variables().into_iter().map(|(name, value)| (name.to_owned(), value));
    let config = Config::read(&own.chain(given).collect::<Variables>());
    let config = config.unwrap_or_else(|errors| panic!("{place}: {errors}"));
    let remarks: Vec<String> = config.remarks.iter().map(ToString::to_string).collect();
    assert!(remarks.is_empty(), "{place}: {remarks:?}");
    config
}

#[test]
fn the_image_tells_it_where_its_data_is_and_where_to_listen() {
    let dockerfile = shipped("Dockerfile");
    let last = dockerfile.rsplit_once("\nFROM ").unwrap().1;
    let variables = last.split_once("ENV ").unwrap().1.split("\n#").next().unwrap();
    let pairs: Vec<(String, String)> = variables
        .split_whitespace()
        .filter_map(|word| word.split_once('='))
        .filter(|(name, _)| *name != "PATH")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .chain([("REGISTRY_URL".to_owned(), "http://registry:5000".to_owned())])
        .collect();
    let config = understood("Dockerfile", &pairs);
    let listen: Vec<String> = config.listen.iter().map(ToString::to_string).collect();
    assert_eq!(listen, ["0.0.0.0:80", "0.0.0.0:8080"]);
    assert!(pairs.contains(&("STOWAGE_DATA".to_owned(), "/data".to_owned())), "{pairs:?}");
    assert!(last.contains("VOLUME /data\nEXPOSE 80 8080\nUSER 65532:65532\n"), "{last}");
}
