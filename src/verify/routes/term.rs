//! A route that a specification names, and whether a declared one is it.
//!
//! `/api/users` is the route of that path, and each below it; a parameter is the same however it
//! is written, `*` is any one part, and a slash at the end does not count. A path without a slash
//! at its start is looked for anywhere in one. `GET /api/users` asks for the method as well; a
//! route that takes any method takes this one too.
//!
//! A term between slashes could be a regular expression as well as a path: `/users/` is a path. It
//! is an expression where it holds what no path does: one of `\ ^ $ | ( ) [ ] +`, or `.*`.

use regex::{Regex, RegexBuilder};

use super::Route;
use super::segments::{Segment, split};

/// How large a compiled expression may be, in bytes.
const SIZE: usize = 1 << 20;

/// A term of `api_routes`.
#[derive(Debug, Clone)]
pub struct RouteTerm {
    method: Option<&'static str>,
    path: Path,
    needle: Option<String>,
    case: bool,
}

#[derive(Debug, Clone)]
enum Path {
    Expression(Box<Regex>),
    /// From the start of the path.
    Start(Vec<Segment>),
    /// Anywhere in it.
    Anywhere(Vec<Segment>),
}

impl RouteTerm {
    /// What a term says.
    ///
    /// # Errors
    /// Where it is a regular expression that is invalid or too large, and why.
    pub fn new(text: &str, case: bool) -> Result<Self, String> {
        let text = text.trim();
        let (method, path) = match text.split_once(char::is_whitespace) {
            Some((word, path)) => match super::method(word) {
                Some(method) => (Some(method), path.trim()),
                None => (
                    any(word),
                    if any(word).is_some() {
                        path.trim()
                    } else {
                        text
                    },
                ),
            },
            None => (None, text),
        };
        let method = method.filter(|method| !method.is_empty());
        if let Some(inner) = expression(path) {
            let path = Path::Expression(Box::new(compile(inner, case)?));
            return Ok(Self {
                method,
                path,
                needle: None,
                case,
            });
        }
        let segments = split(path, case);
        let needle = needle(&segments);
        let path = match path.starts_with('/') {
            true => Path::Start(segments),
            false => Path::Anywhere(segments),
        };
        Ok(Self {
            method,
            path,
            needle,
            case,
        })
    }

    /// A text, in small letters, that a file with such a route holds in some letters: in its text
    /// or, of a framework that takes routes from the names of files, in its path. None where there
    /// is no such text.
    pub fn needle(&self) -> Option<&str> {
        self.needle.as_deref()
    }

    /// Whether it means this route.
    pub fn matches(&self, route: &Route) -> bool {
        let by_method = |wanted: &str| {
            route.methods.is_empty() || route.methods.iter().any(|method| method == wanted)
        };
        self.method.is_none_or(by_method) && route.paths.iter().any(|path| self.is(path))
    }

    fn is(&self, path: &str) -> bool {
        match &self.path {
            Path::Expression(expression) => expression.is_match(path),
            Path::Start(wanted) => {
                let parts = split(path, self.case);
                starts(&parts, wanted) && (parts.is_empty() || !wanted.is_empty())
            }
            Path::Anywhere(wanted) => {
                let parts = split(path, self.case);
                let from = |start: usize| starts(&parts[start..], wanted);
                !wanted.is_empty() && (0..parts.len()).any(from)
            }
        }
    }
}

/// The words for any method; as a method, none of a name.
fn any(word: &str) -> Option<&'static str> {
    matches!(word, "*" | "ANY" | "ALL" | "any" | "all").then_some("")
}

/// The regular expression that a path is.
fn expression(path: &str) -> Option<&str> {
    let inner = path.strip_prefix('/')?.strip_suffix('/')?;
    let is_one =
        inner.contains(['\\', '^', '$', '|', '(', ')', '[', ']', '+']) || inner.contains(".*");
    is_one.then_some(inner)
}

fn compile(inner: &str, case: bool) -> Result<Regex, String> {
    RegexBuilder::new(inner)
        .case_insensitive(!case)
        .size_limit(SIZE)
        .build()
        .map_err(|error| error.to_string())
}

/// The longest literal text of one part.
fn needle(segments: &[Segment]) -> Option<String> {
    let texts = segments.iter().filter_map(|segment| match segment {
        Segment::Text(text) => text.split('\0').max_by_key(|piece| piece.len()),
        Segment::Star => None,
    });
    let longest = texts.max_by_key(|piece| piece.len())?;
    (!longest.is_empty()).then(|| longest.to_lowercase())
}

fn starts(parts: &[Segment], wanted: &[Segment]) -> bool {
    let same = |(part, wanted): (&Segment, &Segment)| match (part, wanted) {
        (_, Segment::Star) => true,
        (Segment::Star, Segment::Text(text)) => text == "\0",
        (part, wanted) => part == wanted,
    };
    parts.len() >= wanted.len() && parts.iter().zip(wanted).all(same)
}

#[cfg(test)]
mod tests {
    use super::super::Route;
    use super::RouteTerm;

    fn route(method: &str, path: &str) -> Route {
        Route {
            methods: method.split_whitespace().map(str::to_owned).collect(),
            paths: vec![path.to_owned()],
            range: 0..0,
            declaration: 0..0,
            handler: None,
        }
    }

    fn is(term: &str, method: &str, path: &str) -> bool {
        let term = RouteTerm::new(term, false).unwrap();
        term.matches(&route(method, path))
    }

    #[test]
    fn a_path_is_itself_and_what_is_below_it() {
        assert!(is("/api/v2", "GET", "/api/v2"));
        assert!(is("/api/v2/", "GET", "/API/v2/users"));
        assert!(!is("/api/v2", "GET", "/api/v20"));
        assert!(!is("/v2", "GET", "/api/v2"));
        assert!(is("v2", "GET", "/api/v2"));
        assert!(is("/users/:id", "GET", "/users/{user_id}/posts"));
        assert!(!is("/users/:id", "GET", "/users/me"));
        assert!(is("/users/*", "GET", "/users/me"));
        assert!(is("/", "GET", "/") && !is("/", "GET", "/a"));
    }

    #[test]
    fn a_method_is_asked_for_where_it_is_named() {
        assert!(is("POST /x", "GET POST", "/x"));
        assert!(!is("POST /x", "GET", "/x"));
        assert!(is("post /x", "", "/x"));
        assert!(is("ANY /x", "GET", "/x"));
    }

    #[test]
    fn between_slashes_is_a_path_unless_it_cannot_be_one() {
        assert!(is("/users/", "GET", "/users"));
        assert!(is(r"/^\/api\/v\d+/", "GET", "/api/v12/users"));
        assert!(is(r"GET /v[12]/", "GET", "/api/v1"));
        assert!(RouteTerm::new("/api(/", false).is_err());
    }

    #[test]
    fn what_a_file_must_hold_is_the_longest_literal_part() {
        let needle = |term: &str| {
            let term = RouteTerm::new(term, false).unwrap();
            term.needle().map(str::to_owned)
        };
        assert_eq!(needle("GET /api/Customers/:id").unwrap(), "customers");
        assert_eq!(needle("/:id"), None);
        assert_eq!(needle("/"), None);
        assert_eq!(needle("/a[bc]/"), None);
    }
}
