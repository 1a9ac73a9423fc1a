//! A Dockerfile as it may have been, told from what the builder recorded of its steps.
//!
//! Builders record steps in a form of their own: lists as Go prints them, values without their quotes, several lines in
//! one. What is read here can be built again, except for what no history holds: the sources of `COPY` and `ADD`.

mod go_syntax;
mod pairs;
mod shell;

use std::fmt;

use crate::history::{LayerRow, instruction};
use crate::image_config::RunConfig;

/// A step of a Dockerfile, or a remark in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `RUN`, `COPY`, …, or `#` for a remark.
    pub keyword: String,
    /// What follows, of one or more lines.
    pub arguments: String,
}

impl Step {
    fn new(keyword: &str, arguments: impl Into<String>) -> Self {
        Self { keyword: keyword.to_owned(), arguments: arguments.into() }
    }

    /// A text that is no instruction; each of its lines becomes a remark.
    fn remark(text: &str) -> Self {
        Self::new("#", text.trim().trim_start_matches(['#', ' ']).lines().collect::<Vec<_>>().join("\n# "))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.keyword, self.arguments)
    }
}

/// The steps that lead from nothing to the image, those of its base image included.
///
/// The configuration helps to tell where values with blanks in them end.
pub fn reconstruct(rows: &[LayerRow], config: &RunConfig) -> Vec<Step> {
    std::iter::once(Step::new("FROM", "scratch")).chain(rows.iter().map(|row| step(row, config))).collect()
}

fn step(row: &LayerRow, config: &RunConfig) -> Step {
    let Some(text) = row.created_by.as_deref().filter(|it| !it.trim().is_empty()) else {
        let which = row.digest.as_ref().map_or_else(String::new, |digest| format!(" of {digest}"));
        return Step::remark(&format!("A step{which} that the history does not tell"));
    };
    let it = instruction(text);
    let arguments = match it.keyword {
        "" => return Step::remark(&it.arguments),
        "RUN" => shell::readable(&it.arguments),
        "CMD" | "ENTRYPOINT" | "SHELL" | "VOLUME" => go_syntax::list(&it.arguments).map(|it| json(&it)),
        "EXPOSE" => go_syntax::set(&it.arguments).map(|it| it.join(" ")),
        "HEALTHCHECK" => go_syntax::health_check(&it.arguments),
        "ENV" => {
            let known = config.env.iter().filter_map(|it| it.split_once('='));
            Some(pairs::quoted(&it.arguments, known))
        }
        "LABEL" => {
            let known = config.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Some(pairs::quoted(&it.arguments, known))
        }
        "ARG" => Some(pairs::quoted(&it.arguments, std::iter::empty())),
        "COPY" | "ADD" => Some(without_in(&it.arguments)),
        _ => None,
    };
    // Another instruction may not begin in the middle of one.
    let arguments = arguments.unwrap_or_else(|| it.arguments.lines().collect::<Vec<_>>().join(" \\\n    "));
    Step::new(it.keyword, arguments)
}

/// A list as a Dockerfile writes it.
fn json(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
    format!("[{}]", words.join(", "))
}

