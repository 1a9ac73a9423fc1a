//! Those who sign in with a name and a password, as `htpasswd -B` writes them down.

#[cfg(any(test, fuzzing))]
mod fuzzing;
mod local_users;

use std::collections::HashMap;
use std::fmt;

use engine::{Identity, Way};
use sha2::{Digest, Sha256};

#[cfg(any(test, fuzzing))]
pub use fuzzing::htpasswd;
pub(crate) use local_users::LocalUsers;

/// The costs that are taken. With more than the last, one sign-in would take seconds.
const COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// The cost that is pretended where there is nobody.
const USUAL_COST: u32 = 10;
/// How many characters salt and hash have together.
const BODY: usize = 53;

/// Those who are in a file, and the hashes of their passwords.
#[derive(Clone, Default)]
pub(crate) struct Users {
    hashes: HashMap<String, String>,
    /// The largest cost of theirs.
    cost: u32,
}

/// A line that cannot be used. What it says shows no hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {number} {why}")]
pub(crate) struct InvalidLine {
    /// Which one, from one on.
    pub(crate) number: usize,
    /// What is wrong with it, as the rest of a sentence.
    pub(crate) why: String,
}

/// What a password that is stored looks like from outside: another password has another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    fn of(hash: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(hash.as_bytes())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Users {
    pub(crate) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    fn hash_of(&self, name: &str) -> Option<&str> {
        self.hashes.get(name).map(String::as_str)
    }

    /// A hash that no password has, and that takes as long to compare with as those that are there.
    fn dummy(&self) -> String {
        let cost = if self.is_empty() { USUAL_COST } else { self.cost };
        format!("$2y${cost:02}${}", ".".repeat(BODY))
    }
}

/// Only how many there are: hashes can be guessed at.
impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Users({})", self.hashes.len())
    }
}

/// Reads lines of a name, a colon and a hash; others are empty or begin with `#`.
pub(crate) fn parse(text: &str) -> Result<Users, InvalidLine> {
    let mut users = Users::default();
    // Editors of another system begin a file with a mark that nobody sees.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let invalid = |why: String| InvalidLine { number, why };
        let (name, hash) = line
            .split_once(':')
            .ok_or_else(|| invalid("has no colon between a name and the hash of a password".to_owned()))?;
        if Identity::new(Way::Local, name).is_err() {
            return Err(invalid("has no name that somebody could have before its colon".to_owned()));
        }
        let cost = cost_of(name, hash).map_err(invalid)?;
        users.cost = users.cost.max(cost);
        if users.hashes.insert(name.to_owned(), hash.to_owned()).is_some() {
            return Err(invalid(format!("names {name:?}, whom a line before names too")));
        }
    }
    Ok(users)
}

