//! JSON Schemas of files and of `--json`: made from the types, never written by hand.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use super::diff::view::FileDiffView;
use super::view;
use crate::format::spec::file::SpecFile;
use crate::format::version::FormatFile;
use crate::model::{Checkpoint, Entry, Header, Record, Task};

/// A schema by the name of its file under `schema/`.
pub struct Named {
    /// `file/task`, `json/tasks`.
    pub name: String,
    /// The schema.
    pub schema: Schema,
}

/// What a kind of `--json` output holds in `data`: one, or a list.
struct Kind {
    name: &'static str,
    list: bool,
    data: fn(&mut SchemaGenerator) -> Schema,
}

const fn one<T: JsonSchema>(name: &'static str) -> Kind {
    Kind {
        name,
        list: false,
        data: SchemaGenerator::subschema_for::<T>,
    }
}

const fn many<T: JsonSchema>(name: &'static str) -> Kind {
    Kind {
        name,
        list: true,
        data: SchemaGenerator::subschema_for::<T>,
    }
}

const KINDS: [Kind; 37] = [
    one::<view::BatchView>("batch"),
    one::<view::CheckpointView>("checkpoint"),
    many::<view::CheckpointActView>("checkpoint-acts"),
    many::<view::CheckpointFileView>("checkpoint-files"),
    many::<view::CheckpointView>("checkpoints"),
    many::<view::ConfigView>("config"),
    one::<view::DemoView>("demo"),
    one::<view::DiffView>("diff"),
    many::<view::FindingView>("doctor"),
    one::<view::EnforcementView>("enforcement"),
    many::<FileDiffView>("file-diffs"),
    one::<view::GateView>("gate"),
    one::<view::GateCheckView>("gate-check"),
    many::<view::GateRunView>("gate-runs"),
    many::<view::GateView>("gates"),
    one::<view::HooksView>("hooks"),
    many::<view::OperationView>("log"),
    many::<view::OutcomeView>("outcomes"),
    one::<view::PhaseView>("phase"),
    one::<view::PlanView>("plan"),
    many::<view::PlanLine>("plans"),
    many::<view::EntryView>("register"),
    one::<view::EntryView>("register-entry"),
    one::<view::ReviewView>("review"),
    one::<view::RewindView>("rewind"),
    one::<view::SetupView>("setup"),
    one::<view::SpecView>("spec"),
    many::<view::SimilarCodeView>("similar-code"),
    one::<Option<view::StatusView>>("status"),
    one::<view::TaskView>("task"),
    many::<view::TaskLine>("tasks"),
    one::<view::TextView>("text"),
    one::<view::TrustView>("trust"),
    many::<view::TrustView>("trusts"),
    one::<view::UndoView>("undo"),
    many::<view::TextView>("schemas"),
    one::<view::VerificationView>("verification"),
];

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

/// Every schema, by name.
pub fn all() -> Vec<Named> {
    let mut schemas = vec![
        file::<Checkpoint>("checkpoint"),
        file::<FormatFile>("format"),
        file::<Header>("plan"),
        file::<Record>("record"),
        file::<Entry>("register-entry"),
        file::<SpecFile>("spec"),
        file::<Task>("task"),
        error(),
    ];
    schemas.extend(KINDS.iter().map(output));
    schemas.sort_by(|a, b| a.name.cmp(&b.name));
    schemas
}

fn file<T: JsonSchema>(name: &str) -> Named {
    Named {
        name: format!("file/{name}"),
        schema: generator().into_root_schema_for::<T>(),
    }
}

fn output(kind: &Kind) -> Named {
    let mut generator = generator();
    let data = (kind.data)(&mut generator);
    let data = if kind.list {
        json_schema!({"type": "array", "items": data})
    } else {
        data
    };
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("git-plan/{}@1", kind.name),
        "type": "object",
        "properties": {
            "schema": {"const": format!("git-plan/{}@1", kind.name)},
            "data": data,
            "total": {"type": "integer", "minimum": 0, "description": "How many there are in all."},
            "truncated": {"type": "boolean", "description": "Whether `data` holds fewer than `total`."},
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["schema", "data", "total", "truncated", "warnings"],
        "additionalProperties": false,
    });
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), definitions.into());
    }
    Named {
        name: format!("json/{}", kind.name),
        schema,
    }
}

fn error() -> Named {
    let mut generator = generator();
    let data = generator.subschema_for::<view::ErrorView>();
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "git-plan/error@1",
        "type": "object",
        "properties": {
            "schema": {"const": "git-plan/error@1"},
            "error": data,
            "exit_code": {"enum": [1, 2, 3, 4, 5, 6]},
        },
        "required": ["schema", "error", "exit_code"],
        "additionalProperties": false,
    });
    schema.insert("$defs".to_owned(), generator.take_definitions(true).into());
    Named {
        name: "json/error".to_owned(),
        schema,
    }
}
