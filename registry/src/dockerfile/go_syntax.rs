//! Values as Go prints them, which is how Docker records lists, sets and health checks.

/// `["a" "b c"]`, `[a b]` or JSON.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    if let Ok(words) = serde_json::from_str(text) {
        return Some(words);
    }
    let mut scanner = Scanner(text.trim());
    let words = scanner.list()?;
    scanner.0.trim().is_empty().then_some(words)
}

/// `map[443/tcp:{} 80/tcp:{}]` or `[80/tcp]`.
pub(super) fn set(text: &str) -> Option<Vec<String>> {
    let words = list(text.trim().strip_prefix("map").unwrap_or(text))?;
    Some(words.into_iter().map(|it| it.strip_suffix(":{}").map(str::to_owned).unwrap_or(it)).collect())
}

/// `&{["CMD-SHELL" "true"] "30s" "3s" "0s" "0s" '\x03'}`: the command, the interval, the timeout, the start period, in
/// newer versions the interval while it starts, and the number of tries. A zero is what nobody said.
pub(super) fn health_check(text: &str) -> Option<String> {
    let mut scanner = Scanner(text.trim().strip_prefix("&{")?);
    let command = scanner.list()?;
    let mut times = Vec::new();
    while scanner.peek() == Some('"') {
        times.push(scanner.word()?);
    }
    let retries = u32::from(scanner.rune()?);
    let flags = ["interval", "timeout", "start-period", "start-interval"];
    let mut parts: Vec<String> = flags
        .iter()
        .zip(times)
        .filter(|(_, time)| time != "0s")
        .map(|(flag, time)| format!("--{flag}={time}"))
        .collect();
    if retries > 0 {
        parts.push(format!("--retries={retries}"));
    }
    let (kind, words) = command.split_first()?;
    parts.push(match (kind.as_str(), words) {
        ("NONE", []) => "NONE".to_owned(),
        ("CMD-SHELL", [command]) => format!("CMD {}", command.replace('\n', " \\\n    ")),
        ("CMD", words) => format!("CMD {}", super::json(words)),
        _ => return None,
    });
    Some(parts.join(" "))
}

/// What has not been read yet.
struct Scanner<'a>(&'a str);

impl Scanner<'_> {
    fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start();
        self.0.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.0.chars();
        let next = characters.next();
        self.0 = characters.as_str();
        next
    }

    fn list(&mut self) -> Option<Vec<String>> {
        if self.peek()? != '[' {
            return None;
        }
        self.next();
        let mut words = Vec::new();
        while self.peek()? != ']' {
            words.push(self.word()?);
        }
        self.next();
        Some(words)
    }

    /// A text in quotes, or what stands before the next blank or the end of the list.
    fn word(&mut self) -> Option<String> {
        if self.peek()? == '"' {
            return self.quoted('"');
        }
        let end = self.0.find([' ', ']'])?;
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// A number, as Go prints it when it takes it for a character.
    fn rune(&mut self) -> Option<char> {
        if self.peek()? != '\'' {
            return None;
        }
        let text = self.quoted('\'')?;
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }

    fn quoted(&mut self, mark: char) -> Option<String> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next()? {
                c if c == mark => return Some(text),
                '\\' => text.push(self.escaped()?),
                c => text.push(c),
            }
        }
    }

    /// What a backslash stands before (The Go Programming Language Specification, "Rune literals").
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            'U' => self.code(8)?,
            c @ ('\\' | '"' | '\'') => c,
            _ => return None,
        })
    }

    fn code(&mut self, n_digits: usize) -> Option<char> {
        let (digits, rest) = self.0.split_at_checked(n_digits)?;
        self.0 = rest;
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    }
}
