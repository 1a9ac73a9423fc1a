//! Signing in through an OpenID provider: the code flow with PKCE.

mod claims;
mod error;
mod http;
mod pending;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use app::base_path;
use axum::http::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION};
use engine::{Identity, Way};
use jiff::Timestamp;
use moka::future::Cache;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreTokenResponse};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
};
use url::Url;

use crate::config::OidcConfig;

use claims::Claims;
use http::Http;
use token::Doubt;

pub(crate) use error::OidcError;
pub(crate) use pending::{CallbackQuery, Pending, SignedIn};

/// The path that the provider sends people back to, as routes know it.
const CALLBACK: &str = "/login/oidc/callback";
/// For how long what a provider says of itself is taken for true.
const FRESH_FOR: Duration = Duration::from_secs(10 * 60);
/// How long whoever signs out waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the provider says of itself, with the keys it signs with.
type Metadata = ProviderMetadataWithLogout;
/// A client made from it.
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The OpenID provider. It is asked when somebody signs in, and not before: the server starts without it.
pub(crate) struct Oidc {
    config: OidcConfig,
    /// The provider's host, for people.
    host: String,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: Http,
    metadata: Cache<(), Arc<Metadata>>,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.config.issuer).finish_non_exhaustive()
    }
}

impl Oidc {
    /// Gets ready to ask the provider.
    pub(crate) fn new(config: OidcConfig, public_url: Url) -> Result<Self, OidcError> {
        let setting = |why: String| OidcError::Setting { why };
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|error| setting(error.to_string()))?;
        let redirect =
            public_url.join(&base_path::under(CALLBACK)).map_err(|error| setting(error.to_string()))?;
        let host = issuer.url().host_str().unwrap_or_default().to_owned();
        // Without https it is on this machine, which the configuration saw to.
        let only_https = issuer.url().scheme() == "https";
        let http = Http::new(config.ca_pem.as_deref(), only_https).map_err(setting)?;
        let metadata = Cache::builder().max_capacity(1).time_to_live(FRESH_FOR).build();
        Ok(Self { config, host, issuer, redirect: RedirectUrl::from_url(redirect), http, metadata })
    }

    /// Where to send a browser to sign in, and what to keep until it is back. It goes on to `next` then.
    pub(crate) async fn begin(&self, next: &str) -> Result<(Url, Pending), OidcError> {
        let metadata = self.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // The library adds openid itself.
        let scopes = self.config.scopes.iter().filter(|it| *it != "openid").cloned().map(Scope::new);
        let client = self.client(&metadata);
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        self.safe(&url)?;
        let pending = Pending {
            state: state.secret().to_owned(),
            nonce: nonce.secret().to_owned(),
            verifier: verifier.secret().to_owned(),
            next: next.to_owned(),
            began: Timestamp::now(),
        };
        Ok((url, pending))
    }

    /// Who signed in, from what the browser brings back.
    pub(crate) async fn finish(
        &self,
        pending: Pending,
        query: &CallbackQuery,
    ) -> Result<SignedIn, OidcError> {
        let code = self.code(&pending, query)?;
        let metadata = self.metadata().await?;
        let response = self.exchange(&metadata, code, pending.verifier).await?;
        let nonce = Nonce::new(pending.nonce);
        let verified = token::verify(&self.client(&metadata), &self.config.client_id, &response, &nonce);
        match verified {
            Ok(()) => {}
            // The provider has other keys than ten minutes ago.
            Err(Doubt::UnknownKey) => {
                self.metadata.invalidate(&()).await;
                let metadata = self.metadata().await?;
                let client = self.client(&metadata);
                token::verify(&client, &self.config.client_id, &response, &nonce)
                    .map_err(|doubt| self.untrusted(doubt))?;
            }
            Err(doubt) => return Err(self.untrusted(doubt)),
        }
        let id_token = response.id_token().map(ToString::to_string).unwrap_or_default();
        let claims = Claims::of_token(&id_token)
            .ok_or_else(|| self.untrusted(Doubt::Other("its token cannot be read".to_owned())))?;
        let claims = self.completed(claims, &metadata, response.access_token().secret()).await?;
        let nameless = |why: String| OidcError::Nameless { host: self.host.clone(), why };
        let name = claims.name(self.config.name_claim.as_deref()).map_err(nameless)?;
        let identity = Identity::new(Way::Oidc, &name)
            .map_err(|_| nameless("the name is empty, too long or holds what no name may hold".to_owned()))?;
        let identity = identity.in_groups(claims.groups(&self.config.groups_claim));
        Ok(SignedIn { identity, id_token })
    }

    /// Where to send a browser to sign out of the provider too; nothing where the provider has no place for that.
    pub(crate) async fn end_session_url(&self, id_token: &str, post_logout: Url) -> Option<Url> {
        // After a restart it has to be asked again, but nobody waits long to be signed out here.
        let metadata = tokio::time::timeout(PATIENCE, self.metadata()).await.ok()?.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.as_ref()?.url().clone();
        self.safe(&url).ok()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.config.client_id)
            .append_pair("post_logout_redirect_uri", post_logout.as_str());
        Some(url)
    }

    /// The code that the browser brings back, if it brings what it was sent for.
    fn code(&self, pending: &Pending, query: &CallbackQuery) -> Result<AuthorizationCode, OidcError> {
        let state = query.state.as_deref().unwrap_or_default();
        if !pending.is_for(state) || !pending.is_fresh(Timestamp::now()) {
            return Err(OidcError::Unexpected);
        }
        let refused =
            |why: String| Err(OidcError::Refused { host: self.host.clone(), why: error::clean(&why) });
        // RFC 9207: an answer of another provider is none to our question.
        if query.iss.as_ref().is_some_and(|it| *it != self.config.issuer) {
            return refused("the answer is another provider's".to_owned());
        }
        match (&query.error, &query.code) {
            (Some(error), _) => refused(match &query.error_description {
                Some(description) => format!("{error}: {description}"),
                None => error.clone(),
            }),
            (None, None) => refused("it sent no code".to_owned()),
            (None, Some(code)) => Ok(AuthorizationCode::new(code.clone())),
        }
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        code: AuthorizationCode,
        verifier: String,
    ) -> Result<CoreTokenResponse, OidcError> {
        let client = self.client(metadata);
        let http = self.http.sender();
        let request = client.exchange_code(code).map_err(|_| OidcError::Unusable {
            host: self.host.clone(),
            why: "it names no place to exchange codes".to_owned(),
        })?;
        let response = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&http).await;
        response.map_err(|error| error::of_exchange(&self.host, error))
    }

    /// The claims of the token; those that it lacks are asked for, where the provider has a place for that.
    async fn completed(
        &self,
        mut claims: Claims,
        metadata: &Metadata,
        access_token: &str,
    ) -> Result<Claims, OidcError> {
        if claims.has_name(self.config.name_claim.as_deref()) && claims.has(&self.config.groups_claim) {
            return Ok(claims);
        }
        let Some(endpoint) = metadata.userinfo_endpoint() else { return Ok(claims) };
        let refused = |why: String| OidcError::Unusable {
            host: self.host.clone(),
            why: format!("it does not say more of who signed in ({why})"),
        };
        let request = Request::get(endpoint.url().as_str())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, format!("Bearer {access_token}"))
            .body(Vec::new())
            .map_err(|error| refused(error.to_string()))?;
        let answer = self.http.send(request).await.map_err(|error| refused(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(refused(format!("it answers {}", answer.status().as_u16())));
        }
        let more = Claims::of_json(answer.body()).ok_or_else(|| refused("it answers no JSON".to_owned()))?;
        // OpenID Connect Core, section 5.3.2: else it may be about somebody else.
        if more.subject().is_none() || more.subject() != claims.subject() {
            return Err(self.untrusted(Doubt::Other("it speaks of somebody else than its token".to_owned())));
        }
        claims.complete_with(more);
        Ok(claims)
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, OidcError> {
        // Whoever comes while it is being asked waits for the same answer. Failures are not kept.
        let found = self.metadata.try_get_with((), self.discover()).await;
        found.map_err(|error| OidcError::clone(&error))
    }

    async fn discover(&self) -> Result<Arc<Metadata>, OidcError> {
        let http = self.http.sender();
        let found = Metadata::discover_async(self.issuer.clone(), &http).await;
        found.map(Arc::new).map_err(|error| error::of_discovery(&self.host, error))
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let id = ClientId::new(self.config.client_id.clone());
        let secret = self.config.client_secret.as_ref().map(|it| ClientSecret::new(it.expose().to_owned()));
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone());
        let posts = metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        if posts { client.set_auth_type(AuthType::RequestBody) } else { client }
    }

    /// Browsers are sent nowhere that anybody between could read along.
    fn safe(&self, url: &Url) -> Result<(), OidcError> {
        match url.scheme() {
            "https" => Ok(()),
            "http" if !self.http.only_https() => Ok(()),
            _ => {
                let why = "it leads to an address without https".to_owned();
                Err(OidcError::Unusable { host: self.host.clone(), why })
            }
        }
    }

    fn untrusted(&self, doubt: Doubt) -> OidcError {
        let why = match doubt {
            Doubt::UnknownKey => "its token is signed with a key that it does not show".to_owned(),
            Doubt::Other(why) => error::clean(&why),
        };
        OidcError::Untrusted { host: self.host.clone(), why }
    }
}
