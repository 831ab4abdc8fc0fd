//! The parts of a route's path, with what the frameworks write for a parameter made alike.

/// Puts two parts of a path together: `/api` and `users/` make `/api/users`.
pub(super) fn join(before: &str, after: &str) -> String {
    let before = before.trim_end_matches('/');
    let after = unknown_start(after).trim_matches('/');
    let whole = match (before, after) {
        ("", after) => format!("/{after}"),
        (before, "") => before.to_owned(),
        (before, after) => format!("{before}/{after}"),
    };
    match whole.starts_with('/') {
        true => whole,
        false => format!("/{}", unknown_start(&whole).trim_start_matches('/')),
    }
}

/// A path whose first part is only known when the program runs is told from what follows.
fn unknown_start(path: &str) -> &str {
    path.strip_prefix("{}")
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// As it is written, each parameter in it as a `\0`.
    Text(String),
    /// `*`: a parameter, and in a term any part.
    Star,
}

/// The parts of a path: `/users/:id`, `users/{id}` and `/users/<int:id>/` have the same.
pub(super) fn split(path: &str, case: bool) -> Vec<Segment> {
    let path = match case {
        true => path.to_owned(),
        false => path.to_lowercase(),
    };
    let parts = parts(&path);
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.map(segment).collect()
}

/// Splits at the slashes that are in no brackets: `{path:a/b}` is one part.
fn parts(path: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'<' | b'[' => depth += 1,
            b'}' | b')' | b'>' | b']' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                parts.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

fn segment(part: &str) -> Segment {
    if part.bytes().all(|byte| byte == b'*') {
        return Segment::Star;
    }
    let (mut text, mut rest) = (String::new(), part);
    while let Some(c) = rest.chars().next() {
        match parameter(rest) {
            Some(length) => {
                text.push('\0');
                rest = &rest[length..];
            }
            None => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Segment::Text(text)
}

/// How many bytes of a text's start are a parameter.
fn parameter(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let close = match first {
        '{' => '}',
        '<' => '>',
        '[' => ']',
        '(' => ')',
        ':' | '*' => return Some(named(text)),
        _ => return None,
    };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        depth = depth + usize::from(c == first) - usize::from(c == close);
        if depth == 0 {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// How long `:id`, `:id?`, `*rest` or `:id(\\d+)` is.
fn named(text: &str) -> usize {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = text[1..]
        .find(|c| !is_name(c))
        .map_or(text.len(), |end| end + 1);
    let rest = &text[name..];
    let bracket = match rest.starts_with('(') {
        true => parameter(rest).unwrap_or(0),
        false => 0,
    };
    let mark = text[name + bracket..].starts_with(['?', '*', '+']);
    name + bracket + usize::from(mark)
}

#[cfg(test)]
mod tests {
    use super::{join, split};

    #[test]
    fn parts_are_put_together() {
        assert_eq!(join("", ""), "/");
        assert_eq!(join("/api/", "/users/"), "/api/users");
        assert_eq!(join("api", ""), "/api");
        assert_eq!(join("", "{}/users"), "/users");
        assert_eq!(join("/", "/"), "/");
    }

    #[test]
    fn parameters_are_alike() {
        let same = [
            "/users/:id",
            "users/{id}/",
            "/users/<int:id>",
            "/Users/{id:[0-9]+}",
        ];
        let same: Vec<_> = same.iter().map(|path| split(path, false)).collect();
        assert!(same.windows(2).all(|two| two[0] == two[1]), "{same:?}");
        assert_eq!(split("/a/:id(\\d+)?", false), split("/a/[id]", false));
        assert_ne!(split("/a/{id}.json", false), split("/a/{id}", false));
        assert_eq!(split("/a/{x:.*/b}", false).len(), 2);
    }
}
