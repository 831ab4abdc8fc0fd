//! A foreign text of one line: what makes it text, and nothing else.

use std::fmt::Write as _;

use crate::render::escape;

/// So many characters of a word are shown; a title is never that long.
pub const LONGEST: usize = 300;

/// Backticks in a row that a code span may hold. Parsers stop to count at some length (80 is
/// usual), and read what is longer as text: so far it must not come.
const BACKTICKS: usize = 8;

/// What stands where there is no text.
const EMPTY: &str = "(empty)";

/// The text as a code span of Markdown.
///
/// A run of backticks of more than eight is shown as escapes (`\x60`); what is cut off is counted.
pub fn markdown(text: &str) -> String {
    let (shown, cut) = cut(text, LONGEST);
    if shown.is_empty() {
        return EMPTY.to_owned();
    }
    let shown = without_long_runs(&shown);
    let fence = "`".repeat(longest_run(&shown) + 1);
    let pad = if needs_padding(&shown) { " " } else { "" };
    let mut out = format!("{fence}{pad}{shown}{pad}{fence}");
    push_rest(cut, &mut out);
    out
}

/// The text as `<code>`, for where HTML stands: Markdown does not read a line of it.
pub fn html(text: &str) -> String {
    let (shown, cut) = cut(text, LONGEST);
    if shown.is_empty() {
        return EMPTY.to_owned();
    }
    let mut out = String::from("<code>");
    push_html(&shown, &mut out);
    out.push_str("</code>");
    push_rest(cut, &mut out);
    out
}

/// The text with nothing that means something to HTML, and with nothing that looks like a mention, a
/// reference, a fence or a formula to who reads the source.
pub(super) fn push_html(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' | '\'' | '@' | '#' | '`' | '$' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// The start of a text, harmless on a line, and how many characters are left out.
pub(super) fn cut(text: &str, longest: usize) -> (String, usize) {
    // Nobody has to look at all of a text of which little is shown.
    let end = text.char_indices().nth(longest).map(|(at, _)| at);
    let start = &text[..end.unwrap_or(text.len())];
    let rest = end.map_or(0, |end| text[end..].chars().count());
    (escape::line(start).into_owned(), rest)
}

/// Says how many characters were left out.
pub(super) fn push_rest(cut: usize, out: &mut String) {
    if cut > 0 {
        let _ = write!(out, " … ({cut} more characters)");
    }
}

/// One blank is taken away at both ends where both have one, so that it has to be there.
fn needs_padding(text: &str) -> bool {
    let at_an_end = |c| text.starts_with(c) || text.ends_with(c);
    let is_blank = text.trim_matches(' ').is_empty();
    at_an_end('`') || text.starts_with(' ') && text.ends_with(' ') && !is_blank
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| c != '`').filter(|run| !run.is_empty())
}

fn longest_run(text: &str) -> usize {
    runs(text).map(str::len).max().unwrap_or(0)
}

fn without_long_runs(text: &str) -> String {
    if longest_run(text) <= BACKTICKS {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let shown = if run > BACKTICKS { "\\x60" } else { "`" };
        out.push_str(&shown.repeat(run));
        rest = &rest[at + run..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_longer_than_what_it_holds() {
        for (text, expected) in [
            ("plain", "`plain`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            (" a ", "`  a  `"),
            (" a", "` a`"),
            ("  ", "`  `"),
            ("", "(empty)"),
            ("a\nb\u{202e}", "`a\\nb\\u{202e}`"),
        ] {
            assert_eq!(markdown(text), expected, "{text:?}");
        }
        let run = format!("a{}b`c", "`".repeat(9));
        let expected = format!("``a{}b`c``", "\\x60".repeat(9));
        assert_eq!(markdown(&run), expected);
    }

    #[test]
    fn html_holds_nothing_that_a_forge_acts_on() {
        let text = "</summary>&amp; @a #1 $x$ `y` \"q\" 'q'";
        let expected = "<code>&lt;/summary&gt;&amp;amp; &#64;a &#35;1 &#36;x&#36; &#96;y&#96; \
                        &#34;q&#34; &#39;q&#39;</code>";
        assert_eq!(html(text), expected);
        assert_eq!(html(""), "(empty)");
    }

    #[test]
    fn what_is_cut_off_is_counted() {
        let text = "登".repeat(LONGEST + 5);
        let expected = format!("`{}` … (5 more characters)", "登".repeat(LONGEST));
        assert_eq!(markdown(&text), expected);
        assert!(html(&text).ends_with("</code> … (5 more characters)"));
        assert!(!markdown(&"x".repeat(LONGEST)).contains('…'));
    }
}
