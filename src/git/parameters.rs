//! `GIT_CONFIG_PARAMETERS`: how `git -c key=value` reaches the programs that
//! Git starts. Git quotes each word for the shell; two forms are in use:
//! `'key=value'` (before Git 2.31) and `'key'='value'`. A key without a value
//! (`'key'` or `'key'=`) stands for true.

/// The assignments in `text` as `key=value` or, without a value, `key`.
/// `None` where Git itself would call the variable bogus. Left out is a key
/// with a `=` of its own, which the library could not tell from its value.
pub(super) fn parse(text: &str) -> Option<Vec<String>> {
    let mut assignments = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after_word) = unquote(rest)?;
        let (assignment, after) = match after_word.strip_prefix('=') {
            None => (Some(word), after_word),
            Some(after_equals) => {
                let (value, after) = unquote_value(after_equals)?;
                let usable = (!word.contains('=')).then_some(word);
                (usable.map(|key| key + &value), after)
            }
        };
        if !after.is_empty() && !after.starts_with(char::is_whitespace) {
            return None;
        }
        assignments.extend(assignment);
        rest = after.trim_start();
    }
    Some(assignments)
}

/// Takes a quoted value, with the `=` before it, or none off `text`.
fn unquote_value(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('\'') {
        return Some((String::new(), text));
    }
    let (value, after) = unquote(text)?;
    Some((format!("={value}"), after))
}

/// Takes one shell word in single quotes off `text`. Git writes `'` as `'\''`
/// and `!` as `'\!'`.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (part, after) = rest.split_once('\'')?;
        word.push_str(part);
        let escaped = after
            .strip_prefix('\\')
            .filter(|escaped| escaped.starts_with(['\'', '!']));
        let Some(escaped) = escaped else {
            return Some((word, after));
        };
        word.push_str(&escaped[..1]);
        rest = escaped[1..].strip_prefix('\'')?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn parsed(text: &str) -> Vec<String> {
        parse(text).expect("well-formed")
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(parsed("'plan.ref=refs/heads/x'"), ["plan.ref=refs/heads/x"]);
        assert_eq!(
            parsed("'plan.ref'='refs/heads/x'"),
            ["plan.ref=refs/heads/x"]
        );
        assert_eq!(parsed("'a.b'='c' 'd.e=f'"), ["a.b=c", "d.e=f"]);
        assert_eq!(parsed(""), [""; 0]);
    }

    #[test]
    fn a_value_may_be_empty_or_absent() {
        assert_eq!(parsed("'a.b'=''"), ["a.b="]);
        assert_eq!(parsed("'a.b'="), ["a.b"]);
        assert_eq!(parsed("'a.b'"), ["a.b"]);
    }

    #[test]
    fn a_key_with_an_equals_sign_is_left_out() {
        assert_eq!(parsed("'url.x?a=b.insteadOf'='y' 'c.d'='e=f'"), ["c.d=e=f"]);
    }

    #[test]
    fn quotes_and_exclamation_marks_are_escaped() {
        assert_eq!(parsed(r"'a.b'='it'\''s'\!' new'"), ["a.b=it's! new"]);
    }

    #[test]
    fn what_git_calls_bogus_is_refused() {
        for bogus in ["a.b=c", "'a.b", "'a.b'x", "'a.b'='c'd"] {
            assert_eq!(parse(bogus), None, "{bogus}");
        }
    }
}
