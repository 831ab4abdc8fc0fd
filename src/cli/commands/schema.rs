//! `git plan schema`: the JSON Schemas of files and of `--json`.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::verbs::Run;
use crate::model::refer;
use crate::render::schema;
use crate::render::view::TextView;

/// Print the JSON Schema of a file kind or of a --json kind
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan schema                   # the names
  git plan schema json/task")]
pub struct Schema {
    /// Which one; without it, their names
    pub name: Option<String>,
}

impl Run for Schema {
    fn run(&self, cx: &Context) -> Result<()> {
        let schemas: Vec<TextView> = schema::all()
            .into_iter()
            .map(|named| TextView {
                name: named.name,
                text: pretty(&named.schema),
            })
            .collect();
        let Some(name) = &self.name else {
            return cx.print_list("schemas", &schemas, || {
                schemas
                    .iter()
                    .map(|schema| format!("{}\n", schema.name))
                    .collect()
            });
        };
        match schemas.iter().find(|schema| schema.name == *name) {
            Some(schema) => cx.print("text", schema, || schema.text.clone()),
            None => {
                let similar =
                    refer::similar(name, schemas.iter().map(|schema| schema.name.as_str()));
                let error = Error::data(format!("there is no schema '{name}'"));
                Err(match similar.first() {
                    Some(like) => error.hint(format!("did you mean '{like}'?")),
                    None => error.hint("git plan schema   lists them"),
                })
            }
        }
    }
}

/// A schema as it stands in its file.
pub fn pretty(schema: &schemars::Schema) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default() + "\n"
}
