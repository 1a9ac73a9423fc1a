//! `THEME_…`: other colours than those of `style/tokens.css`, for light and dark alike.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};

/// The path of the style sheet.
const PATH: &str = "/theme.css";
/// Each variable with the tokens that it sets.
const COLOURS: [(&str, &[&str]); 8] = [
    ("THEME_PRIMARY_TEXT", &["text"]),
    ("THEME_NEUTRAL_TEXT", &["muted", "faint"]),
    (BACKGROUND, &["bg", "raised"]),
    ("THEME_HOVER_BACKGROUND", &["panel"]),
    (ACCENT, &["accent"]),
    ("THEME_HEADER_TEXT", &["top-text", "top-muted"]),
    // Behind the former, so that the title has its own colour where both are given.
    ("THEME_HEADER_ACCENT_TEXT", &["top-muted"]),
    ("THEME_HEADER_BACKGROUND", &["top"]),
];
const ACCENT: &str = "THEME_ACCENT_TEXT";
const BACKGROUND: &str = "THEME_BACKGROUND";
/// What stands on a background that is the same for light and dark, unless it has a colour of its own.
const ON_BACKGROUND: &str = "@supports (color: lch(from red l c h)) {\n  :root:root:root { \
    --text: lch(from var(--bg) calc((49.44 - l) * infinity) 0 0); \
    --muted: color-mix(in srgb, var(--text) 70%, var(--bg)); --faint: color-mix(in srgb, var(--text) 66%, var(--bg)); \
    --panel: color-mix(in srgb, var(--text) 4%, var(--bg)); --line: color-mix(in srgb, var(--text) 12%, var(--bg)); \
    --line-strong: color-mix(in srgb, var(--text) 22%, var(--bg)); }\n}\n";
/// The words for colours of CSS (https://www.w3.org/TR/css-color-4/#named-colors).
const WORDS: &str = "\
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown \
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan \
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid \
    darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet \
    deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro \
    ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki \
    lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow \
    lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray \
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue \
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred \
    midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid \
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple \
    rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver \
    skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet \
    wheat white whitesmoke yellow yellowgreen";

/// The style sheet of the colours that are given; empty where there are none. Whether they can be read on each other
/// is for those to judge who choose them.
pub(super) fn read(variables: &Variables) -> Result<String, ConfigErrors> {
    let mut errors = Collector::default();
    let (mut rules, mut on_accent, mut on_background) = (String::new(), "", "");
    for (name, tokens) in COLOURS {
        let Some(Some(colour)) = errors.take(colour(variables, name)) else { continue };
        for token in tokens {
            // Writing into a text cannot fail.
            let _ = write!(rules, "--{token}: {colour}; ");
        }
        if name == BACKGROUND {
            on_background = ON_BACKGROUND;
        }
        if name == ACCENT {
            let _ = write!(rules, "--accent-soft: color-mix(in srgb, {colour} 14%, var(--bg)); ");
            // Black on what is lighter than that is read better than white.
            on_accent = "@supports (color: lch(from red l c h)) {\n  \
                         :root:root:root { --accent-text: lch(from var(--accent) calc((49.44 - l) * infinity) 0 0); }\n}\n";
        }
    }
    if !errors.is_empty() {
        return Err(errors.finish());
    }
    Ok(match rules.trim_end() {
        "" => String::new(),
        // The selector counts more than those of the themes, so that these colours hold for both.
        rules => format!("{on_background}:root:root:root {{ {rules} }}\n{on_accent}"),
    })
}

/// The address of a style sheet, which is another one when the colours are; nothing where there is none.
pub(super) fn address(sheet: &str) -> Option<String> {
    let hash = Sha256::digest(sheet.as_bytes());
    let hash = hash.iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    (!sheet.is_empty()).then(|| format!("{PATH}?v={hash}"))
}

