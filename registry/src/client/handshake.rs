//! What to do after an answer of 401: a pure decision.

use reqwest::StatusCode;

use crate::client::area::Area;
use crate::client::challenge::{BearerChallenge, Challenge};

/// What a request is sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Nothing.
    Open,
    /// User name and password.
    Basic,
    /// A token.
    Bearer(BearerChallenge),
}

/// A request as it was sent, and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) scheme: &'a Scheme,
    /// Whether the token was fetched for this very call, so that a newer one would fare no better.
    pub(crate) fresh: bool,
    /// Whether a token was tried before in this call.
    pub(crate) token_tried: bool,
    pub(crate) has_credentials: bool,
    pub(crate) area: &'a Area,
    pub(crate) status: StatusCode,
    /// Whether it was refused because the credentials were valid only for a time.
    pub(crate) has_expired: bool,
    /// The code in the body.
    pub(crate) code: Option<&'a str>,
    pub(crate) challenge: Option<Challenge>,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The answer is an answer.
    Accept,
    /// Send the request again, like this.
    Again(Scheme),
    /// Get a new token and send the request again.
    Renew,
    WrongCredentials,
    CredentialsNeeded,
    /// Logged in, or as far in as one gets without a name, and still not allowed.
    Denied,
}

/// Decides what to do after an answer of the registry itself.
pub(crate) fn next(attempt: Attempt<'_>) -> Step {
    if attempt.status == StatusCode::BAD_REQUEST {
        return if may_be_an_old_token(&attempt) { Step::Renew } else { Step::Accept };
    }
    if attempt.status == StatusCode::FORBIDDEN && attempt.has_expired && *attempt.scheme == Scheme::Basic {
        return Step::WrongCredentials;
    }
    if attempt.status != StatusCode::UNAUTHORIZED {
        return Step::Accept;
    }
    match (attempt.scheme, &attempt.challenge) {
        (Scheme::Bearer(sent), challenge) => {
            if let Some(Challenge::Bearer(demand)) = challenge {
                let demand = accumulated(demand, sent);
                if !is_same(&demand, sent) {
                    return Step::Again(Scheme::Bearer(demand));
                }
            }
            if !attempt.fresh {
                return Step::Renew;
            }
            let wants_password = *challenge == Some(Challenge::Basic);
            // Harbor takes only a password for its catalog, and answers a token's holder with a demand for a token.
            if attempt.has_credentials && (wants_password || *attempt.area == Area::Catalog) {
                return Step::Again(Scheme::Basic);
            }
            if attempt.has_credentials || *attempt.area == Area::Catalog {
                Step::Denied
            } else {
                Step::CredentialsNeeded
            }
        }
        // The password was the last thing to try, or the registry has come to want a token.
        (Scheme::Basic, Some(Challenge::Bearer(demand))) if !attempt.token_tried => {
            Step::Again(Scheme::Bearer(complete(demand, attempt.area)))
        }
        (Scheme::Basic, _) => {
            if attempt.token_tried {
                Step::Denied
            } else {
                Step::WrongCredentials
            }
        }
        (Scheme::Open, Some(Challenge::Bearer(demand))) => {
            Step::Again(Scheme::Bearer(complete(demand, attempt.area)))
        }
        (Scheme::Open, _) if attempt.has_credentials => Step::Again(Scheme::Basic),
        (Scheme::Open, _) => Step::CredentialsNeeded,
    }
}

/// Amazon's public registry answers 400 where a token has expired. A 400 that says what is wrong means just that.
fn may_be_an_old_token(attempt: &Attempt<'_>) -> bool {
    let explained = attempt.code.is_some_and(|code| code.ends_with("_INVALID") || code == "UNSUPPORTED");
    matches!(attempt.scheme, Scheme::Bearer(_)) && !attempt.fresh && !explained
}

/// The demand, with the scope that the area needs if the registry names none.
fn complete(demand: &BearerChallenge, area: &Area) -> BearerChallenge {
    let mut demand = demand.clone();
    if demand.scopes.is_empty() {
        demand.scopes.extend(area.scope());
    }
    demand
}

/// What is newly demanded comes first, because some token servers read only the first scope; what was demanded before
/// stays.
fn accumulated(demand: &BearerChallenge, sent: &BearerChallenge) -> BearerChallenge {
    let mut demand = demand.clone();
    for scope in &sent.scopes {
        if !demand.scopes.contains(scope) {
            demand.scopes.push(scope.clone());
        }
    }
    demand
}

