//! What a provider says of somebody.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Whoever is in more groups than this is in all of them, as far as we are concerned.
const MOST_GROUPS: usize = 200;
/// The longest name of a group, in bytes.
const LONGEST_GROUP: usize = 200;
/// The claim with the name that people know somebody by.
const USUAL_NAME: &str = "preferred_username";

/// What a provider says of somebody, by its names for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Reads the middle of a token whose signature was checked.
    pub(super) fn of_token(token: &str) -> Option<Self> {
        let middle = token.split('.').nth(1)?;
        Self::of_json(&BASE64_URL_SAFE_NO_PAD.decode(middle).ok()?)
    }

    pub(super) fn of_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().map(Self)
    }

    pub(super) fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    pub(super) fn has(&self, claim: &str) -> bool {
        self.0.contains_key(claim)
    }

    /// Whether the name is told that is asked for, or the first of those that are usual.
    pub(super) fn has_name(&self, claim: Option<&str>) -> bool {
        self.has(claim.unwrap_or(USUAL_NAME))
    }

    /// Adds what is not told yet.
    pub(super) fn complete_with(&mut self, more: Self) {
        for (claim, value) in more.0 {
            self.0.entry(claim).or_insert(value);
        }
    }

    /// The name by which somebody is known here.
    ///
    /// Without a claim that is asked for, it is the usual name, else an address of mail that is theirs for sure, else
    /// what the provider itself calls them. With one, there is no other: what grants name must mean the same person.
    pub(super) fn name(&self, claim: Option<&str>) -> Result<String, String> {
        match claim {
            Some("email") if self.0.contains_key("email_verified") && !self.is_email_verified() => {
                Err("the address of mail is not known to be theirs".to_owned())
            }
            Some(claim) => self.text(claim).map(str::to_owned).ok_or_else(|| {
                format!("there is no text in the claim {claim:?}, which STOWAGE_OIDC_NAME_CLAIM asks for")
            }),
            None => {
                let email = self.text("email").filter(|_| self.is_email_verified());
                let name = self.text(USUAL_NAME).or(email).or(self.subject());
                name.map(str::to_owned)
                    .ok_or_else(|| "there is no name in any of the usual claims".to_owned())
            }
        }
    }

    /// The groups that somebody is in, each once.
    pub(super) fn groups(&self, claim: &str) -> Vec<String> {
        let told: Vec<&str> = match self.0.get(claim) {
            Some(Value::String(group)) => vec![group.as_str()],
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut groups: Vec<String> = Vec::new();
        let mut n_dropped = 0_usize;
        for group in told {
            let is_name = !group.is_empty()
                && group.len() <= LONGEST_GROUP
                && group.trim() == group
                && !group.chars().any(char::is_control);
            if groups.iter().any(|it| it == group) {
                continue;
            }
            if is_name && groups.len() < MOST_GROUPS {
                groups.push(group.to_owned());
            } else {
                n_dropped += 1;
            }
        }
        if n_dropped > 0 {
            tracing::warn!(
                claim,
                n_dropped,
                "groups of somebody who signed in are left out: they are too many, or have no proper names"
            );
        }
        groups
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim).and_then(Value::as_str).filter(|it| !it.is_empty())
    }

    fn is_email_verified(&self) -> bool {
        match self.0.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            // Some providers write it so.
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        Claims::of_json(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_usual_names_follow_each_other() {
        for (json, name) in [
            (r#"{"sub":"1","email":"a@b","email_verified":true,"preferred_username":"alice"}"#, "alice"),
            (r#"{"sub":"1","email":"a@b","email_verified":true,"preferred_username":""}"#, "a@b"),
            (r#"{"sub":"1","email":"a@b","email_verified":"true"}"#, "a@b"),
            (r#"{"sub":"1","email":"a@b","email_verified":false}"#, "1"),
            (r#"{"sub":"1","email":"a@b"}"#, "1"),
            (r#"{"sub":"1","preferred_username":7}"#, "1"),
        ] {
            assert_eq!(claims(json).name(None).as_deref(), Ok(name), "{json}");
        }
        assert!(claims("{}").name(None).is_err());
    }

    #[test]
    fn no_other_name_counts_than_the_one_that_is_asked_for() {
        let alice = claims(
            r#"{"sub":"1","upn":"alice","email":"a@b","email_verified":false,"preferred_username":"x"}"#,
        );
        assert_eq!(alice.name(Some("upn")).unwrap(), "alice");
        assert!(alice.name(Some("nickname")).unwrap_err().contains("STOWAGE_OIDC_NAME_CLAIM"));
        assert!(alice.name(Some("email")).is_err());
        // Providers within a company do not say whether it is verified.
        assert_eq!(claims(r#"{"sub":"1","email":"a@b"}"#).name(Some("email")).unwrap(), "a@b");
    }

    #[test]
    fn groups_are_a_list_or_one() {
        let of = |json: &str| claims(json).groups("groups");
        assert_eq!(of(r#"{"groups":["ops","Team A","ops"]}"#), ["ops", "Team A"]);
        assert_eq!(of(r#"{"groups":"ops"}"#), ["ops"]);
        assert!(
            of("{}").is_empty()
                && of(r#"{"groups":{"a":1}}"#).is_empty()
                && of(r#"{"groups":null}"#).is_empty()
        );
        assert_eq!(of("{\"groups\":[\"\",\" a\",\"a\\nb\",1,null,[\"b\"],\"c\"]}"), ["c"]);
    }

    #[test]
    fn nobody_is_in_too_many_groups() {
        let many: Vec<String> = (0..1000).map(|it| format!("group{it}")).collect();
        let mut claims = Claims::default();
        claims.0.insert("groups".to_owned(), many.clone().into());
        assert_eq!(claims.groups("groups"), many[..MOST_GROUPS]);
        claims.0.insert("groups".to_owned(), "x".repeat(LONGEST_GROUP + 1).into());
        assert!(claims.groups("groups").is_empty());
    }

    #[test]
    fn what_the_token_says_counts_more_than_what_is_said_besides() {
        let mut alice = claims(r#"{"sub":"1","groups":["a"]}"#);
        assert!(alice.has("groups") && !alice.has_name(None) && alice.has_name(Some("groups")));
        alice.complete_with(claims(r#"{"sub":"2","groups":["b"],"preferred_username":"alice"}"#));
        assert_eq!((alice.subject(), alice.groups("groups")), (Some("1"), vec!["a".to_owned()]));
        assert_eq!(alice.name(None).unwrap(), "alice");
    }

    #[test]
    fn tokens_are_read_and_what_is_none_is_not() {
        let middle = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"1"}"#);
        assert_eq!(Claims::of_token(&format!("e30.{middle}.x")).unwrap().subject(), Some("1"));
        for token in ["", ".", "a.b.c", "e30.é.x", "e30.W10.x"] {
            assert!(Claims::of_token(token).is_none(), "{token}");
        }
    }
}
