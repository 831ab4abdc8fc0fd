//! The hidden first line of a comment: what it is about, so that the next run can find it, and can
//! tell whether it is the newer one.

use std::fmt;
use std::str::FromStr;

use crate::git::Oid;

/// What a comment tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A change of the code, before the plans.
    Review,
    /// A change of the plans.
    Diff,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Diff => "diff",
        }
    }
}

/// What a comment is about.
///
/// Written as `<!-- git-plan:review v=1 plan=… base=… head=… -->`: ids, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// What the comment tells.
    pub kind: Kind,
    /// The commit of the plan ref that was judged by.
    pub plan: Option<Oid>,
    /// The commit that the change goes onto.
    pub base: Option<Oid>,
    /// The newest commit of the change.
    pub head: Option<Oid>,
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = |id: Option<Oid>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
        write!(
            f,
            "<!-- git-plan:{} v=1 plan={} base={} head={} -->",
            self.kind.as_str(),
            id(self.plan),
            id(self.base),
            id(self.head)
        )
    }
}

/// A line is no marker, or one of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no marker of a comment of git plan")]
pub struct NoMarker;

impl FromStr for Marker {
    type Err = NoMarker;

    /// Reads the first line of a comment; only what is written exactly so is a marker.
    fn from_str(comment: &str) -> Result<Self, NoMarker> {
        let line = comment.lines().next().unwrap_or_default();
        let inside = line.strip_prefix("<!-- git-plan:");
        let inside = inside.and_then(|rest| rest.strip_suffix(" -->"));
        let words: Vec<&str> = inside.ok_or(NoMarker)?.split(' ').collect();
        let [kind, "v=1", plan, base, head] = words[..] else {
            return Err(NoMarker);
        };
        Ok(Self {
            kind: [Kind::Review, Kind::Diff]
                .into_iter()
                .find(|known| known.as_str() == kind)
                .ok_or(NoMarker)?,
            plan: id(plan, "plan=")?,
            base: id(base, "base=")?,
            head: id(head, "head=")?,
        })
    }
}

fn id(word: &str, key: &str) -> Result<Option<Oid>, NoMarker> {
    match word.strip_prefix(key).ok_or(NoMarker)? {
        "none" => Ok(None),
        hex => Oid::from_hex(hex.as_bytes())
            .map(Some)
            .map_err(|_| NoMarker),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_as_it_was_written() {
        let oid = |digit: &str| Some(Oid::from_hex(digit.repeat(40).as_bytes()).unwrap());
        let marker = Marker {
            kind: Kind::Review,
            plan: oid("a"),
            base: None,
            head: oid("c"),
        };
        let line = marker.to_string();
        let (a, c) = ("a".repeat(40), "c".repeat(40));
        let expected = format!("<!-- git-plan:review v=1 plan={a} base=none head={c} -->");
        assert_eq!(line, expected);
        assert_eq!(format!("{line}\n\n# More").parse(), Ok(marker));
        for wrong in [
            line.replace("v=1", "v=2"),
            line.replace("review", "other"),
            line.replace("base=none", "base=zzz"),
            line.replace(" head=", " tail="),
            format!(" {line}"),
            format!("{line} more"),
            String::new(),
        ] {
            assert_eq!(wrong.parse::<Marker>(), Err(NoMarker), "{wrong}");
        }
    }
}
