//! A line of a comment: words of our own, and foreign ones.

use super::span;

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Own(&'static str),
    Strong(&'static str),
    Number(usize),
    Said(String),
    Word(String),
}

/// Words in a row. What is foreign can only come in by [`Phrase::word`], and is text there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase {
    parts: Vec<Part>,
}

impl Phrase {
    /// One that begins with words of our own.
    pub fn new(own: &'static str) -> Self {
        Self::default().own(own)
    }

    /// Words of our own, which mean nothing to Markdown.
    pub fn own(mut self, own: &'static str) -> Self {
        self.parts.push(Part::Own(own));
        self
    }

    /// Words of our own that are to be seen.
    pub fn strong(mut self, own: &'static str) -> Self {
        self.parts.push(Part::Strong(own));
        self
    }

    /// A number.
    pub fn number(mut self, number: usize) -> Self {
        self.parts.push(Part::Number(number));
        self
    }

    /// Words of our own that were put together: `depends_on: `, ` → `. They are prose as far as they
    /// are letters and signs between them; anything else could mean something, and stands in code.
    pub fn said(mut self, own: &str) -> Self {
        let part = match is_prose(own) {
            true => Part::Said(own.to_owned()),
            false => Part::Word(own.to_owned()),
        };
        self.parts.push(part);
        self
    }

    /// A text from a repository, or one that has some of it inside.
    pub fn word(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Word(text.into()));
        self
    }

    /// All of another phrase.
    pub fn phrase(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// As Markdown, without a line break.
    pub fn markdown(&self) -> String {
        let part = |part: &Part| match part {
            Part::Own(own) => (*own).to_owned(),
            Part::Strong(own) => format!("**{own}**"),
            Part::Number(number) => number.to_string(),
            Part::Said(text) => escaped(text),
            Part::Word(text) => span::markdown(text),
        };
        self.parts.iter().map(part).collect()
    }

    /// As HTML, without a line break.
    pub fn html(&self) -> String {
        let own = |own: &str| {
            let mut out = String::new();
            span::push_html(own, &mut out);
            out
        };
        let part = |part: &Part| match part {
            Part::Own(words) => own(words),
            Part::Strong(words) => format!("<b>{}</b>", own(words)),
            Part::Number(number) => number.to_string(),
            Part::Said(text) => own(text),
            Part::Word(text) => span::html(text),
        };
        self.parts.iter().map(part).collect()
    }
}

/// Whether words are letters and signs that stand between words: nothing that a forge looks for.
fn is_prose(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphabetic() || " _:,→()+-".contains(c);
    let ends = text.split(':').skip(1);
    text.chars().all(is_sign)
        && ends
            .into_iter()
            .all(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// With a backslash before each of these signs that Markdown knows. Others must not get one: `\(` begins a
/// formula in some forges.
fn escaped(text: &str) -> String {
    let escape = |c: char| {
        let backslash = "_+-".contains(c).then_some('\\');
        backslash.into_iter().chain([c])
    };
    text.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_code_and_our_own_are_not() {
        let phrase = Phrase::new("task ")
            .number(4)
            .own(" ")
            .word("**@a**")
            .strong(" <now>");
        assert_eq!(phrase.markdown(), "task 4 `**@a**`** <now>**");
        let html = "task 4 <code>**&#64;a**</code><b> &lt;now&gt;</b>";
        assert_eq!(phrase.html(), html);
    }

    #[test]
    fn words_that_were_put_together_are_prose_or_code() {
        let said = |text: &str| Phrase::default().said(text).markdown();
        assert_eq!(said("depends_on: + "), "depends\\_on: \\+ ");
        assert_eq!(said(" → (none)"), " → (none)");
        for text in [":tada:", "@a: ", "www.a.b: ", "8e62010: ", "<b>: ", "#1: "] {
            assert_eq!(said(text), span::markdown(text));
        }
    }
}
