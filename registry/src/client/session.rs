//! Sends requests with what the registry wants to see, and remembers what that was.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use moka::future::Cache;
use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use url::Url;

use crate::client::area::Area;
use crate::client::challenge::{self, BearerChallenge};
use crate::client::config::ClientConfig;
use crate::client::credentials::{Identities, Identity};
use crate::client::error_body::Complaint;
use crate::client::handshake::{self, Attempt, Scheme, Step};
use crate::client::measures::{Measures, count_lookup};
use crate::client::response::Response;
use crate::client::tokens::{Token, Tokens};
use crate::client::transport::{Deadline, Passage, Request, Transport};
use crate::error::Error;

/// How often one call is sent at most. The longest way is: a guess, its refusal, more scopes, an old token, a password.
const MAX_ROUNDS: usize = 6;

/// What is sent, and how.
enum Sending<'a> {
    /// A request of our own, whose answer is read to its end.
    Own(&'a Request),
    /// Somebody else's, whose answer is left to be read.
    Passing(&'a mut Passage),
}

/// An answer, and what is left to be read of it.
pub(crate) type Passed = (Response, Option<reqwest::Response>);

impl Sending<'_> {
    async fn send(
        &mut self,
        transport: &Transport,
        authorization: Option<&HeaderValue>,
        deadline: Deadline,
    ) -> Result<Passed, Error> {
        match self {
            Self::Own(request) => Ok((transport.send(request, authorization, deadline).await?, None)),
            Self::Passing(passage) => transport.pass(passage, authorization).await,
        }
    }

    fn url(&self) -> &Url {
        match self {
            Self::Own(request) => &request.url,
            Self::Passing(passage) => &passage.request.url,
        }
    }

    fn is_head(&self) -> bool {
        let method = match self {
            Self::Own(request) => &request.method,
            Self::Passing(passage) => &passage.request.method,
        };
        method == Method::HEAD
    }

    /// Whether it cannot be sent again.
    fn is_spent(&self) -> bool {
        matches!(self, Self::Passing(passage) if passage.spent)
    }
}

/// The transport, and who we are on it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) transport: Transport,
    tokens: Tokens,
    pub(crate) identities: Identities,
    /// What worked for an area last time, so that a warm client is not refused first.
    remembered: Cache<Area, Scheme>,
    /// What the registry wanted last, from which the scheme of an area is guessed that was never asked for.
    usual: RwLock<Scheme>,
}

impl Session {
    pub(crate) fn new(config: &ClientConfig, measures: Arc<Measures>) -> Result<Self, Error> {
        Ok(Self {
            transport: Transport::new(config, measures)?,
            tokens: Tokens::new(config.limits.token),
            identities: Identities::new(config.credentials.clone(), config.renew.clone()),
            remembered: Cache::new(10_000),
            usual: RwLock::new(Scheme::Open),
        })
    }

    /// Sends the request, logging in as far as the registry asks for it.
    ///
    /// Gives the answer, whatever its status; 401 of the registry itself becomes an error.
    pub(crate) async fn send(
        &self,
        request: &Request,
        area: &Area,
        deadline: Deadline,
    ) -> Result<Response, Error> {
        Ok(self.negotiate(Sending::Own(request), area, deadline).await?.0)
    }

    /// The same for what somebody else sends; what is left to be read of the answer comes along.
    pub(crate) async fn pass(
        &self,
        passage: &mut Passage,
        area: &Area,
        deadline: Deadline,
    ) -> Result<Passed, Error> {
        self.negotiate(Sending::Passing(passage), area, deadline).await
    }

    /// Whether it is known what the registry wants for an area, so that what can be sent only once is not refused first.
    pub(crate) fn knows(&self, area: &Area) -> bool {
        let usual = self.usual.read().unwrap_or_else(PoisonError::into_inner);
        *usual != Scheme::Open || self.remembered.contains_key(area)
    }

