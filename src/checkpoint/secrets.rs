//! What looks like a secret: names of files, and lines of well-known shapes.
//!
//! A guard against accidents, not a proof: it knows the shapes that issuers document, and says
//! where one stands, never what it is.

use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{Regex, RegexSet};

/// Names of files that hold secrets by custom.
const NAMES: [&str; 34] = [
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdb",
    "*.kdbx",
    "*.ppk",
    "*.key",
    "*.asc.key",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ecdsa_sk",
    "id_ed25519",
    "id_ed25519_sk",
    "*_rsa",
    "*_ed25519",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".pypirc",
    ".git-credentials",
    ".dockercfg",
    "*.tfstate",
    "*.tfstate.backup",
    "credentials.json",
    "service-account*.json",
    "*.ovpn",
];

/// Names that look like those above, and are there to be shared.
const HARMLESS: [&str; 6] = [
    "*.example",
    "*.sample",
    "*.template",
    "*.dist",
    "*.defaults",
    "*.pub",
];

/// Lines that hold a secret, each with what it is.
const SHAPES: [(&str, &str); 19] = [
    (
        r"-----BEGIN ([A-Z0-9]+ ){0,3}PRIVATE KEY( BLOCK)?-----",
        "a private key",
    ),
    (r"PuTTY-User-Key-File-[0-9]+:", "a private key"),
    (r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "an age key"),
    (
        r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
        "an AWS access key",
    ),
    (
        r#"(?i)aws_?secret_?access_?key["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}\b"#,
        "an AWS secret key",
    ),
    (r"\bgh[pousr]_[A-Za-z0-9]{36,}", "a GitHub token"),
    (r"\bgithub_pat_[A-Za-z0-9_]{50,}", "a GitHub token"),
    (
        r"\bgl(pat|dt|rt|ptt|cbt|agent|oas|soat|ft|imt)-[A-Za-z0-9_-]{20,}",
        "a GitLab token",
    ),
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", "a Slack token"),
    (
        r"https://hooks\.slack\.com/services/T[A-Za-z0-9_]+/B[A-Za-z0-9_]+/[A-Za-z0-9_]{16,}",
        "a Slack webhook",
    ),
    (r"\bAIza[0-9A-Za-z_-]{35}", "a Google API key"),
    (r"\b[sr]k_live_[0-9A-Za-z]{20,}", "a Stripe key"),
    (r"\bnpm_[A-Za-z0-9]{36}\b", "an npm token"),
    (r"\bpypi-AgE[A-Za-z0-9_-]{50,}", "a PyPI token"),
    (
        r"\bsk-(proj-|ant-|svcacct-)[A-Za-z0-9_-]{32,}",
        "an API key",
    ),
    (
        r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
        "a SendGrid key",
    ),
    (r"\bdo[por]_v1_[a-f0-9]{64}\b", "a DigitalOcean token"),
    (r"\bhv[sb]\.[A-Za-z0-9_-]{24,}", "a Vault token"),
    (r"AccountKey=[A-Za-z0-9+/]{86}==", "an Azure key"),
];

/// A place that looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line, from 1; none where the name of the file is what looks like it, or it has no lines.
    pub line: Option<usize>,
    /// What it looks like.
    pub what: &'static str,
}

/// What the rules above are made of, once.
struct Rules {
    names: GlobSet,
    harmless: GlobSet,
    any: Option<Regex>,
    each: RegexSet,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let shapes = SHAPES.map(|(shape, _)| format!("(?-u:{shape})"));
    Rules {
        names: globs(&NAMES),
        harmless: globs(&HARMLESS),
        any: Regex::new(&shapes.join("|")).ok(),
        each: RegexSet::new(&shapes).unwrap_or_else(|_| RegexSet::empty()),
    }
});

fn globs(patterns: &[&str]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = GlobBuilder::new(pattern).case_insensitive(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

/// Whether a file of that path holds secrets by custom.
pub fn in_name(path: &[u8]) -> Option<Finding> {
    let text = String::from_utf8_lossy(path);
    let name = text.rsplit('/').next().unwrap_or_default();
    let is_known = RULES.names.is_match(name) || text.ends_with(".aws/credentials");
    (is_known && !RULES.harmless.is_match(name)).then_some(Finding {
        line: None,
        what: "a file that holds secrets by custom",
    })
}

/// Whether a content could hold a secret at all; much faster than looking at its lines.
pub fn may_be_in(content: &[u8]) -> bool {
    RULES.any.as_ref().is_none_or(|any| any.is_match(content))
}

/// Whether a line holds a secret.
pub fn in_line(number: usize, line: &[u8]) -> Option<Finding> {
    let found = in_content(line)?;
    Some(Finding {
        line: Some(number),
        ..found
    })
}

/// Whether a content without lines holds a secret.
pub fn in_content(content: &[u8]) -> Option<Finding> {
    let shape = RULES.each.matches(content).into_iter().next()?;
    Some(Finding {
        line: None,
        what: SHAPES[shape].1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_understood_by_the_matcher() {
        assert!(RULES.any.is_some());
        assert_eq!(RULES.each.len(), SHAPES.len());
        assert_eq!(RULES.names.len(), NAMES.len());
    }

    #[test]
    fn well_known_shapes_are_found_with_their_line() {
        // Put together here, so that no file of this project looks like a secret.
        let letters = "aB3dE5gH".repeat(8);
        for (line, what) in [
            (
                format!("-----BEGIN {} KEY-----", "RSA PRIVATE"),
                "a private key",
            ),
            (
                format!("-----BEGIN {} KEY-----", "PRIVATE"),
                "a private key",
            ),
            (
                format!("token = \"ghp_{}\"", &letters[..36]),
                "a GitHub token",
            ),
            (format!("glpat-{}", &letters[..20]), "a GitLab token"),
            (
                format!("id: AKIA{}", "ABCD2345".repeat(2)),
                "an AWS access key",
            ),
            (format!("AIza{}", &letters[..35]), "a Google API key"),
        ] {
            assert!(may_be_in(line.as_bytes()), "{what}");
            let found = in_line(7, line.as_bytes());
            assert_eq!(
                found,
                Some(Finding {
                    line: Some(7),
                    what
                })
            );
        }
    }

    #[test]
    fn what_is_no_secret_passes() {
        for line in [
            "-----BEGIN PUBLIC KEY-----",
            "ghp_short",
            "AKIA",
            "task-ant-hill",
        ] {
            assert_eq!(in_line(1, line.as_bytes()), None, "{line}");
        }
        for name in [
            "src/env.rs",
            ".env.example",
            "id_rsa.pub",
            "keys.md",
            "monkey",
        ] {
            assert_eq!(in_name(name.as_bytes()), None, "{name}");
        }
        for name in [
            ".env",
            "a/b/.ENV.local",
            "tls/server.pem",
            "home/.ssh/id_rsa",
        ] {
            assert!(in_name(name.as_bytes()).is_some(), "{name}");
        }
    }
}
