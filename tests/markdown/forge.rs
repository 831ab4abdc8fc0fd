//! What a forge makes of a comment: GitHub-flavoured Markdown to HTML, with all that forges add to it,
//! taken apart into what is an element and what is text.

use comrak::{Options, markdown_to_html};

/// A comment as a forge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The tags, in order, as they are written.
    pub tags: Vec<String>,
    /// The text between them.
    pub text: String,
    /// The text that is not in code: forges look there for mentions, references and emoji.
    pub prose: String,
}

/// Reads a comment as a forge does.
pub fn page(markdown: &str) -> Page {
    take_apart(&markdown_to_html(markdown, &options()))
}

/// Everything that GitHub or GitLab has, so that a sign that means something somewhere means it here.
/// The library names what is left out of none of them: extensions of other programs.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.superscript = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.description_lists = true;
    extension.front_matter_delimiter = Some("---".to_owned());
    extension.multiline_block_quotes = true;
    extension.alerts = true;
    extension.math_dollars = true;
    extension.math_latex = true;
    extension.math_code = true;
    extension.wikilinks_title_after_pipe = true;
    extension.underline = true;
    extension.spoiler = true;
    extension.highlight = true;
    extension.insert = true;
    options.parse.relaxed_autolinks = true;
    options.render.hardbreaks = true;
    // Forges keep most HTML, and take away what is dangerous: none of it may get that far.
    options.render.r#unsafe = true;
    options
}

fn take_apart(html: &str) -> Page {
    let mut page = Page {
        tags: Vec::new(),
        text: String::new(),
        prose: String::new(),
    };
    let (mut rest, mut depth) = (html, 0_usize);
    while let Some(at) = rest.find('<') {
        page.push(&rest[..at], depth);
        let end = at + rest[at..].find('>').map_or(rest.len() - at, |end| end + 1);
        let tag = &rest[at..end];
        match tag {
            "<code>" | "<pre>" => depth += 1,
            "</code>" | "</pre>" => depth = depth.saturating_sub(1),
            _ => {}
        }
        page.tags.push(tag.to_owned());
        rest = &rest[end..];
    }
    page.push(rest, depth);
    page
}

impl Page {
    fn push(&mut self, html: &str, depth: usize) {
        let text = decoded(html);
        if depth == 0 {
            self.prose.push_str(&text);
        }
        self.text.push_str(&text);
    }
}

/// The text that HTML stands for.
fn decoded(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = at + rest[at..].find(';').map_or(rest.len() - at, |end| end + 1);
        match &rest[at..end] {
            "&amp;" => out.push('&'),
            "&lt;" => out.push('<'),
            "&gt;" => out.push('>'),
            "&quot;" => out.push('"'),
            other => {
                let code = other.strip_prefix("&#").and_then(|it| it.strip_suffix(';'));
                let c = code.and_then(|code| char::from_u32(code.parse().ok()?));
                match c {
                    Some(c) => out.push(c),
                    None => out.push_str(other),
                }
            }
        }
        rest = &rest[end..];
    }
    out + rest
}
