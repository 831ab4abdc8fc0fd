//! Adding a trailer to a message as `git interpret-trailers` does: to the last paragraph where that
//! is one of trailers, else as a paragraph of its own; above comments and scissors.

use super::message::Parts;

/// What a line of Git's own making begins with: a paragraph with one of them may hold other text.
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The message's file with one more trailer.
///
/// A message without text keeps an empty line at the top, so that the trailer does not become its
/// subject.
pub fn add(parts: &Parts<'_>, trailer: &str) -> Vec<u8> {
    let mut file = parts.body.to_vec();
    if parts.body.is_empty() {
        file.extend_from_slice(format!("\n\n{trailer}\n").as_bytes());
        let rest = without_blank_lines(parts.rest);
        if !rest.is_empty() {
            file.push(b'\n');
        }
        file.extend_from_slice(rest);
        return file;
    }
    if !file.ends_with(b"\n") {
        file.push(b'\n');
    }
    if !ends_in_trailers(parts) {
        file.push(b'\n');
    }
    file.extend_from_slice(trailer.as_bytes());
    file.push(b'\n');
    file.extend_from_slice(parts.rest);
    file
}

fn without_blank_lines(mut text: &[u8]) -> &[u8] {
    while let Some(end) = text.iter().position(|byte| *byte == b'\n')
        && text[..end].trim_ascii().is_empty()
    {
        text = &text[end + 1..];
    }
    text
}

/// Whether the last paragraph is one of trailers, by Git's rule: all of its lines are, or a quarter
/// of them where one is of Git's own making. The first paragraph is the subject and never is.
fn ends_in_trailers(parts: &Parts<'_>) -> bool {
    let (mut trailers, mut others, mut continued, mut generated) = (0, 0, 0, false);
    let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let lines: Vec<&[u8]> = parts.lines().collect();
    let Some(end_of_subject) = lines.iter().position(is_blank) else {
        return false;
    };
    let last = lines[end_of_subject..].iter().rev();
    for line in last.take_while(|line| !is_blank(line)) {
        if GENERATED.iter().any(|start| line.starts_with(start)) {
            generated = true;
            trailers += 1;
            continued = 0;
        } else if is_trailer(line) {
            trailers += 1;
            continued = 0;
        } else if line.starts_with(b" ") || line.starts_with(b"\t") {
            continued += 1;
        } else {
            others += 1 + continued;
            continued = 0;
        }
    }
    others += continued;
    (generated && trailers * 3 >= others) || (trailers > 0 && others == 0)
}

/// `<letters, digits and dashes>:`, with blanks before the colon at most.
fn is_trailer(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let token = line[..colon].trim_ascii_end();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    !token.is_empty() && token.iter().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::message::tests::marked;

    fn added(file: &str) -> String {
        let comments = marked(Some("#"));
        let parts = Parts::of(file.as_bytes(), &comments);
        String::from_utf8(add(&parts, "Plan-Task: a/1")).unwrap()
    }

    /// Git is the referee, wherever there is a subject.
    #[test]
    fn a_trailer_goes_where_git_puts_it() {
        for message in [
            "Add",
            "Add\n",
            "Add\n\n\n",
            "Add: x\n",
            "Add\n\nWhy.\n",
            "Add\n\nSee: the manual\nand more\n",
            "Add\n\nWhy.\n\nReviewed-by: A\n",
            "Add\n\nReviewed-by: A\n\n\n",
            "Add\n\nWhy.\n\nReviewed-by: A\n  and B\n",
            "Add\n\nWhy.\n\nSome text\nmore\nSigned-off-by: A <a@b>\n",
            "Add\n\nWhy.\n\none\ntwo\nthree\nfour\nSigned-off-by: A <a@b>\n",
            "Add\n\nWhy.\n\nfix\n(cherry picked from commit 123)\n",
            "Add\n\nWhy.\n\nNot a: b c\nReviewed-by: A\n",
            "Add\n\nWhy.\n\n indented\nReviewed-by: A\n",
            "Add\n\nWhy.\n\nReviewed by : A\n",
            "Add\nmore of it\nReviewed-by: A\n",
        ] {
            // Blank lines at the end Git takes out of every message afterwards.
            assert_eq!(
                added(message).trim_end(),
                git(message).trim_end(),
                "{message:?}"
            );
        }
    }

    fn git(message: &str) -> String {
        use std::io::Write as _;
        use std::process::{Command, Stdio};
        let mut command = Command::new("git");
        command
            .args([
                "interpret-trailers",
                "--no-divider",
                "--trailer",
                "Plan-Task: a/1",
            ])
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(message.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Git would write these lines anew, with a blank behind the colon: they are not ours to change.
    #[test]
    fn other_trailers_stay_as_they_are() {
        for message in [
            "Add\n\nWhy.\n\nReviewed-by : A\n",
            "Add\n\nhttps://example.org\n",
        ] {
            assert_eq!(added(message), format!("{message}Plan-Task: a/1\n"));
        }
    }

    #[test]
    fn comments_and_scissors_stay_below() {
        let cut = "# ------------------------ >8 ------------------------\ndiff\n";
        assert_eq!(
            added(&format!("Add\n\n# Please\n{cut}")),
            format!("Add\n\nPlan-Task: a/1\n\n# Please\n{cut}")
        );
        assert_eq!(
            added("Add\n\nReviewed-by: A\n# a\n"),
            "Add\n\nReviewed-by: A\nPlan-Task: a/1\n# a\n"
        );
    }

    #[test]
    fn a_message_without_text_keeps_its_subject_free() {
        assert_eq!(added(""), "\n\nPlan-Task: a/1\n");
        assert_eq!(added("\n# Please\n"), "\n\nPlan-Task: a/1\n\n# Please\n");
        assert_eq!(added("# Please\n"), "\n\nPlan-Task: a/1\n\n# Please\n");
    }
}
