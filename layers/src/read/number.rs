//! Numbers as archives write them.

/// Reads a number of a header: in octal digits, or, as GNU tar writes what does not fit, in bytes behind a first bit
/// that is set. Nothing at all means zero; absent where it is no number, or none of 64 bits.
pub(super) fn of_field(field: &[u8]) -> Option<i64> {
    match field {
        [first, rest @ ..] if first & 0x80 != 0 => of_bytes(*first, rest),
        _ => of_octal(field),
    }
}

/// Two's complement without the first bit; the second one is the sign.
fn of_bytes(first: u8, rest: &[u8]) -> Option<i64> {
    let is_negative = first & 0x40 != 0;
    let first = if is_negative { i128::from(first) - 0x100 } else { i128::from(first & 0x3f) };
    // Sixteen bytes fit, and no field has more than twelve.
    let number = rest.iter().take(15).fold(first, |number, it| number << 8 | i128::from(*it));
    i64::try_from(number).ok()
}

fn of_octal(field: &[u8]) -> Option<i64> {
    let is_space = |it: &u8| *it == b' ' || *it == 0;
    let start = field.iter().position(|it| !is_space(it)).unwrap_or(field.len());
    let digits = &field[start..];
    let end = digits.iter().position(is_space).unwrap_or(digits.len());
    let digits = str::from_utf8(&digits[..end]).ok()?;
    match digits {
        "" => Some(0),
        _ if digits.starts_with(['+', '-']) => None,
        _ => i64::from_str_radix(digits, 8).ok(),
    }
}

/// Reads a number of an extended header: decimal digits, perhaps with a sign.
pub(super) fn of_text(text: &[u8]) -> Option<i64> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// Reads a time of an extended header in whole seconds: `1350244992.023960108`. What is left of a second before 1970
/// is in the second before.
pub(super) fn of_time(text: &[u8]) -> Option<i64> {
    let (seconds, fraction) = match memchr::memchr(b'.', text) {
        Some(dot) => (&text[..dot], &text[dot + 1..]),
        None => (text, &[][..]),
    };
    let whole = of_text(seconds)?;
    let is_past = seconds.starts_with(b"-") && fraction.iter().any(|it| *it != b'0');
    fraction.iter().all(u8::is_ascii_digit).then(|| whole.saturating_sub(is_past.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields() {
        let cases: [(&[u8], Option<i64>); 12] = [
            (b"00000000644\0", Some(0o644)),
            (b"   644 \0", Some(0o644)),
            (b"77777777777 ", Some(0o77_777_777_777)),
            (b"", Some(0)),
            (b"\0\0\0\0", Some(0)),
            (b"   ", Some(0)),
            (b"\x80\0\0\0\0\0\0\0\0\0\x01\0", Some(256)),
            (b"\x80\0\0\x02\0\0\0\0", Some(2 << 32)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", Some(-2)),
            (b"\x80\x01\0\0\0\0\0\0\0\0\0\0", None),
            (b"9", None),
            (b"-1", None),
        ];
        for (field, number) in cases {
            assert_eq!(of_field(field), number, "{field:?}");
        }
    }

    #[test]
    fn reads_times() {
        let cases = [
            ("1350244992.023960108", Some(1_350_244_992)),
            ("7", Some(7)),
            ("-1", Some(-1)),
            ("-1.5", Some(-2)),
            ("-0.5", Some(-1)),
            ("-1.000", Some(-1)),
            ("1.", Some(1)),
            ("1.x", None),
            ("", None),
            ("99999999999999999999", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(of_time(text.as_bytes()), seconds, "{text}");
        }
    }
}
