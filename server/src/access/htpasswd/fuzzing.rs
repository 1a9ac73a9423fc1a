use std::str;

use super::{COSTS, parse};

/// Who is read from a file is read from what is written of them, and what is wrong with a line is said without a hash.
pub fn htpasswd(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let users = match parse(text) {
        Ok(users) => users,
        Err(error) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let line = text.lines().nth(error.number - 1);
            let line = line.expect("it is a line of the text").trim();
            let told = error.to_string();
            if let Some((name, hash)) = line.split_once(':')
                && hash.len() > 20
                && !hash.contains(char::is_whitespace)
                && !name.contains(hash)
            {
                assert!(!told.contains(hash), "{told}");
            }
            assert!(!told.contains(['\n', '\r', '\0']), "{told:?}");
            return;
        }
    };
    assert_eq!(format!("{users:?}"), format!("Users({})", users.hashes.len()));
    assert_eq!(users.is_empty(), users.hashes.is_empty());
    let lines: String = users.hashes.iter().map(|(name, hash)| format!("{name}:{hash}\n")).collect();
    let again = parse(&format!("# written\n{lines}")).expect("what is written can be read");
    assert_eq!((&again.hashes, again.cost), (&users.hashes, users.cost));
    for (name, hash) in &users.hashes {
        assert_eq!(users.hash_of(name), Some(hash.as_str()));
        let cost = hash[4..6].parse().expect("it has two digits");
        assert!(hash.len() == 60 && hash.is_ascii() && COSTS.contains(&cost) && cost <= users.cost, "{hash}");
    }
    let dummy: bcrypt::HashParts = users.dummy().parse().expect("it can be compared with");
    assert!(COSTS.contains(&dummy.get_cost()) && (users.is_empty() || dummy.get_cost() == users.cost));
}
