//! Colours, where they are wanted.

use anstyle::{AnsiColor, Style};

use crate::gate::State;
use crate::model::Status;

/// Whether to colour; asked once, at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint(pub bool);

/// What a word is, as far as its colour goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As everything else.
    #[default]
    Plain,
    /// A heading.
    Strong,
    /// Of less weight.
    Faint,
    /// Good.
    Good,
    /// Under way.
    Active,
    /// Needs a look.
    Warn,
    /// Bad.
    Bad,
    /// What makes the difference in something good.
    GoodMark,
    /// What makes the difference in something bad.
    BadMark,
}

impl Tone {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Active => colour(AnsiColor::Cyan),
            Self::Warn => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red),
            Self::GoodMark => colour(AnsiColor::Green).invert(),
            Self::BadMark => colour(AnsiColor::Red).invert(),
        }
    }
}

impl Paint {
    /// The text, in colour where colours are wanted.
    pub fn apply(self, tone: Tone, text: &str) -> String {
        if self.0 && tone != Tone::Plain && !text.is_empty() {
            let style = tone.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// The tone of a status.
pub fn of_status(status: Status) -> Tone {
    match status {
        Status::Pending => Tone::Plain,
        Status::InProgress => Tone::Active,
        Status::Blocked => Tone::Bad,
        Status::Completed => Tone::Good,
        Status::Cancelled => Tone::Faint,
    }
}

/// The tone of a gate's state.
pub fn of_state(state: State) -> Tone {
    match state {
        State::Ok | State::NotApplicable => Tone::Good,
        State::Unmet | State::Stale | State::Waived => Tone::Warn,
        State::Error => Tone::Bad,
    }
}
