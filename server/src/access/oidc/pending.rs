//! What is kept while somebody is at the provider, and what comes back from there.

use std::fmt;

use engine::Identity;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// For how long one may be at the provider, in seconds.
const LONGEST_AWAY: i64 = 15 * 60;

/// What is kept while somebody is at the provider: in their session, so that only their browser can bring back the rest.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Where they go on then.
    pub(super) next: String,
    pub(super) began: Timestamp,
}

/// What the browser brings back in its address.
#[derive(Default, Deserialize)]
pub(crate) struct CallbackQuery {
    /// What the provider gives for its tokens.
    pub(crate) code: Option<String>,
    /// What we sent along.
    pub(crate) state: Option<String>,
    /// Why there is no code, in a word.
    pub(crate) error: Option<String>,
    /// The same in a sentence.
    pub(crate) error_description: Option<String>,
    /// Which provider answers.
    pub(crate) iss: Option<String>,
}

/// Who signed in.
pub(crate) struct SignedIn {
    /// Who it is.
    pub(crate) identity: Identity,
    /// What the provider recognises the session by that is to end.
    pub(crate) id_token: String,
}

impl Pending {
    /// Whether an answer with this state is one to this question.
    pub(crate) fn is_for(&self, state: &str) -> bool {
        // How long it takes tells nothing of how much of it is right.
        !self.state.is_empty() && bool::from(state.as_bytes().ct_eq(self.state.as_bytes()))
    }

    /// Where they go on then.
    pub(crate) fn next(&self) -> &str {
        &self.next
    }

    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        (0..=LONGEST_AWAY).contains(&(now.as_second() - self.began.as_second()))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("next", &self.next)
            .field("began", &self.began)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CallbackQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackQuery").field("error", &self.error).finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("identity", &self.identity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Pending {
        let secret = |text: &str| format!("hunter2-{text}");
        let (state, nonce, verifier) = (secret("state"), secret("nonce"), secret("verifier"));
        Pending { state, nonce, verifier, next: "/a?b".to_owned(), began: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn only_the_answer_to_this_question_counts() {
        assert!(pending().is_for("hunter2-state"));
        for state in ["", "hunter2-statE", "hunter2-state2", "hunter2-stat"] {
            assert!(!pending().is_for(state), "{state:?}");
        }
        let nothing = Pending { state: String::new(), ..pending() };
        assert!(!nothing.is_for(""));
    }

    #[test]
    fn nobody_is_away_for_ever() {
        let at = |second| pending().is_fresh(Timestamp::from_second(second).unwrap());
        assert!(at(0) && at(LONGEST_AWAY));
        assert!(!at(LONGEST_AWAY + 1) && !at(-1));
    }

    #[test]
    fn secrets_are_kept_and_not_shown() {
        let text = serde_json::to_string(&pending()).unwrap();
        let read: Pending = serde_json::from_str(&text).unwrap();
        assert_eq!((read.verifier.as_str(), read.next.as_str()), ("hunter2-verifier", "/a?b"));
        let answer = CallbackQuery { code: Some("hunter2".to_owned()), ..CallbackQuery::default() };
        assert!(!format!("{read:?} {answer:?}").contains("hunter2"));
    }
}