fn colour<'a>(variables: &'a Variables, name: &str) -> Result<Option<&'a str>, ConfigError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    if is_colour(&text.to_ascii_lowercase()) {
        return Ok(Some(text));
    }
    let why = "is no colour: expected #rrggbb, rgb(…), hsl(…) or the name of one in CSS";
    Err(ConfigError::value(name, text, why, &format!("{name}=#25313b")))
}

/// Nothing else gets into the style sheet, so that no variable can hold more than a colour.
fn is_colour(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|it| it.is_ascii_hexdigit());
    }
    let inside =
        ["rgb(", "rgba(", "hsl(", "hsla("].iter().find_map(|it| text.strip_prefix(it)?.strip_suffix(')'));
    match inside {
        Some(inside) => {
            let of_numbers = |c: char| c.is_ascii_digit() || ". ,/%+-".contains(c);
            let numbers = inside.replace("deg", "");
            numbers.contains(|c: char| c.is_ascii_digit()) && numbers.chars().all(of_numbers)
        }
        None => text == "transparent" || WORDS.split_ascii_whitespace().any(|word| word == text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(pairs: &[(&str, &str)]) -> Result<String, String> {
        read(&pairs.iter().copied().collect()).map_err(|errors| errors.to_string())
    }

    #[test]
    fn colours_become_tokens() {
        let sheet = sheet(&[("THEME_NEUTRAL_TEXT", "#777"), ("THEME_HEADER_BACKGROUND", "DarkSlateGray")]);
        let sheet = sheet.unwrap();
        assert_eq!(sheet, ":root:root:root { --muted: #777; --faint: #777; --top: DarkSlateGray; }\n");
        assert!(address(&sheet).unwrap().starts_with("/theme.css?v="));
    }

    #[test]
    fn what_stands_on_a_background_can_be_read_unless_it_has_a_colour() {
        let sheet = sheet(&[("THEME_BACKGROUND", "white"), ("THEME_PRIMARY_TEXT", "#25313b")]).unwrap();
        let (derived, given) = sheet.split_once("\n}\n").unwrap();
        assert!(derived.contains("--text: lch(from var(--bg)") && derived.contains("--line: color-mix("));
        assert_eq!(given, ":root:root:root { --text: #25313b; --bg: white; --raised: white; }\n");
    }

    #[test]
    fn the_title_has_the_colour_of_the_top_bar_unless_it_has_its_own() {
        let alone = sheet(&[("THEME_HEADER_TEXT", "#fff")]).unwrap();
        assert_eq!(alone, ":root:root:root { --top-text: #fff; --top-muted: #fff; }\n");
        let both = sheet(&[("THEME_HEADER_TEXT", "#fff"), ("THEME_HEADER_ACCENT_TEXT", "#7b9ac2")]).unwrap();
        assert!(both.ends_with("--top-muted: #fff; --top-muted: #7b9ac2; }\n"));
    }

    #[test]
    fn what_stands_on_the_accent_follows_it() {
        let sheet = sheet(&[("THEME_ACCENT_TEXT", "hsl(210deg 40% 50% / .9)")]).unwrap();
        for part in ["--accent: hsl(210deg", "--accent-soft: color-mix(", "--accent-text: lch("] {
            assert!(sheet.contains(part), "{sheet}");
        }
    }

    #[test]
    fn without_colours_there_is_no_sheet() {
        assert_eq!(sheet(&[]).unwrap(), "");
        assert_eq!(address(""), None);
    }

    #[test]
    fn nothing_but_a_colour_gets_into_the_sheet() {
        for text in
            ["red;}", "#12", "#ggg", "url(x)", "rgb(1,2,3);", "rgb()", "pinkish", "var(--bg)", "rgb(1)}"]
        {
            let error = sheet(&[("THEME_BACKGROUND", text)]).unwrap_err();
            assert!(error.contains("THEME_BACKGROUND=") && error.contains("is no colour"), "{error}");
        }
    }
}
