use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{IncrementalIgnore, WalkBuilder};

use super::Root;
use super::walk::{Depth, Limits};
use crate::settings::Settings;

/// Which files of a vault are left out. The walk and the question about a single path use the same
/// builder, so that they cannot disagree.
pub(super) struct Rules {
    walk: WalkBuilder,
    single: Option<IncrementalIgnore>,
    exclude: Arc<Gitignore>,
    root: Arc<Root>,
    limits: Limits,
}

impl Rules {
    /// The rules of the vault at `root`, and the patterns that were refused, each as a sentence.
    pub(super) fn new(root: &Arc<Root>, settings: &Settings, limits: &Limits) -> (Self, Vec<String>) {
        let mut refused = Vec::new();
        let mut exclude = GitignoreBuilder::new(root.path());
        for pattern in &settings.exclude {
            if let Err(error) = exclude.add_line(None, pattern) {
                refused
                    .push(format!("the pattern `{pattern}` of the setting `exclude` is left out: {error}"));
            }
        }
        let exclude = exclude.build().unwrap_or_else(|error| {
            refused.push(format!("the setting `exclude` is left out: {error}"));
            Gitignore::empty()
        });
        let exclude = Arc::new(exclude);

        let mut walk = WalkBuilder::new(root.path());
        walk.hidden(true)
            .parents(false)
            .git_global(false)
            .git_exclude(false)
            .require_git(false)
            .git_ignore(settings.respect_gitignore)
            .ignore(settings.respect_gitignore)
            .follow_links(false)
            .threads(std::thread::available_parallelism().map_or(1, usize::from))
            .max_depth(match limits.depth {
                Depth::All => None,
                Depth::Folder => Some(1),
            });
        let (filter, others) = (Arc::clone(&exclude), limits.without.clone());
        walk.filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let other_vault = is_dir && others.iter().any(|other| other == entry.path());
            !other_vault && !filter.matched(entry.path(), is_dir).is_ignore()
        });
        let rules = Self { walk, single: None, exclude, root: Arc::clone(root), limits: limits.clone() };
        (rules, refused)
    }

    /// The walk over all files that the rules leave in, from the vault's root.
    pub(super) fn walk(&self) -> &WalkBuilder {
        &self.walk
    }

    /// Whether the rules leave `path` (relative to the vault) in, its folders considered.
    pub(super) fn allow(&mut self, path: &str, is_dir: bool) -> bool {
        let place = self.root.path().join(path);
        let mut folder = Path::new("").to_owned();
        for segment in Path::new(path).parent().into_iter().flat_map(Path::components) {
            folder.push(segment);
            let place = self.root.path().join(&folder);
            if self.exclude.matched(&place, true).is_ignore() || self.limits.without.contains(&place) {
                return false;
            }
        }
        if self.exclude.matched(&place, is_dir).is_ignore() {
            return false;
        }
        if self.single.is_none() {
            self.single = self.walk.build_matchers().pop();
        }
        self.single.as_mut().is_none_or(|single| !single.matched(path, is_dir).is_ignore())
    }

    /// Forgets what ignore files said: they may have changed.
    pub(super) fn forget(&mut self) {
        self.single = None;
    }
}