fn is_same(a: &BearerChallenge, b: &BearerChallenge) -> bool {
    // Scopes only accumulate, so equal numbers mean equal sets.
    a.realm == b.realm && a.service == b.service && a.scopes.len() == b.scopes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(scopes: &[&str]) -> BearerChallenge {
        BearerChallenge {
            realm: "https://auth.example/".to_owned(),
            service: None,
            scopes: scopes.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    fn refused<'a>(scheme: &'a Scheme, area: &'a Area, challenge: Option<Challenge>) -> Attempt<'a> {
        Attempt {
            scheme,
            fresh: true,
            token_tried: matches!(scheme, Scheme::Bearer(_)),
            has_credentials: true,
            area,
            status: StatusCode::UNAUTHORIZED,
            has_expired: false,
            code: None,
            challenge,
        }
    }

    #[test]
    fn answers_what_is_asked_for() {
        let open = Scheme::Open;
        let bearer = Some(Challenge::Bearer(demand(&["a:b:pull"])));
        assert_eq!(
            next(refused(&open, &Area::Root, bearer)),
            Step::Again(Scheme::Bearer(demand(&["a:b:pull"])))
        );
        assert_eq!(next(refused(&open, &Area::Root, Some(Challenge::Basic))), Step::Again(Scheme::Basic));
        let anonymous =
            Attempt { has_credentials: false, ..refused(&open, &Area::Root, Some(Challenge::Basic)) };
        assert_eq!(next(anonymous), Step::CredentialsNeeded);
        assert_eq!(
            next(refused(&Scheme::Basic, &Area::Root, Some(Challenge::Basic))),
            Step::WrongCredentials
        );
    }

    #[test]
    fn fills_in_the_scope_that_a_challenge_leaves_out() {
        let step = next(refused(&Scheme::Open, &Area::Catalog, Some(Challenge::Bearer(demand(&[])))));
        assert_eq!(step, Step::Again(Scheme::Bearer(demand(&["registry:catalog:*"]))));
    }

    #[test]
    fn puts_the_new_scope_first_and_keeps_the_old() {
        let sent = Scheme::Bearer(demand(&["repository:x:pull"]));
        let challenge = Some(Challenge::Bearer(demand(&["repository:x:delete"])));
        assert_eq!(
            next(refused(&sent, &Area::Root, challenge)),
            Step::Again(Scheme::Bearer(demand(&["repository:x:delete", "repository:x:pull"])))
        );
    }

    #[test]
    fn renews_an_old_token_once_and_believes_a_new_one() {
        let sent = Scheme::Bearer(demand(&["repository:x:pull"]));
        let challenge = Some(Challenge::Bearer(demand(&["repository:x:pull"])));
        let old = Attempt { fresh: false, ..refused(&sent, &Area::Root, challenge.clone()) };
        assert_eq!(next(old), Step::Renew);
        assert_eq!(next(refused(&sent, &Area::Root, challenge.clone())), Step::Denied);
        let anonymous = Attempt { has_credentials: false, ..refused(&sent, &Area::Root, challenge) };
        assert_eq!(next(anonymous), Step::CredentialsNeeded);
    }

    #[test]
    fn takes_a_403_for_old_credentials_where_it_says_so() {
        let forbidden =
            Attempt { status: StatusCode::FORBIDDEN, ..refused(&Scheme::Basic, &Area::Root, None) };
        assert_eq!(next(forbidden.clone()), Step::Accept);
        assert_eq!(next(Attempt { has_expired: true, ..forbidden }), Step::WrongCredentials);
    }

    #[test]
    fn takes_an_unexplained_400_for_an_old_token() {
        let sent = Scheme::Bearer(demand(&[]));
        let bad =
            Attempt { status: StatusCode::BAD_REQUEST, fresh: false, ..refused(&sent, &Area::Root, None) };
        assert_eq!(next(bad.clone()), Step::Renew);
        assert_eq!(next(Attempt { code: Some("PAGINATION_NUMBER_INVALID"), ..bad.clone() }), Step::Accept);
        assert_eq!(next(Attempt { fresh: true, ..bad.clone() }), Step::Accept);
        assert_eq!(next(Attempt { scheme: &Scheme::Basic, ..bad }), Step::Accept);
    }

    #[test]
    fn tries_the_password_for_a_catalog_that_takes_no_token() {
        let sent = Scheme::Bearer(demand(&["registry:catalog:*"]));
        let challenge = Some(Challenge::Bearer(demand(&["registry:catalog:*"])));
        assert_eq!(next(refused(&sent, &Area::Catalog, challenge.clone())), Step::Again(Scheme::Basic));
        let last =
            Attempt { token_tried: true, ..refused(&Scheme::Basic, &Area::Catalog, challenge.clone()) };
        assert_eq!(next(last), Step::Denied);
        let anonymous = Attempt { has_credentials: false, ..refused(&sent, &Area::Catalog, challenge) };
        assert_eq!(next(anonymous), Step::Denied);
    }
}
