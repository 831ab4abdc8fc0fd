//! Throw-away repositories, made by the real `git`, and specifications for them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use git_plan::git::{Oid, Repo};
use git_plan::model::spec::{At, PatternKind, Patterns, Rule, Spec, Term};
use git_plan::verify::{Compiled, Place, Report, Search, Tree, Violation};
use tempfile::TempDir;

/// A folder with a repository in it, gone at the end of the test.
pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        let sandbox = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox
    }

    /// With these files, not committed.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::new();
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs Git, which has to succeed; its output without the last line's end.
    pub fn git(&self, words: &[&str]) -> String {
        let output = self.output(words);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {words:?}: {message}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Runs Git, which may refuse.
    pub fn try_git(&self, words: &[&str]) {
        self.output(words);
    }

    fn output(&self, words: &[&str]) -> Output {
        Command::new("git")
            .args(words)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .output()
            .unwrap()
    }

    pub fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "text"]);
    }

    pub fn repo(&self) -> Repo {
        Repo::discover(&self.path()).unwrap()
    }

    /// Of the working tree, nothing known before, nothing kept.
    pub fn report(&self, spec: &Spec) -> Report {
        let repo = self.repo();
        let tree = Tree::of_work_tree(&repo).unwrap();
        search(&repo, &tree, spec, false)
    }

    /// Of what `git add -A` would record.
    pub fn report_of_tree(&self, spec: &Spec) -> Report {
        let repo = self.repo();
        let tree = Oid::from_hex(self.recorded().as_bytes()).unwrap();
        let tree = Tree::at(&repo, tree).unwrap();
        search(&repo, &tree, spec, false)
    }

    /// The tree that `git add -A` in a copy of the index would record.
    fn recorded(&self) -> String {
        let index = self.path().join(".git/index");
        let kept = self.path().join(".git/kept-index");
        let is_there = index.exists();
        if is_there {
            fs::copy(&index, &kept).unwrap();
        }
        self.git(&["add", "-A"]);
        let tree = self.git(&["write-tree"]);
        if is_there {
            fs::rename(&kept, &index).unwrap();
        } else {
            fs::remove_file(&index).unwrap();
        }
        tree
    }
}

pub fn search(repo: &Repo, tree: &Tree, spec: &Spec, cache: bool) -> Report {
    let compiled = [Compiled::new(spec).unwrap()];
    let search = Search {
        repo,
        tree,
        deadline: None,
        progress: None,
        cache,
    };
    search.run(&compiled).unwrap()
}

pub fn term(text: &str) -> Term {
    Term {
        text: text.to_owned(),
        at: At::default(),
    }
}

pub fn terms(texts: &[&str]) -> Vec<Term> {
    texts.iter().map(|text| term(text)).collect()
}

pub fn patterns(kind: PatternKind, texts: &[&str]) -> Patterns {
    let mut patterns = Patterns::default();
    let list = match kind {
        PatternKind::Identifiers => &mut patterns.identifiers,
        PatternKind::Expressions => &mut patterns.expressions,
        PatternKind::Calls => &mut patterns.calls,
        PatternKind::Imports => &mut patterns.imports,
        PatternKind::ApiRoutes => &mut patterns.api_routes,
        PatternKind::SqlTables => &mut patterns.sql_tables,
        PatternKind::Files => &mut patterns.files,
        PatternKind::Structure => unreachable!("these are no terms"),
    };
    *list = terms(texts);
    patterns
}

/// A rule that forbids.
pub fn forbids(kind: PatternKind, texts: &[&str]) -> Rule {
    Rule {
        id: "rule".to_owned(),
        matches: patterns(kind, texts),
        ..Rule::default()
    }
}

/// A rule that expects.
pub fn expects(kind: PatternKind, texts: &[&str]) -> Rule {
    Rule {
        id: "rule".to_owned(),
        expects: patterns(kind, texts),
        ..Rule::default()
    }
}

pub fn spec(rules: &[Rule]) -> Spec {
    Spec {
        rules: rules.to_vec(),
        ..Spec::default()
    }
}

/// `path:line:column`, and what is marked there.
pub fn told(violation: &Violation) -> String {
    let Some(place) = &violation.place else {
        return format!("{} {}", violation.kind.as_str(), violation.term);
    };
    let Place {
        path, line, column, ..
    } = place;
    let marked = &place.text[place.mark.0..place.mark.1];
    format!("{path}:{line}:{column} {marked}")
}

pub fn all(report: &Report) -> Vec<String> {
    report.violations.iter().map(told).collect()
}
