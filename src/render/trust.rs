//! What a gate would run, for a person who has to decide whether it may.

use std::fmt::Write as _;

use super::table::{Canvas, Cell, Table};
use super::view::TrustView;
use super::{escape, quote};

/// All of it, nothing cut off.
pub fn page(view: &TrustView) -> String {
    let mut out = format!("gate {} would run\n", escape::line(&view.gate));
    let mut fact = |key: &str, value: &str| {
        let _ = writeln!(out, "  {key:<8} {}", escape::line(value));
    };
    if let Some(words) = &view.run {
        fact("command", &quote::command(words));
    }
    for (at, line) in view
        .shell
        .iter()
        .flat_map(|text| text.split('\n'))
        .enumerate()
    {
        fact(if at == 0 { "sh -c" } else { "" }, line);
    }
    fact(
        "in",
        if view.cwd.is_empty() {
            "the top of the repository"
        } else {
            &view.cwd
        },
    );
    if !view.env.is_empty() {
        fact("with", &view.env.join(" "));
    }
    for (at, script) in view.scripts.iter().enumerate() {
        let oid = script.oid.as_deref().unwrap_or("is not there");
        let key = if at == 0 { "files" } else { "" };
        fact(key, &format!("{}  {oid}", quote::word(&script.path)));
    }
    fact("hash", &view.hash);
    fact("trusted", if view.trusted { "yes" } else { "no" });
    if !view.changes.is_empty() {
        fact("changed", &view.changes.join(", "));
    }
    out
}

/// Several, a line each.
pub fn table(views: &[TrustView], canvas: Canvas) -> String {
    let mut table = Table::new(&["Gate", "Trusted", "Command", "Hash"]);
    for view in views {
        let command = match (&view.run, &view.shell) {
            (Some(words), _) => quote::command(words),
            (None, Some(text)) => format!("sh -c {}", quote::word(text)),
            (None, None) => String::new(),
        };
        table.row([
            Cell::from(&*view.gate),
            Cell::from(if view.trusted { "yes" } else { "no" }),
            Cell::from(command),
            Cell::from(&*view.hash),
        ]);
    }
    table.render(canvas)
}
