//! A line of a comment: words of our own, and foreign ones.

use super::span;

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Own(&'static str),
    Strong(&'static str),
    Number(usize),
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
            Part::Word(text) => span::html(text),
        };
        self.parts.iter().map(part).collect()
    }
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
}