    async fn negotiate(
        &self,
        mut sending: Sending<'_>,
        area: &Area,
        deadline: Deadline,
    ) -> Result<Passed, Error> {
        let started = Instant::now();
        let known = self.remembered.get(area).await;
        count_lookup("challenges", known.is_some());
        let mut guessing = known.is_none();
        let mut scheme = known.unwrap_or_else(|| self.guess(area));
        let mut token_tried = false;
        let mut who = self.identities.now();
        for _ in 0..MAX_ROUNDS {
            let token = match self.token(&scheme, &who, deadline).await {
                Ok(token) => token,
                Err(error @ Error::WrongCredentials { .. }) => match self.identities.other_than(&who).await {
                    Some(other) => {
                        who = other;
                        continue;
                    }
                    None => return Err(error),
                },
                // The guess was wrong rather than the credentials: the registry shall say itself what it wants.
                Err(Error::Denied { .. } | Error::CredentialsNeeded { .. } | Error::Upstream { .. })
                    if guessing =>
                {
                    (scheme, guessing) = (Scheme::Open, false);
                    continue;
                }
                Err(error) => return Err(error),
            };
            guessing = false;
            token_tried |= token.is_some();
            let authorization = match &scheme {
                Scheme::Open => None,
                Scheme::Basic => who.basic.as_ref(),
                Scheme::Bearer(_) => token.as_ref().map(|it| &it.header),
            };
            let (response, rest) = sending.send(&self.transport, authorization, deadline).await?;
            if !response.own {
                // A blob store knows nothing of our credentials, and must not be able to ask for them.
                self.remember(area, scheme).await;
                return Ok((response, rest));
            }
            let complaint = if response.status.is_success() {
                Complaint::default()
            } else {
                Complaint::read(&response.body)
            };
            let step = handshake::next(Attempt {
                scheme: &scheme,
                fresh: token.as_ref().is_some_and(|it| it.fetched >= started),
                token_tried,
                has_credentials: who.is_known(),
                // What is refused of a HEAD comes without words.
                has_expired: complaint.is_about_expiry() || sending.is_head(),
                area,
                status: response.status,
                code: complaint.code.as_deref(),
                challenge: challenge::choose(&response.headers),
            });
            let host = response.host.clone();
            match step {
                Step::Accept => {
                    self.remember(area, scheme).await;
                    return Ok((response, rest));
                }
                Step::Again(next) if sending.is_spent() => {
                    // Whoever sends it begins anew, and is not refused then.
                    self.remember(area, next).await;
                    return Err(anew(host));
                }
                Step::Again(next) => scheme = next,
                Step::Renew => {
                    if let (Scheme::Bearer(demand), Some(token)) = (&scheme, &token) {
                        self.tokens.forget(demand, token).await;
                    }
                    if sending.is_spent() {
                        return match response.status {
                            StatusCode::UNAUTHORIZED => Err(anew(host)),
                            _ => Ok((response, rest)),
                        };
                    }
                }
                Step::WrongCredentials => match self.identities.other_than(&who).await {
                    Some(_) if sending.is_spent() => return Err(anew(host)),
                    Some(other) => who = other,
                    // One that says so in other words than 401 is passed on in those.
                    None if response.status != StatusCode::UNAUTHORIZED => return Ok((response, rest)),
                    None => return Err(Error::WrongCredentials { host }),
                },
                Step::CredentialsNeeded => return Err(Error::CredentialsNeeded { host }),
                Step::Denied => return Err(response.denied(area, &complaint)),
            }
        }
        let message = "it asks for another token each time".to_owned();
        let host = crate::client::hosts::name(sending.url());
        Err(Error::Denied { host, action: area.action(), status: 401, message })
    }

    async fn token(
        &self,
        scheme: &Scheme,
        who: &Identity,
        deadline: Deadline,
    ) -> Result<Option<Token>, Error> {
        let Scheme::Bearer(demand) = scheme else { return Ok(None) };
        self.tokens.get(demand, who, &self.transport, deadline).await.map(Some)
    }

    fn guess(&self, area: &Area) -> Scheme {
        let usual = self.usual.read().unwrap_or_else(PoisonError::into_inner);
        match &*usual {
            Scheme::Bearer(demand) => Scheme::Bearer(BearerChallenge {
                scopes: area.scope().into_iter().collect(),
                ..demand.clone()
            }),
            other => other.clone(),
        }
    }

    async fn remember(&self, area: &Area, scheme: Scheme) {
        if self.remembered.get(area).await.as_ref() == Some(&scheme) {
            return;
        }
        // The catalog may want something else than the repositories, of which there are many; and that one area is
        // open says nothing about the others.
        if *area != Area::Catalog && scheme != Scheme::Open {
            *self.usual.write().unwrap_or_else(PoisonError::into_inner) = scheme.clone();
        }
        self.remembered.insert(area.clone(), scheme).await;
    }
}

fn anew(host: String) -> Error {
    let message = "it wants other credentials in the middle of an upload, which has to begin anew".to_owned();
    Error::Upstream { host, status: StatusCode::UNAUTHORIZED.as_u16(), code: None, message }
}
