//! Tables that migrations and models name by other means than SQL.
//!
//! Alembic and `SQLAlchemy`, Django, Knex, Sequelize, `TypeORM`, Drizzle, JPA, GORM, Diesel and
//! SeaORM: a call, an attribute or a property that is named for a table, and a literal beside it.

use tree_sitter::{Node, Tree};

use super::Table;
use crate::model::spec::Language;
use crate::verify::nodes::{self, Call};

/// Calls whose first argument is a table.
const FIRST: [&str; 31] = [
    "create_table",
    "drop_table",
    "rename_table",
    "add_column",
    "drop_column",
    "alter_column",
    "batch_alter_table",
    "bulk_insert",
    "create_unique_constraint_on",
    "createTable",
    "createTableIfNotExists",
    "dropTable",
    "dropTableIfExists",
    "alterTable",
    "renameTable",
    "hasTable",
    "addColumn",
    "addColumns",
    "removeColumn",
    "dropColumns",
    "renameColumn",
    "changeColumn",
    "addIndex",
    "removeIndex",
    "addConstraint",
    "bulkInsert",
    "bulkDelete",
    "pgTable",
    "mysqlTable",
    "sqliteTable",
    "withTableName",
];

/// Calls whose second argument is a table as well, or is the only one.
const SECOND: [&str; 7] = [
    "rename_table",
    "renameTable",
    "create_index",
    "drop_index",
    "create_foreign_key",
    "create_unique_constraint",
    "drop_constraint",
];

/// Properties and variables whose value is a table.
const PROPERTIES: [&str; 5] = [
    "__tablename__",
    "db_table",
    "tableName",
    "table_name",
    "__table__",
];

/// The tables that are named so.
pub(super) fn find(language: Language, text: &str, tree: &Tree) -> Vec<Table> {
    let mut found = Vec::new();
    nodes::walk(tree, |node, _| {
        let named = match node.kind() {
            "call" | "call_expression" | "new_expression" | "method_invocation" => {
                nodes::call(node, text)
                    .map(|call| of_call(&call, text))
                    .unwrap_or_default()
            }
            "assignment" | "pair" | "public_field_definition" => of_property(node, text),
            "annotation" => of_annotation(node, text),
            "attribute_item" => of_attribute(node, text),
            "macro_invocation" => of_macro(node, text),
            "method_declaration" if language == Language::Go => of_method(node, text),
            _ => Vec::new(),
        };
        found.extend(named.into_iter().filter_map(|node| table(node, text)));
    });
    found
}

/// The table that a literal or a name is.
fn table(node: Node<'_>, text: &str) -> Option<Table> {
    let value = match nodes::literal(node, text) {
        Some(literal) => literal.value,
        None => nodes::words(node, text).to_owned(),
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
    let fits = !value.is_empty() && value.chars().all(is_name);
    let (schema, name) = match value.rsplit_once('.') {
        Some((schema, name)) => (Some(schema.to_owned()), name.to_owned()),
        None => (None, value),
    };
    fits.then(|| Table {
        name,
        schema,
        range: node.byte_range(),
    })
}

fn is_literal(node: &Node<'_>) -> bool {
    nodes::is_string(node.kind())
}

fn of_call<'t>(call: &Call<'t>, text: &str) -> Vec<Node<'t>> {
    let at = |place: usize| call.arguments.get(place).copied().filter(is_literal);
    let mut found = Vec::new();
    if FIRST.contains(&call.name) || is_builder(call, text) {
        found.extend(at(0));
    }
    if SECOND.contains(&call.name) {
        found.extend(at(1));
    }
    if call.name == "create_foreign_key" {
        found.extend(at(2));
    }
    // TypeORM's `@Entity('users')`, `@Entity({ name: 'users' })`, `new Table({ name: 'users' })`.
    if matches!(call.name, "Entity" | "Table" | "JoinTable") {
        let first = call.arguments.first();
        found.extend(
            first
                .and_then(|first| property(*first, "name", text))
                .filter(is_literal),
        );
    }
    found
}

