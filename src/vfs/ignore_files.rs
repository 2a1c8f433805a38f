//! The rules of `.gitignore` and `.ignore` files. The crate's walk opens such files itself and waits
//! for what they are, a FIFO too, so they are read here, like all files of a vault, and only parsed
//! and matched by the crate.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};
use rustc_hash::FxBuildHasher;

use super::read::{Bytes, ReadError};
use super::{FileReader, Root};
use crate::text::visible;

/// More than any file of rules that people write.
const MAX: u64 = 1 << 20;

/// Names of the files of rules; those of the first go before those of the second.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// Whether `name` is that of a file of rules.
pub(super) fn is_ignore_file(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Which paths of a vault its ignore files leave out, and which are hidden.
pub(super) struct IgnoreFiles {
    root: Arc<Root>,
    /// Whether files of rules are read at all.
    respected: bool,
    /// The rules for what is in a folder, by its place; `None` where there are none.
    folders: DashMap<OsString, Option<Arc<Layer>>, FxBuildHasher>,
    troubles: Mutex<Vec<String>>,
}

/// The rules of one folder, over those of the folders around it.
struct Layer {
    /// As in [`NAMES`].
    rules: [Gitignore; 2],
    around: Option<Arc<Layer>>,
}

impl IgnoreFiles {
    pub(super) fn new(root: Arc<Root>, respected: bool) -> Self {
        Self { root, respected, folders: DashMap::default(), troubles: Mutex::default() }
    }

    /// Whether the rules of the folders around `place`, or its being hidden, leave it out.
    pub(super) fn leaves_out(&self, place: &Path, is_dir: bool) -> bool {
        match verdict(self.around(place).as_deref(), place, is_dir) {
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
            Match::None => is_hidden(place),
        }
    }

    /// What of these leaves `place` out, to be read behind "left out".
    pub(super) fn why(&self, place: &Path, is_dir: bool) -> Option<String> {
        match verdict(self.around(place).as_deref(), place, is_dir) {
            Match::Ignore(rule) => {
                let file = rule.from().unwrap_or(place);
                let file = file.strip_prefix(self.root.path()).unwrap_or(file).display();
                Some(format!("by the rule `{}` in {file}", visible(rule.original())))
            }
            Match::Whitelist(_) => None,
            Match::None => is_hidden(place).then(|| "because it is hidden".to_owned()),
        }
    }

    /// The rules for what is in the folder of `place`.
    fn around(&self, place: &Path) -> Option<Arc<Layer>> {
        if self.respected { place.parent().and_then(|folder| self.layer(folder)) } else { None }
    }

    /// Forgets what the files said: they may have changed.
    pub(super) fn forget(&self) {
        self.folders.clear();
    }

    /// The files that could not be read since this was asked last, each as a sentence.
    pub(super) fn troubles(&self) -> Vec<String> {
        std::mem::take(&mut *self.troubles.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn layer(&self, folder: &Path) -> Option<Arc<Layer>> {
        if let Some(known) = self.folders.get(folder.as_os_str()) {
            return known.clone();
        }
        // From the vault's root downwards; nothing above it counts.
        let around = match folder.parent() {
            Some(parent) if folder != self.root.path() && folder.starts_with(self.root.path()) => {
                self.layer(parent)
            }
            _ => None,
        };
        let rules = NAMES.map(|name| self.read(folder, name));
        let layer = if rules.iter().all(Gitignore::is_empty) {
            around
        } else {
            Some(Arc::new(Layer { rules, around }))
        };
        self.folders.insert(folder.as_os_str().to_owned(), layer.clone());
        layer
    }

    fn read(&self, folder: &Path, name: &str) -> Gitignore {
        let place = folder.join(name);
        let why = match FileReader::new().read_bytes(&self.root, &place, MAX) {
            Ok((Bytes::All(bytes), _)) => return parse(folder, &place, bytes),
            Ok((Bytes::TooMany(len), _)) => format!("its {len} bytes are more than the {MAX} that are read"),
            Err(ReadError::Gone) => return Gitignore::empty(),
            Err(error) => error.to_string(),
        };
        let shown = place.strip_prefix(self.root.path()).unwrap_or(&place).display();
        let trouble = format!("ignored the rules of {shown}: {why}");
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).push(trouble);
        Gitignore::empty()
    }
}

/// What the rules say, those of the innermost folder first, `.ignore` of any folder before
/// `.gitignore`.
fn verdict<'l>(layer: Option<&'l Layer>, place: &Path, is_dir: bool) -> Match<&'l Glob> {
    for which in [0, 1] {
        let mut next = layer;
        while let Some(layer) = next {
            let rules = layer.rules.get(which);
            let matched = rules.map_or(Match::None, |rules| rules.matched(place, is_dir));
            if !matched.is_none() {
                return matched;
            }
            next = layer.around.as_deref();
        }
    }
    Match::None
}