/// The legacy builder writes `COPY file:0123… in /app`: what was copied is only known by its checksum.
fn without_in(arguments: &str) -> String {
    let is_checksum = |word: &str| ["file:", "dir:", "multi:"].iter().any(|kind| word.starts_with(kind));
    match arguments.split_once(" in ") {
        Some((source, target)) if source.rsplit(' ').next().is_some_and(is_checksum) => {
            format!("{source} {}", target.trim())
        }
        _ => arguments.lines().collect::<Vec<_>>().join(" \\\n    "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(created_by: &str) -> LayerRow {
        let digest = format!("sha256:{}", "a".repeat(64)).parse().unwrap();
        LayerRow {
            digest: Some(digest),
            media_type: None,
            size: Some(1),
            created_by: Some(created_by.to_owned()),
            created: None,
            comment: None,
            empty: false,
            foreign: false,
        }
    }

    fn of(created_by: &str) -> String {
        let config = RunConfig {
            env: vec!["GREETING=good day A=b".to_owned(), "EMPTY=".to_owned()],
            labels: [("maintainer", "A \"B\" <c@d.example>")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into(),
            ..RunConfig::default()
        };
        reconstruct(&[row(created_by)], &config)[1].to_string()
    }

    #[test]
    fn begins_with_nothing_and_keeps_the_order() {
        let rows = [row("ADD file:abc in / "), row("RUN /bin/sh -c true # buildkit")];
        let steps: Vec<_> =
            reconstruct(&rows, &RunConfig::default()).iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["FROM scratch", "ADD file:abc /", "RUN true"]);
    }

    #[test]
    fn reads_what_both_builders_of_docker_write() {
        for (recorded, written) in [
            (
                r#"/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]"#,
                r#"CMD ["nginx", "-g", "daemon off;"]"#,
            ),
            (r#"CMD ["a \"b\"" "c\\d\ttab"]"#, r#"CMD ["a \"b\"", "c\\d\ttab"]"#),
            (r#"CMD ["a","b"]"#, r#"CMD ["a", "b"]"#),
            ("ENTRYPOINT [/docker-entrypoint.sh]", r#"ENTRYPOINT ["/docker-entrypoint.sh"]"#),
            ("CMD nginx -g 'daemon off;'", "CMD nginx -g 'daemon off;'"),
            ("SHELL [/bin/bash -o pipefail -c]", r#"SHELL ["/bin/bash", "-o", "pipefail", "-c"]"#),
            ("/bin/sh -c #(nop)  VOLUME [/data]", r#"VOLUME ["/data"]"#),
            ("EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp"),
            ("/bin/sh -c #(nop)  EXPOSE 6379", "EXPOSE 6379"),
            ("EXPOSE [80/tcp]", "EXPOSE 80/tcp"),
            ("COPY --chown=1:1 /src /app # buildkit", "COPY --chown=1:1 /src /app"),
            ("/bin/sh -c #(nop) COPY dir:0123 in /app ", "COPY dir:0123 /app"),
            ("COPY what is in here /app # buildkit", "COPY what is in here /app"),
            ("ENV GREETING=good day A=b", r#"ENV GREETING="good day A=b""#),
            ("ENV A=1 B=2 3", "ENV A=1 \\\n    B=\"2 3\""),
            ("ENV OPTIONS=-Xmx1g -Da=b", r#"ENV OPTIONS="-Xmx1g -Da=b""#),
            ("ENV EMPTY=", r#"ENV EMPTY="""#),
            ("ENV PRICE=5$ \\", r#"ENV PRICE="5\$ \\""#),
            (r#"LABEL maintainer=A "B" <c@d.example>"#, r#"LABEL maintainer="A \"B\" <c@d.example>""#),
            ("ARG VERSION", "ARG VERSION"),
            ("ARG VERSION=1 2", "ARG VERSION=\"1 2\""),
            ("WORKDIR /app", "WORKDIR /app"),
            ("apko", "# apko"),
            ("# debian.sh --arch 'amd64'", "# debian.sh --arch 'amd64'"),
            ("bazel build\n//image", "# bazel build\n# //image"),
        ] {
            assert_eq!(of(recorded), written, "{recorded}");
        }
    }

    #[test]
    fn health_checks_have_their_options_back() {
        for (recorded, written) in [
            (
                r#"HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "3s" "0s" "0s" '\x03'}"#,
                "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD curl -f http://localhost/ || exit 1",
            ),
            (
                r#"HEALTHCHECK &{["CMD" "/check" "-q"] "0s" "0s" "5s" '\n'}"#,
                r#"HEALTHCHECK --start-period=5s --retries=10 CMD ["/check", "-q"]"#,
            ),
            (
                r#"HEALTHCHECK &{["CMD" "a"] "0s" "0s" "0s" "2s" '\x00'}"#,
                r#"HEALTHCHECK --start-interval=2s CMD ["a"]"#,
            ),
            (r#"HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" '\x00'}"#, "HEALTHCHECK NONE"),
            ("HEALTHCHECK CMD true", "HEALTHCHECK CMD true"),
            ("HEALTHCHECK &{[", "HEALTHCHECK &{["),
        ] {
            assert_eq!(of(recorded), written, "{recorded}");
        }
    }

    #[test]
    fn commands_get_their_lines_back() {
        for (recorded, written) in [
            (
                "RUN /bin/sh -c set -eux; \tapt-get update;   echo 'a   b' # buildkit",
                "RUN set -eux; \\\n    apt-get update; \\\n    echo 'a   b'",
            ),
            ("RUN /bin/sh -c echo \"a  \\\"  b\" # buildkit", "RUN echo \"a  \\\"  b\""),
            ("RUN /bin/sh -c echo a\\  b # buildkit", "RUN echo a\\  b"),
            ("RUN /bin/sh -c it's  odd # buildkit", "RUN it's  odd"),
            ("RUN /bin/sh -c echo a\necho b\n # buildkit", "RUN <<EOF\necho a\necho b\nEOF"),
            ("RUN /bin/sh -c cat\nEOF\n # buildkit", "RUN <<EOF1\ncat\nEOF\nEOF1"),
        ] {
            assert_eq!(of(recorded), written, "{recorded}");
        }
    }

    #[test]
    fn what_no_builder_tells_is_a_remark() {
        let mut silent = row("");
        assert!(step(&silent, &RunConfig::default()).to_string().starts_with("# A step of sha256:aaa"));
        silent.created_by = None;
        silent.digest = None;
        assert_eq!(
            step(&silent, &RunConfig::default()).to_string(),
            "# A step that the history does not tell"
        );
    }
}
