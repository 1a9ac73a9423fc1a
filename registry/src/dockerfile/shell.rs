//! Shell commands, as people would lay them out.

/// Where a builder left out the end of a line, blanks remain.
const BREAK: &str = " \\\n    ";

/// The command over several lines, as it was written; absent where it is one line that stays as it is.
pub(super) fn readable(command: &str) -> Option<String> {
    if command.contains('\n') { Some(here_document(command)) } else { broken(command) }
}

/// Commands of several lines come from a here-document.
fn here_document(command: &str) -> String {
    let is_taken = |end: &str| command.lines().any(|line| line == end);
    let ends = std::iter::once("EOF".to_owned()).chain((1..).map(|number| format!("EOF{number}")));
    let end = ends.into_iter().find(|end| !is_taken(end)).unwrap_or_default();
    format!("<<{end}\n{}\n{end}", command.trim_end())
}

/// Breaks the line at tabs and at several blanks outside of quotes; they are what is left of a line's end. Absent
/// where quotes are not closed, because then nobody knows what is outside.
fn broken(command: &str) -> Option<String> {
    let mut text = String::with_capacity(command.len() + 16);
    let mut quote = None;
    let mut characters = command.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, ' ' | '\t') => {
                let mut is_break = c == '\t';
                while let Some(next) = characters.next_if(|it| matches!(it, ' ' | '\t')) {
                    is_break |= next == '\t' || c == ' ';
                }
                text.push_str(if is_break { BREAK } else { " " });
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            // What follows is meant as it is, but for single quotes, in which it means itself.
            (None | Some('"'), '\\') => {
                text.push(c);
                text.extend(characters.next());
                // A blank that is meant does not begin a row of blanks that is not.
                while let Some(blank) = characters.next_if_eq(&' ') {
                    text.push(blank);
                }
                continue;
            }
            _ => {}
        }
        text.push(c);
    }
    quote.is_none().then_some(text)
}
