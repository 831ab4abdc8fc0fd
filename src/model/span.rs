//! A length of time as people write it: `90s`, `15m`, `2h`, `30d`, `2w`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A whole number of seconds; written in the largest unit that it is a multiple of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

/// The units, the largest first, in seconds.
const UNITS: [(char, u64); 5] = [
    ('w', 7 * 24 * 60 * 60),
    ('d', 24 * 60 * 60),
    ('h', 60 * 60),
    ('m', 60),
    ('s', 1),
];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fitting = UNITS
            .iter()
            .find(|(_, seconds)| self.0.is_multiple_of(*seconds));
        let (unit, seconds) = fitting.copied().unwrap_or(('s', 1));
        f.pad(&format!("{}{unit}", self.0 / seconds))
    }
}

/// A text that is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a length of time such as 90s, 15m, 2h or 30d")]
pub struct NoSpan;

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let unit = text.chars().last().ok_or(NoSpan)?;
        let known = UNITS.iter().find(|(letter, _)| *letter == unit);
        let (_, seconds) = known.ok_or(NoSpan)?;
        let digits = text.strip_suffix(unit).unwrap_or_default();
        let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        let count: u64 = digits.parse().map_err(|_| NoSpan)?;
        match count.checked_mul(*seconds) {
            Some(span) if is_number && span > 0 => Ok(Self(span)),
            _ => Err(NoSpan),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|error: NoSpan| de::Error::custom(format!("'{text}' is {error}")))
    }
}

impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9]+[smhdw]$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_and_written() {
        for (text, seconds, again) in [
            ("90s", 90, "90s"),
            ("15m", 900, "15m"),
            ("120m", 7200, "2h"),
            ("14d", 1_209_600, "2w"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.0, span.to_string().as_str()), (seconds, again));
        }
        for text in [
            "",
            "m",
            "15",
            "0s",
            "-1m",
            "+1m",
            "1.5h",
            "15 m",
            "99999999999999999999w",
        ] {
            assert_eq!(text.parse::<Span>(), Err(NoSpan), "{text}");
        }
    }
}