/// How costly a hash of bcrypt is; what is wrong with it where it is none.
fn cost_of(name: &str, hash: &str) -> Result<u32, String> {
    let remedy = format!("write it anew with `htpasswd -B file {name}`");
    let versioned = hash.strip_prefix("$2").and_then(|rest| rest.split_once('$'));
    let (cost, body) = match versioned {
        Some(("a" | "b" | "y", rest)) => {
            rest.split_once('$').ok_or_else(|| format!("has a hash that was cut off; {remedy}"))?
        }
        Some(("x", _)) => {
            return Err(format!("has a hash of kind $2x$, which a faulty program made; {remedy}"));
        }
        _ => return Err(format!("has a password that is not hashed with bcrypt; {remedy}")),
    };
    let is_number = cost.len() == 2 && cost.bytes().all(|it| it.is_ascii_digit());
    let cost = cost.parse::<u32>().ok().filter(|_| is_number);
    let is_body =
        body.len() == BODY && body.bytes().all(|it| it.is_ascii_alphanumeric() || b"./".contains(&it));
    // One with bits that mean nothing is compared with nothing, and at once.
    let is_body = is_body && hash.parse::<bcrypt::HashParts>().is_ok();
    match cost {
        Some(cost) if cost > *COSTS.end() => Err(format!(
            "has a hash of cost {cost}, with which one sign-in would take seconds; \
             write it anew with `htpasswd -B -C 12 file {name}`"
        )),
        Some(cost) if COSTS.contains(&cost) && is_body => Ok(cost),
        _ => Err(format!("has a hash that was cut off; {remedy}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `htpasswd -nbB -C 5 alice 'correct horse'` prints it.
    const ALICE: &str = "alice:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";

    fn why(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_what_htpasswd_writes() {
        let text = format!("\u{feff}# people\r\n\r\n{ALICE}\r\n  {}  \n", ALICE.replace("alice", "bob"));
        let users = parse(&text).unwrap();
        assert_eq!(users.hashes.len(), 2);
        let hash = users.hash_of("alice").unwrap();
        assert!(bcrypt::verify("correct horse", hash).unwrap());
        assert!(!bcrypt::verify("correct Horse", hash).unwrap());
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn pretends_as_costly_a_hash_as_there_is() {
        let users = parse(&format!("{ALICE}\n{}", ALICE.replace("alice:$2y$05", "bob:$2b$07"))).unwrap();
        assert!(users.dummy().starts_with("$2y$07$"));
        assert!(!bcrypt::verify("", &parse(ALICE).unwrap().dummy()).unwrap());
        assert!(Users::default().dummy().starts_with("$2y$10$"));
    }

    #[test]
    fn says_which_line_is_wrong_and_how_to_put_it_right() {
        assert!(why("# a\n\nalice").starts_with("line 3 has no colon"));
        assert!(why(&format!("{ALICE}\n{ALICE}")).contains("line 2 names \"alice\""));
        assert!(why(&format!(":{}", &ALICE[6..])).contains("no name"));
        for hash in [
            "{SHA}abc=",
            "$apr1$a$b",
            "rqXexS6ZhobKA",
            "secret",
            "",
            "$2$05$abc",
            "$5$a$b",
            "$argon2id$v=19$x",
        ] {
            let why = why(&format!("alice:{hash}"));
            assert!(
                why.contains("not hashed with bcrypt") && why.contains("`htpasswd -B file alice`"),
                "{why}"
            );
            assert!(hash.is_empty() || !why.contains(hash), "{why}");
        }
        assert!(why(&ALICE.replace("2y", "2x")).contains("faulty program"));
        for cost in ["15", "31", "99"] {
            assert!(why(&ALICE.replace("$05$", &format!("${cost}$"))).contains("take seconds"));
        }
    }

    #[test]
    fn nothing_hostile_is_taken_or_brings_it_down() {
        for hash in [
            "$2y$",
            "$2y$05",
            "$2y$05$",
            "$2y$05$short",
            "$2y$+5$",
            "$2y$5$",
            "$2y$003$",
            "$2y$00$",
            "$2y$-1$",
            "$2y$é$",
        ] {
            let text = format!("alice:{hash}{}", if hash == "$2y$05$" { "" } else { &ALICE[13..] });
            assert!(parse(&text).is_err(), "{text}");
        }
        assert!(parse(&format!("{ALICE}x")).is_err() && parse(&ALICE[..ALICE.len() - 1]).is_err());
        assert!(parse(&ALICE.replace('H', "é")).is_err() && parse(&ALICE.replace('H', "$")).is_err());
        assert!(parse("\0:\0").is_err() && parse(":::").is_err() && parse(&"a".repeat(100_000)).is_err());
        let secret = format!("{:?}", parse(ALICE).unwrap());
        assert_eq!(secret, "Users(1)");
    }

    #[test]
    fn another_password_has_another_fingerprint() {
        let users = parse(ALICE).unwrap();
        let fingerprint = Fingerprint::of(users.hash_of("alice").unwrap());
        assert_eq!(fingerprint.as_str().len(), 64);
        assert_ne!(fingerprint, Fingerprint::of("$2y$05$another"));
    }
}
