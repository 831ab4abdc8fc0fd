//! Whether what is around a string says that it is SQL: the function that it is given to, or the
//! variable that it is kept in. There, `Delete from users` is no sentence.

use tree_sitter::Node;

use crate::verify::nodes;

/// How many nodes around a string are looked at.
const NEAR: usize = 8;

/// Functions, macros, annotations and tags of template literals that take SQL.
const TAKES: [&str; 43] = [
    "execute",
    "executemany",
    "executescript",
    "executequery",
    "executeupdate",
    "exec",
    "execcontext",
    "exec_query",
    "query",
    "querycontext",
    "queryrow",
    "queryrowcontext",
    "queryrowx",
    "queryx",
    "query_as",
    "query_as_unchecked",
    "query_scalar",
    "query_one",
    "query_opt",
    "query_row",
    "query_map",
    "queryforobject",
    "queryforlist",
    "queryraw",
    "raw",
    "raw_sql",
    "sql",
    "sql_query",
    "prepare",
    "preparecontext",
    "preparestatement",
    "preparecall",
    "createquery",
    "createnativequery",
    "createsqlquery",
    "namedquery",
    "namednativequery",
    "mustexec",
    "sqlite3_exec",
    "sqlite3_prepare_v2",
    "pqexec",
    "mysql_query",
    "batch_execute",
];

/// Whether a string in these nodes, the outermost first, is said to be SQL.
pub(super) fn is_told(above: &[Node<'_>], text: &str) -> bool {
    for node in above.iter().rev().take(NEAR) {
        match says(*node, text) {
            Some(says) => return says,
            None if is_block(node.kind()) => return false,
            None => {}
        }
    }
    false
}

/// What a node says of the strings right in it; nothing where it is neither a call nor a variable.
fn says(node: Node<'_>, text: &str) -> Option<bool> {
    if let Some((on, name)) = nodes::callee(node, text) {
        return Some(takes(name) || name == "text" && is_text(node, on, text));
    }
    let name = match node.kind() {
        "macro_invocation" => node.child_by_field_name("macro")?,
        "annotation" => node.child_by_field_name("name")?,
        "element_value_pair" => return None,
        _ => return variable(node, text),
    };
    Some(takes(nodes::last_name(name, text)))
}

fn takes(name: &str) -> bool {
    let name = name.trim_start_matches('$').to_ascii_lowercase();
    TAKES.contains(&name.as_str())
}

/// `SQLAlchemy`'s `text(…)`, which has the same name as much that shows texts.
fn is_text(node: Node<'_>, on: Option<Node<'_>>, text: &str) -> bool {
    let on = on.map(|on| nodes::words(on, text));
    node.kind() == "call" && on.is_none_or(|on| matches!(on, "sa" | "sqlalchemy" | "db" | "sql"))
}

/// Whether the variable that a node gives a value is called as SQL is.
fn variable(node: Node<'_>, text: &str) -> Option<bool> {
    const NAMED: [&str; 7] = [
        "left",
        "name",
        "pattern",
        "declarator",
        "key",
        "property",
        "alias",
    ];
    nodes::field(node, &["right", "value"])?;
    let name = nodes::words(nodes::field(node, &NAMED)?, text).to_ascii_lowercase();
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let is_short = parts
        .clone()
        .any(|part| matches!(part, "q" | "stmt" | "ddl" | "dml" | "hql" | "jpql"));
    Some(is_short || name.contains("sql") || name.contains("query"))
}

fn is_block(kind: &str) -> bool {
    kind.ends_with("block") || kind.ends_with("body") || kind.contains("function")
}
