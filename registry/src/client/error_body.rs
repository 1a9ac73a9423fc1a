//! What a registry says about an error, in words that can be shown.

use reqwest::StatusCode;
use serde::Deserialize;

/// The first error of a body in the form of the OCI protocol, or what can be said without one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The code, such as `NAME_UNKNOWN`.
    pub(crate) code: Option<String>,
    /// One line, cut; empty when the body holds nothing that people can read.
    pub(crate) message: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "crate::lenient::list")]
    errors: Vec<Item>,
    /// What token servers and proxies say instead.
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    details: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    error_description: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    error: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    detail: Option<String>,
}

impl Complaint {
    /// Whether it says that credentials were valid only for a time: Amazon's registries do so with 403.
    pub(crate) fn is_about_expiry(&self) -> bool {
        self.message.to_ascii_lowercase().contains("token has expired")
    }

    /// Reads the body of an error. Neither JSON nor HTML is ever passed on as it came.
    pub(crate) fn read(body: &[u8]) -> Self {
        if let Ok(body) = serde_json::from_slice::<Body>(body) {
            let first = body.errors.into_iter().next();
            let (code, message, detail) =
                first.map_or((None, None, None), |it| (it.code, it.message, it.detail));
            let message = message
                .or(detail)
                .or(body.message)
                .or(body.details)
                .or(body.error_description)
                .or(body.error)
                .unwrap_or_default();
            let code = code.map(|code| one_line(&code)).filter(|code| !code.is_empty());
            return Self { code, message: one_line(&message) };
        }
        // Plain text is what reverse proxies and distribution's read-only mode send.
        let text = one_line(&String::from_utf8_lossy(body));
        let message = if text.starts_with(['<', '{', '[', '"']) { String::new() } else { text };
        Self { code: None, message }
    }

    /// The words for people: the registry's own, or the meaning of the status.
    pub(crate) fn words(&self, status: StatusCode) -> String {
        if self.message.is_empty() {
            status.canonical_reason().unwrap_or("an unknown status").to_owned()
        } else {
            self.message.clone()
        }
    }
}

fn one_line(text: &str) -> String {
    // Nobody sees a byte order mark either.
    let is_seen = |it: &char| !it.is_control() && *it != '\u{feff}';
    let mut lines = text.lines().map(|line| line.chars().filter(is_seen).collect::<String>());
    let line = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
    crate::shorten(line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, String) {
        let complaint = Complaint::read(body.as_bytes());
        (complaint.code, complaint.message)
    }

    #[test]
    fn reads_the_first_error_of_the_protocol() {
        let body = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"name":"x"}},{"code":"B"}]}"#;
        assert_eq!(read(body), (Some("NAME_UNKNOWN".into()), "repository name not known to registry".into()));
        assert_eq!(
            read(r#"{"errors":[{"code":"DENIED","detail":"why"}]}"#),
            (Some("DENIED".into()), "why".into())
        );
    }

    #[test]
    fn takes_the_words_that_token_servers_use() {
        assert_eq!(
            read(r#"{"details":"incorrect username or password"}"#).1,
            "incorrect username or password"
        );
        assert_eq!(read(r#"{"error":"invalid_grant","error_description":"expired"}"#).1, "expired");
    }

    #[test]
    fn passes_on_one_line_of_plain_text() {
        assert_eq!(read("Method not allowed\n"), (None, "Method not allowed".into()));
        assert_eq!(read("\n  first \n second").1, "first");
        assert_eq!(read("a\u{1b}[31mb").1, "a[31mb");
        assert_eq!(read(r#"{"errors":[{"code":"A\nB","message":"\u0000"}]}"#), (Some("A".into()), "".into()));
        assert!(read(&"x".repeat(5000)).1.chars().count() < 130);
    }

    #[test]
    fn never_passes_on_html_or_json() {
        for body in [
            "<html>502</html>",
            "  <!DOCTYPE html>",
            "\0 \u{feff}<html>502</html>",
            r#"{"a":1}"#,
            "[1]",
            r#"{"errors":null}"#,
            r#"{"cut off"#,
            "\"x\"",
            "",
        ] {
            assert_eq!(read(body), (None, String::new()), "{body}");
        }
        assert_eq!(Complaint::default().words(StatusCode::BAD_GATEWAY), "Bad Gateway");
    }
}
