//! Comments and strings in what follows a directive of C's preprocessor: the grammars leave that
//! line as it is.

/// Blanks them out in `bytes`, which are those of `line`.
pub fn mask(line: &str, bytes: &mut [u8]) {
    let source = line.as_bytes();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let length = match rest {
            [b'/', b'*', ..] => comment(rest),
            [b'/', b'/', ..] => rest.len(),
            [b'"', ..] if is_raw(source, at) => raw(rest),
            [quote @ (b'"' | b'\''), ..] if !is_separator(source, at) => string(rest, *quote),
            _ => {
                at += 1;
                continue;
            }
        };
        let end = (at + length).min(source.len());
        // Both ends lie at characters of ASCII, or at the end.
        if let Some(part) = line.get(at..end) {
            super::mask::blank(part, &mut bytes[at..end]);
        }
        at = end;
    }
}

fn comment(rest: &[u8]) -> usize {
    let end = rest.windows(2).skip(2).position(|two| two == b"*/");
    end.map_or(rest.len(), |end| end + 4)
}

/// To the same quote again, or to the end.
fn string(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Whether the `R` of a raw string stands before a quote: `R"`, `u8R"`, `LR"`.
fn is_raw(source: &[u8], at: usize) -> bool {
    let before = source.get(..at).unwrap_or_default();
    let Some(before) = before.strip_suffix(b"R") else {
        return false;
    };
    let is_name = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
    let start = before.iter().rposition(|byte| !is_name(byte));
    let prefix = before.get(start.map_or(0, |start| start + 1)..);
    matches!(prefix, Some(b"" | b"u8" | b"u" | b"U" | b"L"))
}

/// To the end that a raw string says itself: from `"x(` to `)x"`.
fn raw(rest: &[u8]) -> usize {
    /// What it ends with is no longer.
    const LONGEST: usize = 16;
    /// One whose end is farther off has none.
    const FARTHEST: usize = 4_096;
    let open = rest.iter().take(LONGEST + 2).position(|byte| *byte == b'(');
    let is_delimiter = |open: &usize| {
        let delimiter = rest.get(1..*open).unwrap_or_default();
        !delimiter.iter().any(|byte| b"\" )\\\t\n".contains(byte))
    };
    let Some(open) = open.filter(is_delimiter) else {
        return string(rest, b'"');
    };
    let mut close = vec![b')'];
    close.extend_from_slice(rest.get(1..open).unwrap_or_default());
    close.push(b'"');
    let mut ends = rest.windows(close.len()).skip(open).take(FARTHEST);
    let end = ends.position(|end| end == close);
    end.map_or_else(|| string(rest, b'"'), |end| open + end + close.len())
}

/// The bytes of what a directive says, from its start on to the end of its last line: a comment and
/// a backslash join lines.
pub fn length(text: &str) -> usize {
    let source = text.as_bytes();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            [b'\n', ..] => return at,
            [b'\\', b'\r', b'\n', ..] => 3,
            [b'\\', _, ..] => 2,
            [b'/', b'*', ..] => comment(rest),
            [b'/', b'/', ..] => within_line(rest, rest.len()),
            [b'"', ..] if is_raw(source, at) => raw(rest),
            [quote @ (b'"' | b'\''), ..] if !is_separator(source, at) => {
                within_line(rest, string(rest, *quote))
            }
            _ => 1,
        };
    }
    source.len()
}

/// So many bytes, but not beyond the end of a line that goes on nowhere.
fn within_line(rest: &[u8], length: usize) -> usize {
    let mut before = 0;
    let end = rest.iter().take(length).position(|byte| {
        let is_end = *byte == b'\n' && before != b'\\';
        if *byte != b'\r' {
            before = *byte;
        }
        is_end
    });
    end.unwrap_or(length)
}

/// Whether a quote stands between the digits of a number.
fn is_separator(source: &[u8], at: usize) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    source[at] == b'\''
        && at > 0
        && digit(source.get(at - 1))
        && digit(source.get(at + 1))
        && source.get(at + 2) != Some(&b'\'')
}

#[cfg(test)]
mod tests {
    fn masked(line: &str) -> String {
        let mut bytes = line.as_bytes().to_vec();
        super::mask(line, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_stay_and_the_rest_is_blank() {
        assert_eq!(
            masked("f(a, \"b\\\"c\") /* d */ + 'e' // g"),
            "f(a, \"    \")         + ' '     "
        );
        assert_eq!(masked("1'000 + x"), "1'000 + x");
        assert_eq!(masked("\"never ends ä"), "             ".to_owned() + " ");
        assert_eq!(masked("a \\\n b"), "a \\\n b");
        assert_eq!(masked("R\"(a\") b)\" c"), "R\"       \" c");
        assert_eq!(masked("u8R\"x(a)\")x\" c"), "u8R\"       \" c");
        assert_eq!(masked("FOR\"(a\" c"), "FOR\"  \" c");
    }

    #[test]
    fn what_a_directive_says_ends_with_its_last_line() {
        let length = |text: &str| super::length(text);
        assert_eq!(length("a b\nc"), 3);
        assert_eq!(length("a \\\n b\nc"), 6);
        assert_eq!(length("a \\\r\n b\nc"), 7);
        assert_eq!(length("a /* \n */ \"b\"\nc"), 13);
        assert_eq!(length("a \"b\nc"), 4);
        assert_eq!(length("a // '\nc"), 6);
        assert_eq!(length("\\ä"), 3);
    }
}
