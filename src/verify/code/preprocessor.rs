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
    }
}