/// The rules in `bytes`, line by line as the crate reads a file: up to the first line that is not
/// UTF-8, and without the lines that are no pattern.
fn parse(folder: &Path, place: &Path, bytes: &[u8]) -> Gitignore {
    let mut rules = GitignoreBuilder::new(folder);
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let Ok(line) = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)) else { break };
        let line = if number == 0 { line.trim_start_matches('\u{feff}') } else { line };
        if let Err(error) = rules.add_line(Some(place.to_owned()), line) {
            tracing::debug!("{}:{}: {error}", place.display(), number + 1);
        }
    }
    rules.build().unwrap_or_else(|error| {
        tracing::debug!("{}: {error}", place.display());
        Gitignore::empty()
    })
}

fn is_hidden(place: &Path) -> bool {
    #[cfg(windows)]
    {
        use std::os::windows::fs::MetadataExt;
        const HIDDEN: u32 = 2;
        if place.symlink_metadata().is_ok_and(|metadata| metadata.file_attributes() & HIDDEN != 0) {
            return true;
        }
    }
    place.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::super::rules::Rules;
    use super::super::walk::{Limits, walk};
    use super::*;
    use crate::settings::Settings;

    /// Few names, so that patterns meet files.
    fn name() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "c", ".h", "a b", "é"]).prop_map(str::to_owned)
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec(name(), 1..4).prop_map(|segments| segments.join("/"))
    }

    fn pattern() -> impl Strategy<Value = String> {
        let body = prop_oneof![
            path(),
            name(),
            prop::sample::select(vec![
                "*", "**", "a*", "?", "[ab]", "**/b", "a/**", "*/c", "[", "\\#", "a\\ "
            ])
            .prop_map(str::to_owned),
        ];
        let start = prop::sample::select(vec!["", "", "!", "/", "!/", "#", "\\", " "]);
        let end = prop::sample::select(vec!["", "", "/", " ", "\r", "\\ ", "\u{feff}"]);
        (start, body, end).prop_map(|(start, body, end)| format!("{start}{body}{end}"))
    }

    fn rules() -> impl Strategy<Value = Vec<u8>> {
        let start = prop::sample::select(vec![&b""[..], b"\xef\xbb\xbf", b"\xff\n", b"\n\n"]);
        let end = prop::sample::select(vec![&b""[..], b"\n", b"\n\xff\n!a\n", b"\r\n*"]);
        (start, prop::collection::vec(pattern(), 0..5), end)
            .prop_map(|(start, lines, end)| [start, lines.join("\n").as_bytes(), end].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// The crate's own walk is the twin: it knows git's rules.
        #[test]
        fn the_rules_are_those_of_the_crate_s_own_walk(
            paths in prop::collection::vec(path(), 1..12),
            ignores in prop::collection::vec(
                (prop::option::of(path()), prop::sample::select(NAMES.to_vec()), rules()), 0..6),
            respect_gitignore in prop::bool::weighted(0.9),
        ) {
            let dir = tempfile::tempdir().unwrap();
            for path in &paths {
                let place = dir.path().join(path);
                // Where a file is in the way there is none.
                let _ = fs::create_dir_all(place.parent().unwrap());
                let _ = fs::write(place, "");
            }
            for (folder, name, rules) in &ignores {
                let folder = dir.path().join(folder.as_deref().unwrap_or_default());
                let _ = fs::create_dir_all(&folder);
                let _ = fs::write(folder.join(name), rules);
            }
            let mut twin = ignore::WalkBuilder::new(dir.path());
            twin.parents(false).git_global(false).git_exclude(false).require_git(false);
            twin.git_ignore(respect_gitignore).ignore(respect_gitignore);
            let relative = |place: &Path| place.strip_prefix(dir.path()).unwrap().to_str().unwrap().replace('\\', "/");
            let kept: BTreeSet<_> = twin.build().map(|entry| relative(entry.unwrap().path())).collect();
            let files = kept.iter().filter(|path| dir.path().join(path).is_file()).cloned();

            let root = Arc::new(Root::new(dir.path()).unwrap());
            let settings = Settings { respect_gitignore, ..Settings::default() };
            let (rules, _) = Rules::new(&root, &settings, &Limits::default());
            let found = Mutex::new(BTreeSet::new());
            walk(&root, &rules, &AtomicBool::new(false), &|paths| {
                found.lock().unwrap().extend(paths.iter().map(|path| path.to_string()));
            });
            prop_assert_eq!(found.into_inner().unwrap(), files.collect());
            // The same of each path by itself.
            let all = ignore::WalkBuilder::new(dir.path()).standard_filters(false).build();
            for entry in all.map(Result::unwrap).filter(|entry| entry.depth() > 0) {
                let path = relative(entry.path());
                let allowed = rules.allow(&path, entry.path().is_dir());
                prop_assert_eq!(allowed, kept.contains(&path), "{}", path);
            }
        }
    }
}
