//! `git plan textconv`, which Git calls to show a stored file in a diff (`diff.plan.textconv`).
//!
//! Git gives a temporary file and no path. The text follows from its bytes alone: no repository, no
//! plan ref and no clock is read. A file that cannot be read is still shown: a failure here would end
//! the whole `git diff`.

use std::path::PathBuf;

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::output;
use super::super::verbs::Run;
use crate::format::outline;
use crate::model::limits;
use crate::render::escape;

/// Show a stored file as a diff shows it
#[derive(Debug, clap::Args)]
pub struct TextConv {
    /// The file
    pub file: PathBuf,
}

impl Run for TextConv {
    fn run(&self, cx: &Context) -> Result<()> {
        let file = cx.cwd.join(&self.file);
        let bytes = std::fs::read(&file).map_err(|error| {
            Error::environment(format!("could not read {}: {error}", file.display()))
        })?;
        output::write(&text(&bytes))
    }
}

/// The text of a file.
fn text(bytes: &[u8]) -> String {
    let mut lines = match std::str::from_utf8(bytes) {
        _ if bytes.is_empty() => return String::new(),
        Ok(_) if bytes.len() as u64 > limits::CHECKPOINT => {
            outline::raw(&visible(bytes), "a file that is too large for a plan's")
        }
        Ok(text) => outline::lines(text).unwrap_or_else(|error| {
            let place = error.line.map(|line| format!(", line {line}"));
            let place = place.unwrap_or_default();
            outline::raw(text, &format!("a file that is no TOML{place}: {error}"))
        }),
        Err(_) => outline::raw(&visible(bytes), "a file that is no text"),
    };
    lines.push(String::new());
    escape::block(&lines.join("\n")).into_owned()
}

/// Bytes as a text in which those that are no characters are told apart.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let strange = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
        text.extend(strange);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn whatever_the_bytes_are_they_are_shown_and_do_no_harm() {
        assert_eq!(text(b""), "");
        assert_eq!(
            text(b"\0\xff\x1b["),
            "a file that is no text\n    \\x00\\xff\\x1b[\n"
        );
        assert_ne!(text(b"\xfe"), text(b"\xff"));
        let hostile = text("title = \"a\u{202e}b\\u001b[2J\"\n# \u{200b}\n".as_bytes());
        assert_eq!(hostile, "plan \"a\\u{202e}b\\x1b[2J\"\n    # \\u{200b}\n");
        let broken = text(b"title = \r\n");
        assert!(
            broken.starts_with("a file that is no TOML, line 1: "),
            "{broken}"
        );
        let deep = format!("a = {}{}", "[".repeat(9_999), "]".repeat(9_999));
        assert!(text(deep.as_bytes()).starts_with("a file that is no TOML"));
    }
}
