//! The chart, as Helm makes manifests of it.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use engine::StoreLocation;
use serde_json::{Value, json};

use super::{documents, not_checked, shipped, understood};
use crate::documentation::{blocks, pages, root};

/// Whether there is a Helm to ask; says so where there is none.
pub(crate) fn has_helm() -> bool {
    let found = Command::new("helm").arg("version").output().is_ok();
    if !found {
        not_checked("the chart", "helm is missing");
    }
    found
}

/// Asks Helm, in the folder of the project.
pub(crate) fn helm(options: &[&str]) -> Output {
    Command::new("helm").args(options).current_dir(root()).output().unwrap()
}

const CHART: &str = "deploy/helm/stowage";

/// The manifests for the values in a file of the chart's folder `ci`, with a few more.
fn manifests(file: &str, more: &[&str]) -> Vec<Value> {
    manifests_of(&format!("{CHART}/ci/{file}-values.yaml"), more)
}

fn manifests_of(file: &str, more: &[&str]) -> Vec<Value> {
    let lint = helm(&["lint", "--strict", CHART, "--values", file]);
    assert!(lint.status.success(), "{lint:?}");
    let mut options = vec!["template", "here", CHART, "--values", file];
    options.extend(more.iter().flat_map(|it| ["--set", it]));
    let made = helm(&options);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    documents(std::str::from_utf8(&made.stdout).unwrap())
}

/// The one manifest of a kind.
fn one<'a>(manifests: &'a [Value], kind: &str) -> &'a Value {
    let found: Vec<_> = manifests.iter().filter(|it| it["kind"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind}");
    found[0]
}

fn has(manifests: &[Value], kind: &str) -> bool {
    manifests.iter().any(|it| it["kind"] == kind)
}

/// What the program is told.
fn variables(manifests: &[Value]) -> Vec<(String, String)> {
    let data = one(manifests, "ConfigMap")["data"].as_object().unwrap();
    data.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn names<'a>(list: &'a Value, key: &str) -> BTreeSet<&'a str> {
    list.as_array().into_iter().flatten().map(|it| it[key].as_str().unwrap()).collect()
}

