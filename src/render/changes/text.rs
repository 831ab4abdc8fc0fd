//! Changes for a terminal: counts first, then the classes, an entry for each thing.

use super::told::{self, Group, Line, Piece};
use crate::render::diff::texts::{self, TextLine};
use crate::render::escape;
use crate::render::style::{Paint, Tone};
use crate::review::{Change, Changes, Class, Counts};

/// The changes.
pub fn text(changes: &Changes, paint: Paint) -> String {
    let mut out = counts(&changes.counts());
    out.push('\n');
    for class in Class::ALL {
        let text = of_class(changes, class, paint);
        if !text.is_empty() {
            out.push('\n');
            out.push_str(&text);
        }
    }
    out
}

/// The changes of one class under its heading; nothing where there are none.
pub fn of_class(changes: &Changes, class: Class, paint: Paint) -> String {
    let of_class = changes.of(class);
    if of_class.is_empty() {
        return String::new();
    }
    let plans = changes.all().iter().map(|change| &change.plan);
    let has_several = plans.collect::<std::collections::BTreeSet<_>>().len() > 1;
    let mut out = paint.apply(tone(class), title(class));
    out.push('\n');
    for group in told::groups(of_class) {
        entry(class, &group, has_several, paint, &mut out);
    }
    out
}

/// The counts: `1 weakened, 2 removed, 0 added, 3 changed, 0 moved`.
pub fn counts(counts: &Counts) -> String {
    let count = |class: Class| format!("{} {}", counts.of(class), class.as_str());
    let counts: Vec<String> = Class::ALL.into_iter().map(count).collect();
    counts.join(", ")
}

/// The heading of a class.
pub fn title(class: Class) -> &'static str {
    match class {
        Class::Weakened => "Weakened",
        Class::Removed => "Removed",
        Class::Added => "Added",
        Class::Changed => "Changed",
        Class::Moved => "Moved",
    }
}

fn tone(class: Class) -> Tone {
    match class {
        Class::Weakened | Class::Removed => Tone::Bad,
        Class::Added => Tone::Good,
        Class::Changed | Class::Moved => Tone::Warn,
    }
}

fn entry(class: Class, group: &Group<'_>, has_several: bool, paint: Paint, out: &mut String) {
    let plan = group
        .changes
        .first()
        .and_then(|change| change.plan.as_ref());
    let plan = plan.filter(|_| has_several).map(|plan| format!("{plan}: "));
    let heading = format!("{}{}", plan.unwrap_or_default(), group.heading);
    out.push_str("  ");
    out.push_str(&paint.apply(tone(class), &group.sign.to_string()));
    out.push(' ');
    out.push_str(&paint.apply(Tone::Strong, &escape::line(&heading)));
    let behind = group.changes.first().map(told::behind).unwrap_or_default();
    out.push_str(&sentence(&behind));
    out.push('\n');
    for change in group.changes {
        below(change, paint, out);
    }
}

fn below(change: &Change, paint: Paint, out: &mut String) {
    for line in told::lines(change) {
        match line {
            Line::Words(words) => {
                out.push_str("      ");
                out.push_str(sentence(&words).trim_end());
                out.push('\n');
            }
            Line::Text { key, old, new } => {
                if !key.is_empty() {
                    out.push_str(&format!("      {}:\n", escape::line(&key)));
                }
                for (index, place) in texts::places(&old, &new, paint.0).iter().enumerate() {
                    if index > 0 {
                        out.push_str("        …\n");
                    }
                    let most = match old.is_empty() || new.is_empty() {
                        true => MOST_LINES,
                        false => usize::MAX,
                    };
                    let shown = place.iter().take(most);
                    shown.for_each(|line| text_line(line, paint, out));
                    if let more @ 1.. = place.len().saturating_sub(most) {
                        out.push_str(&format!("        … {more} more lines\n"));
                    }
                }
            }
        }
    }
}

/// More lines of one place are counted only: a file that came is read elsewhere.
const MOST_LINES: usize = 60;

fn text_line(line: &TextLine, paint: Paint, out: &mut String) {
    let (plain, marked) = match line.sign {
        '-' => (Tone::Bad, Tone::BadMark),
        '+' => (Tone::Good, Tone::GoodMark),
        _ => (Tone::Plain, Tone::Plain),
    };
    let mut text = paint.apply(plain, &format!("{} ", line.sign));
    for (is_marked, piece) in &line.pieces {
        let tone = if *is_marked { marked } else { plain };
        text.push_str(&paint.apply(tone, &escape::line(piece)));
    }
    out.push_str("        ");
    out.push_str(text.trim_end());
    out.push('\n');
}

/// A sentence, made harmless.
pub fn sentence(words: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Own(text) => text.clone(),
        Piece::Foreign(text) => escape::line(text).into_owned(),
    };
    words.iter().map(piece).collect()
}
