//! The server itself, what it keeps, what it logs, and how often it scans.

use super::Fallback::{Is, Says};
use super::Kind::{List, Secret, Switch, Text};
use super::{Concern, Setting};

pub(super) const SERVER: Concern = Concern {
    title: "The server",
    about: "",
    settings: &[
        Setting {
            key: "server.listen",
            variable: "STOWAGE_LISTEN",
            kind: Text,
            what: "where Stowage listens; `:8080` is the port on all addresses of the machine",
            default: Is("127.0.0.1:8080"),
            example: "\"0.0.0.0:8080\"",
        },
        Setting {
            key: "server.listen_default",
            variable: "STOWAGE_LISTEN_DEFAULT",
            kind: List(&[',']),
            what: "where it listens while nothing else says so: at the first of these addresses that its user may have",
            default: Says("none; the image sets `0.0.0.0:80,0.0.0.0:8080`"),
            example: "[\"0.0.0.0:80\", \"0.0.0.0:8080\"]",
        },
        Setting {
            key: "server.base_path",
            variable: "STOWAGE_BASE_PATH",
            kind: Text,
            what: "the path that Stowage is served under, where it has no host of its own, see [reverse-proxy.md](reverse-proxy.md)",
            default: Says("that of `STOWAGE_PUBLIC_URL`, else none"),
            example: "\"/registry-ui\"",
        },
        Setting {
            key: "server.trusted_proxies",
            variable: "STOWAGE_TRUSTED_PROXIES",
            kind: List(&[',']),
            what: "addresses and networks of reverse proxies, which are believed where requests come from",
            default: Says("none"),
            example: "[\"10.0.0.0/8\", \"127.0.0.1\"]",
        },
        Setting {
            key: "server.public_url",
            variable: "STOWAGE_PUBLIC_URL",
            kind: Text,
            what: "where browsers find Stowage",
            default: Says("unknown; required with `oidc`"),
            example: "\"https://stowage.example.com\"",
        },
        Setting {
            key: "server.data",
            variable: "STOWAGE_DATA",
            kind: Text,
            what: "the folder for its data",
            default: Says(
                "systemd's `$STATE_DIRECTORY`, else `$XDG_DATA_HOME/stowage`, else `~/.local/share/stowage`",
            ),
            example: "\"/var/lib/stowage\"",
        },
        Setting {
            key: "server.site",
            variable: "STOWAGE_SITE",
            kind: Text,
            what: "the folder of styles and scripts, where it is not beside the program",
            default: Says("found"),
            example: "\"/usr/share/stowage/site\"",
        },
        Setting {
            key: "server.secret_key",
            variable: "STOWAGE_SECRET_KEY",
            kind: Secret,
            what: "what encrypts passwords in sessions, 32 characters or more; replicas need the same",
            default: Says("made at the first start: `secret.key` in the folder for its data"),
            example: "\"0123456789abcdef0123456789abcdef\"",
        },
        Setting {
            key: "server.secret_key_file",
            variable: "STOWAGE_SECRET_KEY_FILE",
            kind: Text,
            what: "the file that holds it",
            default: Says("none"),
            example: "\"/run/secrets/stowage-key\"",
        },
        Setting {
            key: "database.url",
            variable: "STOWAGE_DATABASE_URL",
            kind: Secret,
            what: "a PostgreSQL database for the inventory, which several replicas can share",
            default: Says("a SQLite file, `stowage.db`, in the folder for its data"),
            example: "\"postgres://user:password@host/database\"",
        },
        Setting {
            key: "database.url_file",
            variable: "STOWAGE_DATABASE_URL_FILE",
            kind: Text,
            what: "the file that holds it",
            default: Says("none"),
            example: "\"/run/secrets/stowage-database\"",
        },
        Setting {
            key: "log.filter",
            variable: "STOWAGE_LOG",
            kind: Text,
            what: "what is logged, as `info` or `warn,engine=debug`",
            default: Is("info"),
            example: "\"warn,engine=debug\"",
        },
        Setting {
            key: "log.format",
            variable: "STOWAGE_LOG_FORMAT",
            kind: Text,
            what: "`text`, `json`, or `auto`: text on a terminal, else JSON",
            default: Is("auto"),
            example: "\"json\"",
        },
        Setting {
            key: "metrics.enabled",
            variable: "STOWAGE_METRICS",
            kind: Switch,
            what: "whether `/metrics` tells Prometheus what is going on, see [operations.md](operations.md#metrics)",
            default: Is("false"),
            example: "true",
        },
        Setting {
            key: "metrics.token",
            variable: "STOWAGE_METRICS_TOKEN",
            kind: Secret,
            what: "what a program must know to read them",
            default: Says("everybody may"),
            example: "\"0123456789abcdef\"",
        },
        Setting {
            key: "metrics.token_file",
            variable: "STOWAGE_METRICS_TOKEN_FILE",
            kind: Text,
            what: "the file that holds it",
            default: Says("none"),
            example: "\"/run/secrets/stowage-metrics\"",
        },
    ],
};

pub(super) const SCANS: Concern = Concern {
    title: "Scans and notifications",
    about: "[notifications.md](notifications.md) tells how a registry is told the token.",
    settings: &[
        Setting {
            key: "scans.interval",
            variable: "STOWAGE_SCAN_INTERVAL",
            kind: Text,
            what: "how often everything is compared with the registries: `6h`, `30m`, `1d`, or `off`",
            default: Is("6h"),
            example: "\"1d\"",
        },
        Setting {
            key: "hooks.token",
            variable: "STOWAGE_HOOKS_TOKEN",
            kind: Secret,
            what: "what a registry must know to tell what is pushed, pulled and deleted, 16 characters or more",
            default: Says("none may"),
            example: "\"0123456789abcdef\"",
        },
        Setting {
            key: "hooks.token_file",
            variable: "STOWAGE_HOOKS_TOKEN_FILE",
            kind: Text,
            what: "the file that holds it",
            default: Says("none"),
            example: "\"/run/secrets/stowage-hooks\"",
        },
    ],
};

pub(super) const V2: Concern = Concern {
    title: "Pulling and pushing through Stowage",
    about: "[v2.md](v2.md) tells how.",
    settings: &[
        Setting {
            key: "v2.registry",
            variable: "STOWAGE_V2",
            kind: Text,
            what: "whether `docker pull` and its like reach a registry through this host: `true` for the first registry, or the id of one",
            default: Is("false"),
            example: "\"true\"",
        },
        Setting {
            key: "v2.push",
            variable: "STOWAGE_V2_PUSH",
            kind: Switch,
            what: "whether `docker push` does, too",
            default: Is("false"),
            example: "true",
        },
    ],
};
