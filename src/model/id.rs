//! The names of things: random ids that never change, and slugs that people read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Digits of Crockford's base 32, lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters in an id.
pub const ID_LENGTH: usize = 10;

/// The longest slug.
pub const SLUG_LENGTH: usize = 63;

/// Names that some file system gives a meaning of its own (Windows' devices).
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Why a word is no id or slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not ten characters of the id alphabet.
    #[error("'{0}' is not an id (10 characters of 0-9 and a-z without i, l, o, u)")]
    Id(String),
    /// Not of the form of a slug.
    #[error(
        "'{0}' is not a name (a-z, 0-9 and '-', starting with a letter or digit, at most 63 characters)"
    )]
    Slug(String),
    /// A device name on some systems.
    #[error("'{0}' cannot be a file name on every system")]
    Reserved(String),
}

/// Ten characters of Crockford base 32, drawn at random; names a file and never changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id([u8; ID_LENGTH]);

/// In the order of the letters, compared as two numbers: a plan of ten thousand tasks is searched
/// by id all the time.
impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_numbers().cmp(&other.as_numbers())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Id {
    fn from_random(bytes: [u8; ID_LENGTH]) -> Self {
        let mut id = bytes.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
        if id.iter().all(u8::is_ascii_digit) {
            // A word of digits only is a number, so this one would name nothing.
            id[0] = ALPHABET[10 + usize::from(bytes[0]) % 22];
        }
        Self(id)
    }

    fn parse(word: &str) -> Result<Self, NameError> {
        let bytes: [u8; ID_LENGTH] = word
            .as_bytes()
            .try_into()
            .map_err(|_| NameError::Id(word.to_owned()))?;
        if bytes.iter().all(|byte| ALPHABET.contains(byte)) {
            Ok(Self(bytes))
        } else {
            Err(NameError::Id(word.to_owned()))
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn as_numbers(self) -> (u64, u16) {
        let [a, b, c, d, e, f, g, h, i, j] = self.0;
        (
            u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            u16::from_be_bytes([i, j]),
        )
    }
}

/// Whether `word` could begin an id.
pub fn is_id_prefix(word: &str) -> bool {
    !word.is_empty() && word.len() <= ID_LENGTH && word.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// Takes the bytes of an id from a binary format.
struct IdBytes;

impl de::Visitor<'_> for IdBytes {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ten bytes of an id")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Id, E> {
        bytes
            .try_into()
            .map(Id)
            .map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Id);

        impl $name {
            /// The id that ten random bytes make.
            pub fn from_random(bytes: [u8; ID_LENGTH]) -> Self {
                Self(Id::from_random(bytes))
            }

            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// The folder that holds the id's file: its first two characters.
            pub fn folder(&self) -> &str {
                &self.as_str()[..2]
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(word: &str) -> Result<Self, NameError> {
                Id::parse(word).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(self.as_str())
                } else {
                    serializer.serialize_bytes(&self.0.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
                } else {
                    deserializer.deserialize_bytes(IdBytes).map(Self)
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": "^[0-9a-hjkmnp-tv-z]{10}$",
                })
            }
        }
    };
}

id_type!(
    /// Names a task and its file.
    TaskId
);
id_type!(
    /// Names an item of a task's checklist.
    ItemId
);
id_type!(
    /// Names a note on a task.
    NoteId
);
id_type!(
    /// Names a record and its file.
    RecordId
);
id_type!(
    /// Names a checkpoint and its folder.
    CheckpointId
);

id_type!(
    /// Names an entry of the register and its file.
    EntryId
);

id_type!(
    /// Names a file, whatever is in it.
    FileId
);

/// A name that people read and type: of a plan, a phase, a gate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(std::sync::Arc<str>);

impl Slug {
    /// The slug that a title suggests; none where the title has no letter or digit.
    pub fn from_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for word in deunicode::deunicode(title)
            .to_ascii_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let room = SLUG_LENGTH.saturating_sub(slug.len() + usize::from(!slug.is_empty()));
            if slug.is_empty() {
                slug.push_str(&word[..word.len().min(room)]);
            } else if word.len() <= room {
                slug.push('-');
                slug.push_str(word);
            } else {
                break;
            }
        }
        slug.parse().ok()
    }

    /// The slug as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = NameError;
    fn from_str(word: &str) -> Result<Self, NameError> {
        let starts_well = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let well_formed = word.len() <= SLUG_LENGTH
            && word.bytes().next().is_some_and(starts_well)
            && word.bytes().all(|c| starts_well(c) || c == b'-');
        if !well_formed {
            Err(NameError::Slug(word.to_owned()))
        } else if RESERVED.contains(&word) {
            Err(NameError::Reserved(word.to_owned()))
        } else {
            Ok(Self(word.into()))
        }
    }
}

impl Serialize for Slug {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SlugVisitor)
    }
}

/// Takes a slug from any text. The same slug often comes many times in a row (the phase of each
/// task): the last one is kept and shared.
struct SlugVisitor;

impl de::Visitor<'_> for SlugVisitor {
    type Value = Slug;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name of a-z, 0-9 and '-'")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Slug, E> {
        thread_local! {
            static LAST: std::cell::RefCell<Option<Slug>> = const { std::cell::RefCell::new(None) };
        }
        LAST.with_borrow_mut(|last| match last {
            Some(slug) if slug.as_str() == word => Ok(slug.clone()),
            _ => {
                let slug: Slug = word.parse().map_err(E::custom)?;
                *last = Some(slug.clone());
                Ok(slug)
            }
        })
    }
}

impl schemars::JsonSchema for Slug {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Slug".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_ten_characters_of_the_alphabet() {
        assert!("k3v9x0a2b1".parse::<TaskId>().is_ok());
        for word in [
            "",
            "k3v9x0a2b",
            "k3v9x0a2b1x",
            "K3V9X0A2B1",
            "k3v9x0a2bi",
            "../../../a",
        ] {
            assert_eq!(word.parse::<TaskId>(), Err(NameError::Id(word.to_owned())));
        }
    }

    #[test]
    fn ids_have_the_order_of_their_letters() {
        let words = [
            "0000000000",
            "k3v9x0a2b1",
            "k3v9x0a2bz",
            "k3v9x0a3b1",
            "z000000000",
        ];
        let ids: Vec<TaskId> = words.iter().map(|word| word.parse().unwrap()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn every_random_byte_makes_an_id() {
        for byte in 0..=255 {
            let id = TaskId::from_random([byte; ID_LENGTH]);
            assert_eq!(id.as_str().parse(), Ok(id));
        }
    }

    #[test]
    fn slugs_from_titles() {
        let slug = |title: &str| Slug::from_title(title).map(|slug| slug.to_string());
        assert_eq!(slug("Auth migration"), Some("auth-migration".into()));
        assert_eq!(slug("  Über: die Brücke! "), Some("uber-die-brucke".into()));
        assert_eq!(slug("CON"), None);
        assert!(slug(&"word ".repeat(40)).is_some_and(|slug| slug.len() <= SLUG_LENGTH));
        assert_eq!(
            slug(&"x".repeat(80)).map(|slug| slug.len()),
            Some(SLUG_LENGTH)
        );
    }

    #[test]
    fn a_slug_is_safe_as_a_file_name_everywhere() {
        for word in ["", "-a", "A", "a/b", "a.b", "a_b", "nul", "com1", "..", "ä"] {
            assert!(word.parse::<Slug>().is_err(), "{word}");
        }
        assert!("a".repeat(63).parse::<Slug>().is_ok());
        assert!("a".repeat(64).parse::<Slug>().is_err());
    }
}
