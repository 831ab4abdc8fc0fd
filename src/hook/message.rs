//! What of a message's file is the message: Git adds comments for whoever edits it, and takes them
//! out again; `git commit -v` adds the whole difference below a line with scissors.

use crate::git::Repo;
use crate::model::linked;

/// The line, behind the mark of a comment, below which nothing belongs to the message.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// What Git chooses from where `core.commentChar` is `auto`.
const CANDIDATES: &[u8] = b"#;@!$%^&|:";

/// How comments are marked, and whether Git takes them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comments {
    /// What a comment begins with; none where Git chooses it anew for each message.
    mark: Option<Vec<u8>>,
    /// Whether they are taken out, and not part of the message.
    are_stripped: bool,
}

impl Comments {
    /// As Git's configuration has it. `commit --cleanup` is not known to a hook.
    pub fn of(repo: &Repo, has_editor: bool) -> Self {
        let keys = ["core.commentchar", "core.commentstring"];
        let entries = repo.config_section("core").into_iter();
        let mut set =
            entries.filter(|entry| keys.contains(&entry.key.to_ascii_lowercase().as_str()));
        let value = set.next_back().map(|entry| entry.value);
        let mark = match value.as_deref() {
            None | Some("") => Some(b"#".to_vec()),
            Some(auto) if auto.eq_ignore_ascii_case("auto") => None,
            Some(mark) => Some(mark.as_bytes().to_vec()),
        };
        let cleanup = repo.config("commit.cleanup");
        let are_stripped = match cleanup.as_deref() {
            Some("strip") => true,
            Some("whitespace" | "verbatim" | "scissors") => false,
            _ => has_editor,
        };
        Self { mark, are_stripped }
    }

    /// The mark in this file.
    fn mark<'a>(&'a self, file: &'a [u8]) -> &'a [u8] {
        match &self.mark {
            Some(mark) => mark,
            None => chosen_mark(file).unwrap_or(b"#"),
        }
    }
}

/// The mark that Git chose for a file: that of its scissors, else what its last line begins with,
/// since Git's own comments come last.
fn chosen_mark(file: &[u8]) -> Option<&[u8]> {
    let lines = || {
        file.split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end)
    };
    let mut cut = lines().filter_map(|line| line.strip_suffix(SCISSORS));
    let last = || {
        lines()
            .rfind(|line| !line.is_empty())
            .map(|line| &line[..1])
    };
    let is_candidate = |mark: &&[u8]| matches!(*mark, [one] if CANDIDATES.contains(one));
    cut.find(is_candidate)
        .or_else(|| last().filter(is_candidate))
}

/// A message's file in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The message, up to its last line that says something; comments among its lines are in it.
    pub body: &'a [u8],
    /// What follows: blank lines, comments, what is below the scissors.
    pub rest: &'a [u8],
    mark: &'a [u8],
    are_stripped: bool,
}

impl<'a> Parts<'a> {
    /// Looks at a file.
    pub fn of(file: &'a [u8], comments: &'a Comments) -> Self {
        let mark = comments.mark(file);
        let mut whole = Self {
            body: file,
            rest: &[],
            mark,
            are_stripped: comments.are_stripped,
        };
        let (mut at, mut end) = (0, 0);
        for line in file.split_inclusive(|byte| *byte == b'\n') {
            let content = line.trim_ascii();
            if content.strip_prefix(mark) == Some(SCISSORS) {
                break;
            }
            at += line.len();
            if !content.is_empty() && !whole.is_comment(line) {
                end = at;
            }
        }
        (whole.body, whole.rest) = file.split_at(end);
        whole
    }

    /// Whether Git takes this line out.
    pub fn is_comment(&self, line: &[u8]) -> bool {
        self.are_stripped && line.starts_with(self.mark)
    }

    /// The message's lines, without those that Git takes out; each with its line break.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &'a [u8]> {
        let parts = *self;
        let lines = self.body.split_inclusive(|byte| *byte == b'\n');
        lines.filter(move |line| !parts.is_comment(line))
    }

    /// The message, without what Git takes out.
    pub fn text(&self) -> Vec<u8> {
        self.lines().flatten().copied().collect()
    }

    /// The first line that says something.
    pub fn subject(&self) -> &'a [u8] {
        let mut lines = self.lines().map(<[u8]>::trim_ascii);
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// What the message says besides naming tasks: without those lines and those that `commit -s`
    /// adds, blank lines at its ends left out.
    pub fn own_text(&self) -> Vec<u8> {
        let is_added = |line: &&[u8]| {
            let line = line.trim_ascii();
            linked::is_link(line) || line.starts_with(b"Signed-off-by: ")
        };
        let lines = self.lines().filter(|line| !is_added(line));
        let text: Vec<u8> = lines.flatten().copied().collect();
        text.trim_ascii().to_vec()
    }

    /// Whether it names a task, or tries to.
    pub fn has_link(&self) -> bool {
        self.lines().any(linked::is_link)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As in an editor, with this mark; none for `auto`.
    pub(crate) fn marked(mark: Option<&str>) -> Comments {
        Comments {
            mark: mark.map(|mark| mark.as_bytes().to_vec()),
            are_stripped: true,
        }
    }

    fn text(file: &str, mark: Option<&str>) -> String {
        let comments = marked(mark);
        String::from_utf8(Parts::of(file.as_bytes(), &comments).text()).unwrap()
    }

    #[test]
    fn comments_are_no_message() {
        let file = "Add\n# one\n\nWhy.\n\n# Please enter\n#\n";
        assert_eq!(text(file, Some("#")), "Add\n\nWhy.\n");
        assert_eq!(text(file, Some(";")), file);
        let file = "# Add\n\n; Please enter\n;\n";
        assert_eq!(text(file, None), "# Add\n");
        assert_eq!(text("a\n// b\n", Some("//")), "a\n");
    }

    #[test]
    fn what_is_below_the_scissors_is_no_message() {
        let diff = "------------------------ >8 ------------------------\n# Do not modify\n\
            diff --git a/x b/x\n+Plan-Task: a/1\n Plan-Task: a/1\n";
        for mark in [Some("#"), Some(";"), None] {
            let sign = mark.unwrap_or("%");
            let file = format!("Add\n\n{sign} {diff}");
            assert_eq!(text(&file, mark), "Add\n", "{mark:?}");
        }
    }

    #[test]
    fn what_is_added_is_not_the_author_s() {
        let comments = marked(Some("#"));
        let own = |file: &str| Parts::of(file.as_bytes(), &comments).own_text();
        assert_eq!(own("\n\nPlan-Task: a/1\n# Please\n"), b"");
        let file = "\nPlan-Task: a/1\nSigned-off-by: A <a@b>\n";
        assert_eq!(own(file), b"");
        assert_eq!(own("Add\n\nPlan-Task: a/1\n"), b"Add");
    }
}
