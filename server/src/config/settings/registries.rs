//! The registries.

use super::Fallback::{Is, Says};
use super::Kind::{Headers, List, Number, Secret, Switch, Text};
use super::{Concern, Setting};

/// What stands between the texts of a list.
const COMMA: &[char] = &[','];

pub(super) const REGISTRIES: Concern = Concern {
    title: "Registries",
    about: "Each registry has a table `[[registries]]` of its own, in the order in which they are shown.
Where `REGISTRY_URL`, `NGINX_PROXY_PASS_URL` or `DEFAULT_REGISTRIES` is set, it says which registries there are, and those of the file are not used.
The other variables are those of the first registry, wherever it comes from.",
    settings: &[
        Setting {
            key: "registries[].url",
            variable: "REGISTRY_URL",
            kind: Text,
            what: "the registry, as its address before `/v2/`",
            default: Says("required"),
            example: "\"https://registry.example.com\"",
        },
        Setting {
            key: "registries[].id",
            variable: "REGISTRY_ID",
            kind: Text,
            what: "the registry's name in addresses",
            default: Says("the host that pull commands name"),
            example: "\"main\"",
        },
        Setting {
            key: "registries[].pull_host",
            variable: "PULL_URL",
            kind: Text,
            what: "the host that pull commands name",
            default: Says("the registry's host"),
            example: "\"registry.example.com\"",
        },
        Setting {
            key: "registries[].username",
            variable: "REGISTRY_USERNAME",
            kind: Text,
            what: "whom to sign in as",
            default: Says("nobody"),
            example: "\"stowage\"",
        },
        Setting {
            key: "registries[].password",
            variable: "REGISTRY_PASSWORD",
            kind: Secret,
            what: "the password for it",
            default: Says("none"),
            example: "\"a long secret\"",
        },
        Setting {
            key: "registries[].password_file",
            variable: "REGISTRY_PASSWORD_FILE",
            kind: Text,
            what: "the file that holds it",
            default: Says("none"),
            example: "\"/run/secrets/registry-password\"",
        },
        Setting {
            key: "registries[].docker_config",
            variable: "REGISTRY_DOCKER_CONFIG",
            kind: Text,
            what: "a `config.json` of Docker to take the credentials from, those of its helpers included",
            default: Says("none"),
            example: "\"/etc/stowage/config.json\"",
        },
        Setting {
            key: "registries[].headers",
            variable: "NGINX_PROXY_HEADER_*",
            kind: Headers,
            what: "what the registry is sent with each request",
            default: Says("none"),
            example: "{ X-Team = \"tools\" }",
        },
        Setting {
            key: "registries[].ca_file",
            variable: "REGISTRY_CA_FILE",
            kind: Text,
            what: "certificates of authorities to trust besides the system's, PEM",
            default: Says("none"),
            example: "\"/etc/stowage/registry-ca.pem\"",
        },
        Setting {
            key: "registries[].client_cert_file",
            variable: "REGISTRY_CLIENT_CERT_FILE",
            kind: Text,
            what: "a client certificate and its key, PEM",
            default: Says("none"),
            example: "\"/etc/stowage/registry-client.pem\"",
        },
        Setting {
            key: "registries[].skip_tls_verify",
            variable: "REGISTRY_SKIP_TLS_VERIFY",
            kind: Switch,
            what: "take any certificate",
            default: Is("false"),
            example: "true",
        },
        Setting {
            key: "registries[].trusted_hosts",
            variable: "REGISTRY_TRUSTED_HOSTS",
            kind: List(COMMA),
            what: "hosts with private addresses that the registry may lead to: token servers, object stores",
            default: Says("none"),
            example: "[\"minio.internal:9000\"]",
        },
        Setting {
            key: "registries[].concurrency",
            variable: "REGISTRY_CONCURRENCY",
            kind: Number,
            what: "requests to the registry at once, at most 1000",
            default: Is("32"),
            example: "8",
        },
        Setting {
            key: "registries[].catalog",
            variable: "REGISTRY_CATALOG",
            kind: Text,
            what: "how its repositories are found: `full` asks for its catalog, `listed` takes those that are listed, \
                   `prefixes` leaves out those that do not begin like these, `vendor` asks the API of its vendor, \
                   who can be named instead",
            default: Is("full"),
            example: "\"listed\"",
        },
        Setting {
            key: "registries[].repositories",
            variable: "REGISTRY_CATALOG_REPOSITORIES",
            kind: List(COMMA),
            what: "the repositories of `listed`",
            default: Says("none"),
            example: "[\"team/app\", \"team/api\"]",
        },
        Setting {
            key: "registries[].prefixes",
            variable: "REGISTRY_CATALOG_PREFIXES",
            kind: List(COMMA),
            what: "the beginnings of `prefixes`",
            default: Says("none"),
            example: "[\"team/\"]",
        },
        Setting {
            key: "registries[].namespaces",
            variable: "REGISTRY_CATALOG_NAMESPACES",
            kind: List(COMMA),
            what: "the namespaces that the vendor is asked for",
            default: Says("depends on the vendor"),
            example: "[\"team\"]",
        },
        Setting {
            key: "registries[].catalog_api",
            variable: "REGISTRY_CATALOG_API",
            kind: Text,
            what: "where the API of the vendor is",
            default: Says("depends on the vendor"),
            example: "\"https://gitlab.example.com\"",
        },
    ],
};
