//! Why signing in through the provider failed.

use openidconnect::{DiscoveryError, ErrorResponse, RequestTokenError};
use serde_json::Value;

use super::http::HttpError;

/// The longest text of somebody else's that is shown, in characters.
const LONGEST: usize = 200;

/// Why signing in through the provider failed. No code, token or secret is part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OidcError {
    /// The configuration cannot be used.
    #[error("the OpenID provider cannot be used as it is configured: {why}")]
    Setting {
        /// What is wrong with it.
        why: String,
    },
    /// The provider cannot be reached, or does not say what has to be known of it.
    #[error("the OpenID provider {host} cannot be used: {why}")]
    Unusable {
        /// The provider's host.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// The browser brings back what it was not sent for from here, or was sent for long ago.
    #[error("this sign-in was not begun here, or too long ago; begin it again")]
    Unexpected,
    /// The provider lets nobody in, or somebody said no there.
    #[error("{host} did not sign you in: {why}")]
    Refused {
        /// The provider's host.
        host: String,
        /// What it says.
        why: String,
    },
    /// What the provider says may be somebody else's.
    #[error("what {host} says of who signed in cannot be trusted: {why}")]
    Untrusted {
        /// The provider's host.
        host: String,
        /// What does not fit.
        why: String,
    },
    /// The provider does not tell a name.
    #[error("{host} does not say who signed in: {why}")]
    Nameless {
        /// The provider's host.
        host: String,
        /// What is missing.
        why: String,
    },
}

/// The meaning of a provider that does not say what it is.
pub(super) fn of_discovery(host: &str, error: DiscoveryError<HttpError>) -> OidcError {
    let why = match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => {
            format!("asked for what it is, it answers {}; is STOWAGE_OIDC_ISSUER right?", status.as_u16())
        }
        DiscoveryError::Parse(error) => format!("what it says of itself cannot be read ({error})"),
        DiscoveryError::Validation(why) => {
            format!("it calls itself otherwise than STOWAGE_OIDC_ISSUER, letter for letter ({why})")
        }
        error => error.to_string(),
    };
    OidcError::Unusable { host: host.to_owned(), why: clean(&why) }
}

/// The meaning of a code that is not exchanged.
pub(super) fn of_exchange<T>(host: &str, error: RequestTokenError<HttpError, T>) -> OidcError
where
    T: ErrorResponse + 'static,
{
    let host = host.to_owned();
    match error {
        RequestTokenError::ServerResponse(response) => {
            let said = serde_json::to_value(&response).unwrap_or_default();
            let text = |key: &str| said.get(key).and_then(Value::as_str).map(str::to_owned);
            let parts: Vec<String> = ["error", "error_description"].into_iter().filter_map(text).collect();
            OidcError::Refused {
                host,
                why: clean(&format!("it did not take its own code ({})", parts.join(": "))),
            }
        }
        RequestTokenError::Request(error) => OidcError::Unusable { host, why: clean(&error.to_string()) },
        // What was sent back may hold a token, so none of it is shown.
        RequestTokenError::Parse(..) => {
            OidcError::Unusable { host, why: "what it gives for its code cannot be read".to_owned() }
        }
        RequestTokenError::Other(why) => OidcError::Unusable { host, why: clean(&why) },
    }
}

/// A text of somebody else's, fit for one line.
pub(super) fn clean(text: &str) -> String {
    let line: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() { format!("{line}…") } else { line }
}