#[test]
fn the_chart_runs_the_program_of_its_own_version() {
    let chart = documents(&shipped("helm/stowage/Chart.yaml")).remove(0);
    assert_eq!(chart["appVersion"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn pods_have_no_rights_and_nothing_to_write_to_but_their_data() {
    if !has_helm() {
        return;
    }
    for file in ["small", "large"] {
        let manifests = manifests(file, &[]);
        let pod = &one(&manifests, "Deployment")["spec"]["template"]["spec"];
        for pod in [pod, &one(&manifests, "Pod")["spec"]] {
            assert_eq!(pod["automountServiceAccountToken"], false);
            assert_eq!(pod["enableServiceLinks"], false);
            // The profile that Kubernetes calls restricted.
            let user = &pod["securityContext"];
            assert_eq!((&user["runAsNonRoot"], &user["runAsUser"]), (&json!(true), &json!(65532)));
            assert_eq!(user["seccompProfile"]["type"], "RuntimeDefault");
            let container = &pod["containers"][0]["securityContext"];
            assert_eq!(container["allowPrivilegeEscalation"], false);
            assert_eq!(container["readOnlyRootFilesystem"], true);
            assert_eq!(container["capabilities"], json!({ "drop": ["ALL"] }));
        }
        let container = &pod["containers"][0];
        for (probe, path) in [("startup", "/healthz"), ("liveness", "/healthz"), ("readiness", "/readyz")] {
            let asked = &container[format!("{probe}Probe")]["httpGet"];
            assert_eq!((&asked["path"], &asked["port"]), (&json!(path), &json!("http")), "{probe}");
        }
        let told = variables(&manifests);
        let listen = format!("0.0.0.0:{}", container["ports"][0]["containerPort"]);
        assert!(told.contains(&("STOWAGE_LISTEN".to_owned(), listen)), "{told:?}");
        assert_eq!(names(&container["volumeMounts"], "name"), names(&pod["volumes"], "name"));
        assert!(names(&container["volumeMounts"], "mountPath").contains("/data"));
    }
}

#[test]
fn every_manifest_means_the_same_pods() {
    if !has_helm() {
        return;
    }
    let manifests = manifests("large", &[]);
    let deployment = &one(&manifests, "Deployment")["spec"];
    let labels = deployment["template"]["metadata"]["labels"].as_object().unwrap();
    let selectors = [
        &deployment["selector"]["matchLabels"],
        &one(&manifests, "Service")["spec"]["selector"],
        &one(&manifests, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        &one(&manifests, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ];
    for selector in selectors {
        let selector = selector.as_object().unwrap();
        assert!(
            !selector.is_empty() && selector.iter().all(|it| labels.get(it.0) == Some(it.1)),
            "{selector:?}"
        );
    }
    let service = one(&manifests, "Service");
    assert_eq!(service["spec"]["ports"][0]["targetPort"], "http");
    assert_eq!(one(&manifests, "NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"], "http");
    let backend = &one(&manifests, "Ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"];
    assert_eq!(backend["name"], service["metadata"]["name"]);
    let checked = &one(&manifests, "Pod")["spec"]["containers"][0];
    assert_eq!(checked["args"], json!(["healthcheck"]));
    assert_eq!(checked["env"][0], json!({ "name": "STOWAGE_LISTEN", "value": "here-stowage:8082" }));
}

#[test]
fn the_program_understands_what_it_is_told() {
    if !has_helm() {
        return;
    }
    let small = understood("small", &variables(&manifests("small", &[])));
    assert!(!small.deletion.enabled && matches!(small.store, StoreLocation::File(_)));

    let manifests = manifests("large", &[]);
    let told = variables(&manifests);
    let large = understood("large", &told);
    assert!(large.deletion.enabled && matches!(large.store, StoreLocation::Postgres(_)));
    assert_eq!(large.registries[0].pull_host, "pull.example.com");
    assert_eq!(large.pages.defaults.tags.per_page.to_string(), "50");
    // Each file that a variable names is one of the volume, and each of the volume is named.
    let pod = &one(&manifests, "Deployment")["spec"]["template"]["spec"];
    let volume = pod["volumes"].as_array().unwrap().iter().find(|it| it["name"] == "secrets").unwrap();
    let sources = volume["projected"]["sources"].as_array().unwrap();
    let files: BTreeSet<String> = sources
        .iter()
        .map(|it| it["secret"]["items"][0]["path"].as_str().unwrap())
        .map(|it| format!("/etc/stowage/secrets/{it}"))
        .collect();
    let named = told.iter().map(|it| it.1.clone()).filter(|it| it.starts_with("/etc/"));
    assert_eq!(named.collect::<BTreeSet<_>>(), files);
    assert_eq!(files.len(), 8);
}

#[test]
fn what_is_kept_decides_how_many_pods_there_may_be() {
    if !has_helm() {
        return;
    }
    let small = manifests("small", &[]);
    let deployment = &one(&small, "Deployment")["spec"];
    assert_eq!(deployment["strategy"]["type"], "Recreate");
    let claim = &deployment["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"];
    assert_eq!(*claim, one(&small, "PersistentVolumeClaim")["metadata"]["name"]);
    assert!(!has(&small, "PodDisruptionBudget"), "it would keep a node from ever being emptied");

    let large = manifests("large", &[]);
    let deployment = &one(&large, "Deployment")["spec"];
    assert_eq!(
        (&deployment["replicas"], &deployment["strategy"]["type"]),
        (&json!(3), &json!("RollingUpdate"))
    );
    assert!(!has(&large, "PersistentVolumeClaim"));
    assert_eq!(deployment["template"]["spec"]["volumes"][0]["emptyDir"], json!({}));

    let existing = manifests("small", &["persistence.existingClaim=mine"]);
    let volumes = &one(&existing, "Deployment")["spec"]["template"]["spec"]["volumes"];
    assert_eq!(volumes[0]["persistentVolumeClaim"]["claimName"], "mine");
    assert!(!has(&existing, "PersistentVolumeClaim"));
}

#[test]
fn pods_are_made_anew_when_they_are_told_something_else() {
    if !has_helm() {
        return;
    }
    let checksum = |more: &[&str]| {
        let manifests = manifests("small", more);
        let annotations = &one(&manifests, "Deployment")["spec"]["template"]["metadata"]["annotations"];
        annotations["checksum/config"].as_str().unwrap().to_owned()
    };
    assert_eq!(checksum(&[]), checksum(&[]));
    assert_ne!(checksum(&[]), checksum(&["deleteImages=true"]));
}

#[test]
fn values_that_would_not_work_are_refused_in_words() {
    if !has_helm() {
        return;
    }
    for (values, words) in [
        ("registry.url=", "registry.url is not set"),
        ("registry.url=ftp://a", "/registry/url"),
        ("replicaCount=2", "database.secret.name"),
        ("replicaCount=2,database.secret.name=a", "secretKey.secret.name"),
        ("registry.username=a", "registry.passwordSecret.name"),
        ("auth.oidc.issuer=https://a", "auth.oidc.clientId"),
        ("image.tagg=1", "tagg"),
        ("env.lower=1", "lower"),
    ] {
        let values = format!("registry.url=http://registry,{values}");
        let refused = helm(&["template", "here", CHART, "--set", &values]);
        let text = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && text.contains(words), "{values}: {text}");
    }
}

#[test]
fn the_values_of_the_documentation_are_values() {
    if !has_helm() {
        return;
    }
    let blocks = pages().into_iter().flat_map(|(_, text)| blocks(&text, "yaml"));
    let values: Vec<String> =
        blocks.filter(|it| documents(it).iter().any(|it| it["registry"].is_object())).collect();
    assert!(!values.is_empty(), "they were found");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.yaml");
    for text in values {
        std::fs::write(&file, &text).unwrap();
        understood(&text, &variables(&manifests_of(file.to_str().unwrap(), &[])));
    }
}
