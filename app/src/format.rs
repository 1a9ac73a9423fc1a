//! Numbers, sizes and dates as people read them.

use jiff::Timestamp;

use crate::visitor::Locale;

impl Locale {
    /// A whole number with its thousands apart.
    pub(crate) fn number(self, number: usize) -> String {
        let separator = match self {
            Self::En => ',',
            // French separates thousands with a narrow space that does not break.
            Self::Fr => '\u{202f}',
        };
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (idx, digit) in digits.chars().enumerate() {
            if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A size in binary units with one decimal; bytes have none.
    pub(crate) fn bytes(self, bytes: u64) -> String {
        let units = match self {
            Self::En => ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"],
            Self::Fr => ["o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"],
        };
        let mut unit = 0;
        let mut tenths = u128::from(bytes) * 10;
        // 1023.96 KiB would be written as 1024.0 KiB, so the unit changes a little earlier.
        while tenths >= 10_240 - u128::from(unit > 0) / 2 && unit + 1 < units.len() {
            tenths = (tenths + 512) / 1024;
            unit += 1;
        }
        if unit == 0 {
            return format!("{bytes} {}", units[0]);
        }
        let point = match self {
            Self::En => '.',
            Self::Fr => ',',
        };
        format!("{}{point}{} {}", tenths / 10, tenths % 10, units[unit])
    }

    /// A share of a whole in percent, with one decimal; something is never nothing.
    pub(crate) fn percent(self, part: u64, whole: u64) -> String {
        let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole.max(1));
        if tenths == 0 && part > 0 {
            return match self {
                Self::En => "< 0.1 %".to_owned(),
                Self::Fr => "< 0,1 %".to_owned(),
            };
        }
        match self {
            Self::En => format!("{}.{} %", tenths / 10, tenths % 10),
            Self::Fr => format!("{},{} %", tenths / 10, tenths % 10),
        }
    }

    /// How long ago an instant was, in one unit.
    pub(crate) fn ago(self, at: Timestamp, now: Timestamp) -> String {
        let seconds = now.as_second() - at.as_second();
        let found = UNITS.into_iter().find(|(length, ..)| seconds.abs() >= *length);
        let Some((length, english, french)) = found else { return self.just_now().to_owned() };
        let n = seconds.abs() / length;
        match (self, seconds > 0) {
            (Self::En, true) => format!("{n} {} ago", english[usize::from(n > 1)]),
            (Self::En, false) => format!("in {n} {}", english[usize::from(n > 1)]),
            (Self::Fr, true) => format!("il y a {n} {}", french[usize::from(n > 1)]),
            (Self::Fr, false) => format!("dans {n} {}", french[usize::from(n > 1)]),
        }
    }
}

/// The units in which it is told how long ago something was: their seconds, one and several of them.
const UNITS: [(i64, [&str; 2], [&str; 2]); 6] = [
    (365 * 86_400, ["year", "years"], ["an", "ans"]),
    (30 * 86_400, ["month", "months"], ["mois", "mois"]),
    (7 * 86_400, ["week", "weeks"], ["semaine", "semaines"]),
    (86_400, ["day", "days"], ["jour", "jours"]),
    (3_600, ["hour", "hours"], ["heure", "heures"]),
    (60, ["minute", "minutes"], ["minute", "minutes"]),
];

/// The second since 1970 until which [`Locale::ago`] says of an instant what it says now.
pub(crate) fn ago_until(at: Timestamp, now: Timestamp) -> i64 {
    let (at, now) = (at.as_second(), now.as_second());
    let passed = now - at;
    let length = UNITS.into_iter().map(|(length, ..)| length).find(|length| passed.abs() >= *length);
    match length {
        None => at + 60,
        // The whole units that are left become one fewer.
        Some(length) if passed < 0 => at - (-passed / length) * length + 1,
        Some(length) => {
            let next = (passed / length + 1) * length;
            let larger = UNITS.into_iter().map(|(length, ..)| length).filter(|it| *it > length).min();
            at + next.min(larger.unwrap_or(i64::MAX))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_thousands_apart() {
        assert_eq!(Locale::En.number(0), "0");
        assert_eq!(Locale::En.number(999), "999");
        assert_eq!(Locale::En.number(1_284_000), "1,284,000");
        assert_eq!(Locale::Fr.number(1284), "1\u{202f}284");
    }

    #[test]
    fn sizes_change_their_unit_before_four_digits_mislead() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1_048_575, "1.0 MiB"),
            (222_718_156, "212.4 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(Locale::En.bytes(bytes), text);
        }
        assert_eq!(Locale::Fr.bytes(1536), "1,5 Kio");
    }

    #[test]
    fn shares_are_rounded_and_survive_an_empty_whole() {
        assert_eq!(Locale::En.percent(1, 3), "33.3 %");
        assert_eq!(Locale::En.percent(2, 3), "66.7 %");
        assert_eq!(Locale::En.percent(0, 0), "0.0 %");
        assert_eq!(Locale::En.percent(1, 1_000_000), "< 0.1 %");
        assert_eq!(Locale::Fr.percent(u64::MAX, u64::MAX), "100,0 %");
    }

    #[test]
    fn instants_are_told_in_one_unit() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        for (at, english, french) in [
            ("2026-06-01T11:59:30Z", "just now", "à l’instant"),
            ("2026-06-01T11:48:00Z", "12 minutes ago", "il y a 12 minutes"),
            ("2026-05-31T12:00:00Z", "1 day ago", "il y a 1 jour"),
            ("2024-05-01T12:00:00Z", "2 years ago", "il y a 2 ans"),
            ("2026-06-02T13:00:00Z", "in 1 day", "dans 1 jour"),
        ] {
            let at = at.parse().unwrap();
            assert_eq!(
                (Locale::En.ago(at, now), Locale::Fr.ago(at, now)),
                (english.to_owned(), french.to_owned())
            );
        }
    }

    #[test]
    fn a_time_is_told_alike_until_it_is_not() {
        let at = Timestamp::from_second(2_000_000_000).unwrap();
        let told = |second: i64| Locale::En.ago(at, Timestamp::from_second(second).unwrap());
        const DAY: i64 = 86_400;
        for passed in [
            0,
            59,
            60,
            61,
            119,
            3_599,
            3_600,
            7_199,
            DAY - 1,
            DAY,
            7 * DAY,
            29 * DAY,
            30 * DAY,
            364 * DAY,
            366 * DAY,
            -1,
            -59,
            -60,
            -61,
            -119,
            -3_600,
            -7_200,
            -DAY,
            -8 * DAY,
            -800 * DAY,
        ] {
            let now = at.as_second() + passed;
            let until = ago_until(at, Timestamp::from_second(now).unwrap());
            assert!(until > now, "{passed}: {until}");
            assert_eq!(told(until - 1), told(now), "{passed}");
            assert_ne!(told(until), told(now), "{passed}");
        }
    }
}
