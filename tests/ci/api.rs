//! A stand-in for a forge's API, on this machine: comments of one pull request, as GitHub and GitLab have them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use serde_json::{Value, json};

/// The token that may write.
pub const TOKEN: &str = "a-token";

/// Who writes with the token, at GitHub.
pub const BOT: &str = "github-actions[bot]";

/// The id of who writes with the token, at GitLab.
const ME: u64 = 42;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: usize,
    pub author: String,
    pub body: String,
}

/// What the forge knows.
#[derive(Debug, Default)]
pub struct State {
    /// The head of the pull request.
    pub head: String,
    /// The branch that it goes to now.
    pub base: String,
    pub comments: Vec<Comment>,
    /// What was asked for: `GET /repos/o/r/pulls/7`.
    pub asked: Vec<String>,
    /// Whether it answers nothing but errors.
    pub is_down: bool,
}

impl State {
    /// Somebody writes a comment.
    pub fn say(&mut self, author: &str, body: &str) {
        self.comments.push(Comment {
            id: 1000 + self.comments.len(),
            author: author.to_owned(),
            body: body.to_owned(),
        });
    }

    /// What was written, by whatever request.
    pub fn writes(&self) -> Vec<&str> {
        let asked = self.asked.iter().map(String::as_str);
        asked
            .filter(|request| !request.starts_with("GET "))
            .collect()
    }
}

/// The API; it ends with the test.
pub struct Api {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    method: String,
    path: String,
    is_allowed: bool,
    body: Value,
}

impl Api {
    /// One over a repository, which knows which commits follow which.
    pub fn new(repository: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let known = Arc::clone(&state);
        let serve = move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&mut stream) else {
                    return;
                };
                let (status, answer) = answer(&request, &mut known.lock().unwrap(), &repository);
                let answer = answer.to_string();
                let length = answer.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                );
                stream
                    .write_all(format!("{head}{answer}").as_bytes())
                    .unwrap();
            }
        };
        let thread = Some(thread::spawn(serve));
        Self {
            address,
            state,
            thread,
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it knows.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Api {
    /// An empty request ends it.
    fn drop(&mut self) {
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A request; none where there is nothing.
fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let header = |name: &str| {
        let mut pairs = lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        let pair = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(pair.1.to_owned())
    };
    if header("Expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let length = header("Content-Length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let bearer = header("Authorization") == Some(format!("Bearer {TOKEN}"));
    let mut words = lines[0].split(' ').map(str::to_owned);
    Some(Request {
        method: words.next().unwrap(),
        path: words.next().unwrap(),
        is_allowed: bearer || header("PRIVATE-TOKEN").as_deref() == Some(TOKEN),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

fn answer(request: &Request, state: &mut State, repository: &PathBuf) -> (u16, Value) {
    let Request { method, path, .. } = request;
    state.asked.push(format!("{method} {path}"));
    if !request.is_allowed {
        return (401, json!({"message": "Bad credentials"}));
    }
    if state.is_down {
        return (400, json!({"message": "Not today"}));
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body = request.body["body"].as_str().unwrap_or_default();
    match (method.as_str(), path.rsplit('/').next().unwrap()) {
        ("GET", "user") => (200, json!({"id": ME})),
        ("GET", "comments" | "notes") => (200, page(state, query)),
        ("GET", range) if path.contains("/compare/") => compare(range, repository),
        ("GET", "7") => {
            let (head, base) = (json!({"sha": state.head}), json!({"ref": state.base}));
            (200, json!({"sha": state.head, "head": head, "base": base}))
        }
        ("POST", "comments" | "notes") => {
            state.say(BOT, body);
            (201, shown(state.comments.last().unwrap()))
        }
        ("PATCH" | "PUT", id) => {
            let mut comments = state.comments.iter_mut();
            match comments.find(|comment| comment.id.to_string() == id) {
                Some(comment) => {
                    body.clone_into(&mut comment.body);
                    (200, shown(comment))
                }
                None => (404, json!({})),
            }
        }
        _ => (404, json!({})),
    }
}

/// A comment in the words of both forges.
fn shown(comment: &Comment) -> Value {
    let Comment { id, author, body } = comment;
    let author_id = if author == BOT { ME } else { 7 };
    json!({
        "id": id,
        "html_url": format!("https://forge/comments/{id}"),
        "user": {"login": author},
        "author": {"id": author_id},
        "body": body,
    })
}

fn page(state: &State, query: &str) -> Value {
    let number = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pair = pairs.find(|(other, _)| *other == key).unwrap();
        pair.1.parse::<usize>().unwrap()
    };
    let size = number("per_page");
    let comments = state.comments.iter().skip((number("page") - 1) * size);
    comments.take(size).map(shown).collect()
}

/// How the second commit stands to the first.
fn compare(range: &str, repository: &PathBuf) -> (u16, Value) {
    let (from, to) = range.split_once("...").unwrap();
    let contains = |newer: &str, older: &str| {
        let mut git = Command::new("git");
        git.args(["merge-base", "--is-ancestor", older, newer]);
        git.current_dir(repository).output().unwrap().status.code()
    };
    let status = match (contains(to, from), contains(from, to)) {
        (Some(0), Some(0)) => "identical",
        (Some(0), _) => "ahead",
        (_, Some(0)) => "behind",
        (Some(1), Some(1)) => "diverged",
        _ => return (404, json!({"message": "Not Found"})),
    };
    (200, json!({"status": status}))
}
