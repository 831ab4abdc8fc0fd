//! The list of code that resembles what is wanted.

use std::fmt::Write as _;

use super::escape;
use super::style::Tone;
use super::table::Canvas;
use super::view::{CodePlaceView, SimilarCodeView};

/// So many places of pieces that are nearly the same are told.
const OTHERS: usize = 3;

/// The pieces, each with its place and its signature; of `total`.
pub fn list(pieces: &[SimilarCodeView], total: usize, canvas: Canvas) -> String {
    if pieces.is_empty() {
        return "Nothing resembles it\n".to_owned();
    }
    let pieces_text = pieces.iter().map(|piece| one(piece, canvas));
    let mut text = pieces_text.collect::<Vec<_>>().join("\n");
    if pieces.len() < total {
        let _ = writeln!(
            text,
            "\n{} of {total}; --limit {total} lists all",
            pieces.len()
        );
    }
    text
}

fn one(piece: &SimilarCodeView, canvas: Canvas) -> String {
    let place = canvas.paint.apply(Tone::Strong, &place(&piece.place));
    let kind = match &piece.of {
        Some(of) if piece.kind != "class" => format!("{} of {}", piece.kind, escape::line(of)),
        _ => piece.kind.clone(),
    };
    let mut text = format!("{place}  {}  ({kind})\n", escape::line(&piece.name));
    let _ = writeln!(text, "    {}", escape::line(&piece.signature));
    let mut faint = |line: &str| {
        let _ = writeln!(text, "    {}", canvas.paint.apply(Tone::Faint, line));
    };
    if !piece.shared.is_empty() {
        faint(&format!(
            "shares {}",
            escape::line(&piece.shared.join(", "))
        ));
    }
    if !piece.others.is_empty() {
        faint(&others(&piece.others));
    }
    text
}

fn others(others: &[CodePlaceView]) -> String {
    let told = others.iter().take(OTHERS).map(start).collect::<Vec<_>>();
    let more = match others.len() > OTHERS {
        true => ", …",
        false => "",
    };
    format!("and {} like it: {}{more}", others.len(), told.join(", "))
}

fn start(place: &CodePlaceView) -> String {
    format!("{}:{}", escape::line(&place.path), place.line)
}

fn place(place: &CodePlaceView) -> String {
    match place.end_line > place.line {
        true => format!("{}-{}", start(place), place.end_line),
        false => start(place),
    }
}