/// Whether a call of a short name is that of a library that builds queries.
fn is_builder(call: &Call<'_>, text: &str) -> bool {
    let on = call.on(text).unwrap_or_default();
    let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match call.name {
        "knex" => true,
        "Entity" => names(&["typeorm"]),
        "Table" => {
            call.receiver.is_none() && names(&["sqlalchemy", "MetaData"]) || names(&["gorm.io"])
        }
        "from" | "into" | "table" | "join" | "leftJoin" | "innerJoin" => {
            names(&["knex"]) || on.eq_ignore_ascii_case("supabase")
        }
        "From" | "Into" | "Insert" | "Update" | "Delete" | "Join" => names(&["squirrel"]),
        _ => false,
    }
}

fn property<'t>(object: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    nodes::children(object).into_iter().find_map(|pair| {
        let key = pair.child_by_field_name("key")?;
        (nodes::words(key, text) == name)
            .then(|| pair.child_by_field_name("value"))
            .flatten()
    })
}

fn of_property<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let key = nodes::field(node, &["left", "key", "name"]);
    let value = nodes::field(node, &["right", "value"]).filter(is_literal);
    let key = key.map(|key| nodes::words(key, text)).unwrap_or_default();
    let is_table = PROPERTIES.contains(&key);
    value.filter(|_| is_table).into_iter().collect()
}

/// JPA's `@Table(name = "users")`.
fn of_annotation<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    const NAMES: [&str; 4] = ["Table", "JoinTable", "CollectionTable", "SecondaryTable"];
    let name = node
        .child_by_field_name("name")
        .map(|name| nodes::last_name(name, text));
    let is_table = name.is_some_and(|name| NAMES.contains(&name));
    let arguments = node.child_by_field_name("arguments").filter(|_| is_table);
    let pairs = arguments
        .map(nodes::children)
        .unwrap_or_default()
        .into_iter();
    let values = pairs.filter_map(|pair| match pair.child_by_field_name("key") {
        Some(key) if nodes::words(key, text) == "name" => pair.child_by_field_name("value"),
        Some(_) => None,
        None => Some(pair),
    });
    values.filter(is_literal).collect()
}

/// `#[diesel(table_name = users)]`, `#[sea_orm(table_name = "users")]`.
fn of_attribute<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let attribute = node.named_child(0);
    let list = attribute.and_then(|attribute| nodes::field(attribute, &["arguments"]));
    let inner = list.map(nodes::children).unwrap_or_default();
    let is_key = |node: &Node<'_>| nodes::words(*node, text) == "table_name";
    let named = inner
        .windows(2)
        .filter(|two| is_key(&two[0]))
        .map(|two| two[1]);
    named.collect()
}

/// `diesel::table! { users (id) { … } }`.
fn of_macro<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let name = node
        .child_by_field_name("macro")
        .map(|name| nodes::last_name(name, text));
    if name != Some("table") {
        return Vec::new();
    }
    let list = nodes::children(node).into_iter().last();
    let inner = list.map(nodes::children).unwrap_or_default();
    let behind = inner.iter().position(|node| node.kind() == "token_tree");
    let name = behind.and_then(|behind| inner.get(behind.checked_sub(1)?));
    name.filter(|name| name.kind() == "identifier")
        .copied()
        .into_iter()
        .collect()
}

/// GORM's `func (User) TableName() string { return "users" }`.
fn of_method<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let name = node
        .child_by_field_name("name")
        .map(|name| nodes::words(name, text));
    let body = node
        .child_by_field_name("body")
        .filter(|_| name == Some("TableName"));
    let mut found = Vec::new();
    let mut waiting: Vec<Node<'t>> = body.into_iter().collect();
    while let Some(node) = waiting.pop() {
        match is_literal(&node) {
            true => found.push(node),
            false => waiting.extend(nodes::children(node)),
        }
    }
    found
}
