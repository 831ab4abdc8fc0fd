//! Every word of a printed command passes here: what is printed can be pasted.

use std::borrow::Cow;

/// A word for `sh`; quoted unless it is `[A-Za-z0-9._/@{}=:,+-]` throughout.
pub fn word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"._/@{}=:,+-".contains(&c);
    if !word.is_empty() && word.bytes().all(is_plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// A command with its words quoted.
pub fn command<S: AsRef<str>>(words: &[S]) -> String {
    words
        .iter()
        .map(|text| word(text.as_ref()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_every_word_as_it_was() {
        for text in [
            "plain",
            "",
            "two words",
            "it's",
            "$HOME",
            "`id`",
            "a\nb",
            "*",
            "~",
            "!",
            "-x",
            "#",
        ] {
            let printed = format!("printf %s {}", word(text));
            let output = std::process::Command::new("sh")
                .arg("-c")
                .arg(printed)
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        }
    }
}
