//! Which paths are looked at.

use gix::bstr::{BStr, BString, ByteSlice, ByteVec};

/// All paths, or some.
pub(super) struct Inputs(Option<Vec<BString>>);

impl Inputs {
    /// Paths from the top, of files or folders; none for all. The top itself is all too.
    pub(super) fn new(inputs: Option<&[String]>) -> Self {
        let trimmed = |path: &String| BString::from(path.trim_matches('/'));
        let paths = inputs.map(|inputs| inputs.iter().map(trimmed).collect::<Vec<_>>());
        Self(paths.filter(|paths| !paths.iter().any(|path| path.is_empty() || path == ".")))
    }

    /// The paths; none if all are looked at.
    pub(super) fn paths(&self) -> Option<&[BString]> {
        self.0.as_deref()
    }

    /// The files besides that say what those at the paths are: `.gitmodules`, and the
    /// `.gitattributes` above them.
    pub(super) fn beside(&self) -> Vec<BString> {
        let mut files = vec![
            BString::from(".gitmodules"),
            BString::from(".gitattributes"),
        ];
        for path in self.0.iter().flatten() {
            for end in path.find_iter("/") {
                let mut file = path[..end].to_vec();
                file.push_str("/.gitattributes");
                files.push(file.into());
            }
        }
        files.sort();
        files.dedup();
        files
    }

    /// Whether something at `path` is looked at.
    pub(super) fn have(&self, path: &BStr) -> bool {
        let Some(inputs) = &self.0 else {
            return true;
        };
        inputs.iter().any(|input| is_in(path, input.as_bstr()))
            || path == ".gitmodules"
            || self.is_beside(path)
    }

    /// Whether a submodule at `path` is looked at: also for something inside it.
    pub(super) fn reach(&self, path: &BStr) -> bool {
        let inside = |input: &BString| is_in(input.as_bstr(), path);
        self.have(path) || self.0.iter().flatten().any(inside)
    }

    fn is_beside(&self, path: &BStr) -> bool {
        let Some(folder) = path.strip_suffix(b".gitattributes") else {
            return false;
        };
        folder.is_empty()
            || folder.ends_with(b"/")
                && self
                    .0
                    .iter()
                    .flatten()
                    .any(|input| input.starts_with(folder))
    }
}

/// Whether `path` is `folder`, or in it.
fn is_in(path: &BStr, folder: &BStr) -> bool {
    let rest = path.strip_prefix(folder.as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_folder_and_what_applies_to_it_is_looked_at() {
        let inputs = ["src/a/", "Cargo.lock"].map(str::to_owned);
        let inputs = Inputs::new(Some(&inputs));
        for path in [
            "src/a",
            "src/a/b/c",
            "Cargo.lock",
            ".gitmodules",
            ".gitattributes",
            "src/.gitattributes",
        ] {
            assert!(inputs.have(path.into()), "{path}");
        }
        for path in [
            "src",
            "src/ab",
            "src/b",
            "Cargo",
            "x/.gitattributes",
            "src.gitattributes",
            "src/.gitmodules",
        ] {
            assert!(!inputs.have(path.into()), "{path}");
        }
        assert!(inputs.reach("src".into()) && !inputs.reach("lib".into()));
        let beside = [".gitattributes", ".gitmodules", "src/.gitattributes"];
        assert_eq!(inputs.beside(), beside.map(BString::from));
    }

    #[test]
    fn the_top_is_everything() {
        for top in ["", ".", "/"] {
            assert!(Inputs::new(Some(&[top.to_owned()])).have("x".into()));
        }
        assert!(!Inputs::new(Some(&[])).have("x".into()));
    }
}
