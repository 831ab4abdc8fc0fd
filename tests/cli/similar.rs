//! Code that resembles what a task needs: by a route, a name, a component, a place.

#![cfg(feature = "grammars")]

use serde_json::Value;

use crate::sandbox::Sandbox;

const CONFIG: &str = r#"
/// Reads the configuration.
pub fn parse_config(text: &str) -> Result<Config, Error> {
    let mut config = Config::default();
    for line in text.lines() {
        let (key, value) = line.split_once('=').ok_or(Error::Line)?;
        config.set(key.trim(), value.trim())?;
    }
    Ok(config)
}

fn parse_port(text: &str) -> Result<u16, Error> {
    let port = text.trim();
    port.parse().map_err(|_| Error::Port)
}

impl Config {
    pub fn render(&self) -> String {
        let lines = self.pairs().map(|(key, value)| format!("{key}={value}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}
"#;

const ROUTES: &str = r#"
const router = require('express').Router();
router.get('/users', list);
router.post('/users', async (req, res) => {
  const user = await users.create(req.body);
  if (!user) {
    return res.status(400).end();
  }
  res.status(201).json(user);
});
axios.post('/elsewhere', data, options);
function list(req, res) {
  res.json([]);
}
module.exports = router;
"#;

const CARD: &str = r#"
export function UserCard({ user }: Props) {
  const name = user.name ?? 'nobody';
  return (
    <Card>
      <h2>{name}</h2>
    </Card>
  );
}
export function formatName(user: User) {
  return user.name.trim();
}
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("src/config.rs", CONFIG);
    sandbox.write("tests/config.rs", CONFIG);
    sandbox.write("web/routes.js", ROUTES);
    sandbox.write("web/card.tsx", CARD);
    sandbox.write(".gitignore", "out/\n");
    sandbox.write("out/config.rs", CONFIG);
    sandbox.commit_all("code");
    sandbox
}

fn found(sandbox: &Sandbox, words: &[&str]) -> Vec<Value> {
    let words = [&["similar-code", "--json"], words].concat();
    let document = sandbox.plan(&words).json();
    document["data"].as_array().unwrap().clone()
}

#[test]
fn a_name_finds_functions_of_such_names_and_tests_come_last() {
    let sandbox = sandbox();
    let found = found(&sandbox, &["--function", "parseSettings", "-n", "9"]);
    assert_eq!(found[0]["name"], "parse_config", "{found:?}");
    assert_eq!(found[0]["path"], "src/config.rs");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(found[0]["end_line"], 10);
    let signature = "pub fn parse_config(text: &str) -> Result<Config, Error>";
    assert_eq!(found[0]["signature"], signature);
    // The same code among the tests is told beside it, and what is ignored is not there.
    assert_eq!(found[0]["others"][0]["path"], "tests/config.rs");
    assert!(!format!("{found:?}").contains("out/"), "{found:?}");
}

#[test]
fn the_list_is_for_people() {
    let sandbox = sandbox();
    let text = sandbox.plan(&["similar-code", "--function", "parse_config", "-n", "1"]);
    let expected = "src/config.rs:3-10  parse_config  (function)
    pub fn parse_config(text: &str) -> Result<Config, Error>
    shares parse, config
    and 1 like it: tests/config.rs:3

1 of 2; --limit 2 lists all
";
    assert_eq!(text.ok(), expected);
    let none = sandbox.plan(&["similar-code", "--function", "xylophone"]);
    assert_eq!(none.ok(), "Nothing resembles it\n");
}

#[test]
fn a_route_is_found_where_it_is_declared() {
    let sandbox = sandbox();
    let posts = found(&sandbox, &["--route", "post"]);
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!(posts[0]["name"], "POST /users");
    assert_eq!(
        posts[0]["signature"],
        "router.post('/users', async (req, res)"
    );
    let gets = found(&sandbox, &["--route", "GET /users/:id"]);
    let signature = "router.get('/users', list)  → function list(req, res)";
    assert_eq!(gets[0]["signature"], signature);
}

#[test]
fn a_component_is_what_gives_a_piece_of_a_page() {
    let sandbox = sandbox();
    let found = found(&sandbox, &["--component", "ProductCard"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["kind"], "component");
    assert_eq!(found[0]["name"], "UserCard");
}

#[test]
fn what_is_like_a_place_is_something_else() {
    let sandbox = sandbox();
    let other = CONFIG
        .replace("config", "options")
        .replace("Config", "Options");
    sandbox.write("src/deep/options.rs", other);
    let here = sandbox.repo().join("src");
    let run = sandbox.plan_in(&here, &["similar-code", "--like", "config.rs:6", "--json"]);
    let found = run.json()["data"].clone();
    assert_eq!(found[0]["path"], "src/deep/options.rs", "{found}");
    assert_eq!(found[0]["name"], "parse_options");
    let at = sandbox.plan(&[
        "similar-code",
        "--like",
        "src/deep/options.rs:6",
        "--at",
        "HEAD",
    ]);
    assert!(at.fails(3).contains("there is no file src/deep/options.rs"));
    let at = sandbox.plan(&["similar-code", "--like", "src/config.rs:1"]);
    assert!(
        at.fails(3)
            .contains("no function, class or route at src/config.rs:1")
    );
    let at = sandbox.plan(&["similar-code", "--like", "src/config.rs"]);
    assert!(at.fails(2).contains("is no PATH:LINE"));
}

#[test]
fn a_commit_says_the_same_as_the_working_tree_with_its_files() {
    let sandbox = sandbox();
    let words = ["--function", "parse_port", "-n", "9"];
    let here = found(&sandbox, &words);
    sandbox.git(&["rm", "-rq", "src", "tests", "web"]);
    let there = found(&sandbox, &[&words[..], &["--at", "HEAD"]].concat());
    assert!(!here.is_empty());
    assert_eq!(here, there);
    assert!(found(&sandbox, &words).is_empty());
}

#[test]
fn only_the_files_that_are_asked_for_are_looked_at() {
    let sandbox = sandbox();
    let words = ["--function", "parse_config", "--path", "tests/**"];
    let found = found(&sandbox, &words);
    assert_eq!(found[0]["path"], "tests/config.rs");
    let wrong = sandbox.plan(&["similar-code", "--function", "x", "--path", "[a"]);
    wrong.fails(2);
    sandbox.plan(&["similar-code"]).fails(2);
    let two = ["similar-code", "--function", "x", "--route", "GET"];
    sandbox.plan(&two).fails(2);
}
