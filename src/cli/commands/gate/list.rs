//! `git plan gate list`.

use super::super::super::context::Context;
use super::super::super::error::Result;
use super::super::super::verbs::Run;
use super::super::super::{complete, current};
use crate::enforce::CodeAt;
use crate::gate;
use crate::model::refer;
use crate::render::style;
use crate::render::table::{Canvas, Cell, Table};
use crate::render::view::GateView;

/// List gates and whether they hold
#[derive(Debug, clap::Args)]
pub struct List {
    /// The phase; without one, all
    #[arg(add = complete::phases())]
    pub phase: Option<String>,
}

impl Run for List {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        let only = self
            .phase
            .as_ref()
            .map(|word| refer::phase(&plan, word))
            .transpose()?;
        let code = CodeAt::head(&repo, cx.now)?;
        let phases = plan
            .header
            .phases
            .iter()
            .filter(|phase| only.as_ref().is_none_or(|only| *only == phase.id));
        let gates: Vec<GateView> = phases
            .flat_map(|phase| gate::judge(&plan, phase, &code))
            .map(|gate| GateView::of(&gate))
            .collect();
        let canvas = cx.canvas(Some(&repo));
        cx.print_list("gates", &gates, || {
            if gates.is_empty() {
                return "No phase yet: git plan add-phase \"TITLE\"\n".to_owned();
            }
            table(&gates, canvas)
        })
    }
}

/// Gates, one a line, each unmet one with the command that would meet it.
pub fn table(gates: &[GateView], canvas: Canvas) -> String {
    let mut table = Table::new(&["Gate", "Kind", "State", "Why", "To meet it"]);
    for gate in gates {
        table.row([
            Cell::from(format!("{}/{}", gate.phase, gate.gate)),
            Cell::from(&*gate.kind),
            Cell::toned(gate.state.as_str(), style::of_state(gate.state)),
            Cell::from(&*gate.reason),
            Cell::from(gate.fix.as_deref().unwrap_or_default()),
        ]);
    }
    table.render(canvas)
}
