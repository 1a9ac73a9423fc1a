//! Whether a token says who signed in, and nobody but the provider could have made it.

use openidconnect::core::CoreTokenResponse;
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, Nonce, OAuth2TokenResponse, SignatureVerificationError,
    TokenResponse,
};

use super::Client;

/// Why a token is not believed.
pub(super) enum Doubt {
    /// It is signed with a key that the provider did not show when it was last asked.
    UnknownKey,
    /// Anything else.
    Other(String),
}

/// Checks signature, issuer, audience, time and nonce of the token, and that it belongs to what came with it.
pub(super) fn verify(
    client: &Client,
    client_id: &str,
    response: &CoreTokenResponse,
    nonce: &Nonce,
) -> Result<(), Doubt> {
    let other = |why: &str| Doubt::Other(why.to_owned());
    let id_token = response.id_token().ok_or_else(|| other("it sent no token of who signed in"))?;
    // Some providers name all clients of a project besides us; below it is asked whom the token was made for.
    let verifier = client.id_token_verifier().set_other_audience_verifier_fn(|_| true);
    let claims = id_token.claims(&verifier, nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Doubt::UnknownKey
        }
        error => Doubt::Other(error.to_string()),
    })?;
    let is_for_us = claims.authorized_party().map(|it| it.as_str() == client_id);
    if is_for_us == Some(false) || (claims.audiences().len() > 1 && is_for_us.is_none()) {
        return Err(other("its token was made for another client"));
    }
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let algorithm = id_token.signing_alg().map_err(|error| Doubt::Other(error.to_string()))?;
    let key = id_token.signing_key(&verifier).map_err(|error| Doubt::Other(error.to_string()))?;
    let actual = AccessTokenHash::from_token(response.access_token(), algorithm, key)
        .map_err(|error| Doubt::Other(error.to_string()))?;
    if actual == *expected { Ok(()) } else { Err(other("its tokens do not belong together")) }
}
