//! Texts, yes or no, and lists of patterns, as a reader wants them.

use super::findings::Findings;
use super::node::{Node, Scalar, Value, Written};
use crate::model::spec::Term;
use crate::model::{limits, visible};

/// A text of one line within `limits::TITLE`; none where there is nothing.
pub fn line(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    one_line(node, what, text_of(node, what, findings)?, findings)
}

/// As [`line`](fn@line), of anything without parts: a number counts as it was written.
pub fn word(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) if matches!(scalar.written, Written::Other(_)) => {
            one_line(node, what, &scalar.text, findings)
        }
        _ => line(node, what, findings),
    }
}

fn one_line(node: &Node, what: &str, text: &str, findings: &mut Findings) -> Option<String> {
    let text = text.trim();
    let length = text.chars().count();
    if text.contains(['\n', '\t']) {
        findings.wrong(node.at, format!("the {what} is more than one line"));
    } else if length > limits::TITLE {
        let limit = limits::TITLE;
        findings.wrong(
            node.at,
            format!("the {what} has {length} characters; the limit is {limit}"),
        );
    }
    is_plain(node, what, text, findings);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text within `limits::TEXT`, without the ends of lines behind it; none where there is nothing.
pub fn text(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    let text = text_of(node, what, findings)?.trim_end();
    if text.len() > limits::TEXT {
        let (length, limit) = (text.len(), limits::TEXT);
        findings.wrong(
            node.at,
            format!("the {what} has {length} bytes; the limit is {limit}"),
        );
    }
    is_plain(node, what, text, findings);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Tells of characters that have no place in a text, and doubts those that cannot be seen.
fn is_plain(node: &Node, what: &str, text: &str, findings: &mut Findings) {
    let code = |c: char| format!("U+{:04X}", u32::from(c));
    let is_control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    if let Some(c) = text.chars().find(is_control) {
        findings.wrong(
            node.at,
            format!("the {what} has the control character {}", code(c)),
        );
    }
    let is_hidden = |c: &char| visible::is_deceptive(*c) && !c.is_control();
    if let Some(c) = text.chars().find(is_hidden) {
        findings.doubt(
            node.at,
            format!(
                "the {what} has the character {}, which does not show",
                code(c)
            ),
        );
    }
}

/// The text of a scalar; what is no text is told.
fn text_of<'n>(node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n str> {
    if node.is_nothing() {
        return None;
    }
    match &node.value {
        Value::Scalar(Scalar {
            text,
            written: Written::Text | Written::Plain,
        }) => Some(text),
        _ => {
            let kind = node.kind();
            findings.wrong(
                node.at,
                format!("{kind} where the {what} is a text: put it in quotes"),
            );
            None
        }
    }
}

/// A yes or no; none where there is nothing.
pub fn flag(node: Option<&Node>, what: &str, findings: &mut Findings) -> Option<bool> {
    let node = node.filter(|node| !node.is_nothing())?;
    let flag = match &node.value {
        Value::Scalar(scalar) => scalar.flag(),
        _ => None,
    };
    if flag.is_none() {
        findings.wrong(
            node.at,
            format!("'{what}' is true or false, without quotes"),
        );
    }
    flag
}

/// Patterns: a list of them, or one; what is empty counts as not there.
pub fn terms(node: Option<&Node>, what: &str, findings: &mut Findings) -> Vec<Term> {
    let Some(node) = node.filter(|node| !node.is_nothing()) else {
        return Vec::new();
    };
    let Value::List(members) = &node.value else {
        return term(node, what, findings).into_iter().collect();
    };
    if members.len() > limits::MEMBERS {
        let (length, limit) = (members.len(), limits::MEMBERS);
        findings.wrong(
            node.at,
            format!("{length} members of '{what}'; the limit is {limit}"),
        );
    }
    let members = members.iter().take(limits::MEMBERS);
    members
        .filter_map(|member| term(member, what, findings))
        .collect()
}

/// A pattern. Spaces around it are part of it where it stands in quotes.
pub fn term(node: &Node, what: &str, findings: &mut Findings) -> Option<Term> {
    let what = format!("pattern in '{what}'");
    // The word `null` in a list of names is a name.
    let text = match &node.value {
        Value::Scalar(Scalar {
            text,
            written: Written::Plain,
        }) if text != "~" => text,
        _ => text_of(node, &what, findings)?,
    };
    let text = text.trim_end_matches('\n');
    if text.len() > limits::TEXT {
        let (length, limit) = (text.len(), limits::TEXT);
        findings.wrong(
            node.at,
            format!("the {what} has {length} bytes; the limit is {limit}"),
        );
    }
    is_plain(node, &what, text, findings);
    (!text.trim().is_empty()).then(|| Term {
        text: text.to_owned(),
        at: node.at,
    })
}
