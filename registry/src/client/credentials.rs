//! Who a client is to its registry, which may change while it runs.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

/// How long credentials are believed to be wrong before somebody is asked again for other ones.
const PAUSE: Duration = Duration::from_secs(30);

/// A text that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps the text from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Who we are to the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody in particular.
    Anonymous,
    /// A user, or a token written as a user's password. Sent to the registry itself, or to the token server it names.
    Basic {
        /// The user name.
        username: String,
        /// The password or access token.
        password: Secret,
    },
    /// What some logins leave instead of a password. Only the token server takes it (distribution specification,
    /// "Docker Registry v2 authentication using OAuth2").
    IdentityToken(Secret),
}

/// Says who we are by now, or in a sentence why nobody can say. It may take its time, and is called on a thread of its
/// own.
pub type RenewCredentials = Arc<dyn Fn() -> Result<Credentials, String> + Send + Sync>;

/// Credentials, ready to be sent.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) credentials: Credentials,
    /// `Basic …`, if there is a password; marked as sensitive, so that `Debug` does not print it.
    pub(crate) basic: Option<HeaderValue>,
}

impl Identity {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { basic: basic_header(&credentials), credentials }
    }

    pub(crate) fn is_known(&self) -> bool {
        self.credentials != Credentials::Anonymous
    }
}

/// Who a client is, and who can say so anew.
pub(crate) struct Identities {
    now: RwLock<Arc<Identity>>,
    renew: Option<RenewCredentials>,
    asked: Mutex<Option<Instant>>,
}

impl Identities {
    pub(crate) fn new(credentials: Credentials, renew: Option<RenewCredentials>) -> Self {
        Self { now: RwLock::new(Arc::new(Identity::new(credentials))), renew, asked: Mutex::default() }
    }

    pub(crate) fn now(&self) -> Arc<Identity> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another identity than the one that was refused, if there is one by now. It is asked for once, however many were
    /// refused.
    pub(crate) async fn other_than(&self, refused: &Arc<Identity>) -> Option<Arc<Identity>> {
        let renew = Arc::clone(self.renew.as_ref()?);
        let mut asked = self.asked.lock().await;
        let now = self.now();
        if !Arc::ptr_eq(&now, refused) {
            return Some(now);
        }
        if asked.is_some_and(|it| it.elapsed() < PAUSE) {
            return None;
        }
        let answer = tokio::task::spawn_blocking(move || renew()).await;
        *asked = Some(Instant::now());
        match answer {
            Ok(Ok(credentials)) if credentials != refused.credentials => {
                tracing::info!("the registry refused the credentials, and is shown the new ones");
                let new = Arc::new(Identity::new(credentials));
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
                Some(new)
            }
            Ok(Ok(_)) => None,
            Ok(Err(why)) => {
                tracing::warn!(%why, "the registry refused the credentials, and there are no others");
                None
            }
            Err(error) => {
                tracing::error!(%error, "what says who we are broke off");
                None
            }
        }
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identities").field("now", &self.now).finish_non_exhaustive()
    }
}

fn basic_header(credentials: &Credentials) -> Option<HeaderValue> {
    let Credentials::Basic { username, password } = credentials else { return None };
    let encoded = STANDARD.encode(format!("{username}:{}", password.expose()));
    let mut header =
        HeaderValue::try_from(format!("Basic {encoded}")).expect("base64 holds only characters of headers");
    header.set_sensitive(true);
    Some(header)
}
