use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{Match, WalkBuilder};

use super::Root;
use super::ignore_files::IgnoreFiles;
use super::walk::{Depth, Limits};
use crate::settings::Settings;
use crate::text::visible;

/// Which files of a vault are left out. The walk and the question about a single path ask the same
/// rules, so that they cannot disagree.
pub(super) struct Rules {
    walk: WalkBuilder,
    ignore_files: Arc<IgnoreFiles>,
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
                refused.push(format!("ignored invalid pattern `{pattern}` in `exclude`: {error}"));
            }
        }
        let exclude = exclude.build().unwrap_or_else(|error| {
            refused.push(format!("ignored the setting `exclude`: {error}"));
            Gitignore::empty()
        });
        let exclude = Arc::new(exclude);

        let ignore_files = Arc::new(IgnoreFiles::new(Arc::clone(root), settings.respect_gitignore));

        let mut walk = WalkBuilder::new(root.path());
        // It reads no rules by itself: it would wait for a FIFO of such a name.
        walk.standard_filters(false)
            .follow_links(false)
            .threads(std::thread::available_parallelism().map_or(1, usize::from))
            .max_depth(match limits.depth {
                Depth::All => None,
                Depth::Folder => Some(1),
            });
        let (filter, others, ignored) =
            (Arc::clone(&exclude), limits.without.clone(), Arc::clone(&ignore_files));
        walk.filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let other_vault = is_dir && others.iter().any(|other| other == entry.path());
            let left_out = entry.depth() > 0 && ignored.leaves_out(entry.path(), is_dir);
            !other_vault && !left_out && !filter.matched(entry.path(), is_dir).is_ignore()
        });
        let rules = Self { walk, ignore_files, exclude, root: Arc::clone(root), limits: limits.clone() };
        (rules, refused)
    }

    /// The walk over all files that the rules leave in, from the vault's root.
    pub(super) fn walk(&self) -> &WalkBuilder {
        &self.walk
    }

    /// Whether the rules leave `path` (relative to the vault) in, its folders considered.
    pub(super) fn allow(&self, path: &str, is_dir: bool) -> bool {
        let place = self.root.path().join(path);
        if self.limits.depth == Depth::Folder && path.contains('/') {
            return false;
        }
        let mut folder = Path::new("").to_owned();
        for segment in Path::new(path).parent().into_iter().flat_map(Path::components) {
            folder.push(segment);
            let place = self.root.path().join(&folder);
            if self.exclude.matched(&place, true).is_ignore()
                || self.limits.without.contains(&place)
                || self.ignore_files.leaves_out(&place, true)
            {
                return false;
            }
        }
        !self.exclude.matched(&place, is_dir).is_ignore() && !self.ignore_files.leaves_out(&place, is_dir)
    }

    /// What leaves `path` (relative to the vault) out, or the outermost folder around it that is left out,
    /// as a sentence without its end; `None` where nothing does.
    pub(super) fn why(&self, path: &str, is_dir: bool) -> Option<String> {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        for part in ends.filter_map(|end| path.get(..end)).filter(|part| !part.is_empty()) {
            let place = self.root.path().join(part);
            let is_dir = is_dir || part.len() < path.len();
            let why = match self.exclude.matched(&place, is_dir) {
                Match::Ignore(rule) => {
                    Some(format!("by the pattern `{}` of the setting `exclude`", visible(rule.original())))
                }
                _ => self.ignore_files.why(&place, is_dir),
            };
            if let Some(why) = why {
                return Some(format!("{} is left out {why}", visible(part)));
            }
        }
        None
    }

    /// Forgets what ignore files said: they may have changed.
    pub(super) fn forget(&self) {
        self.ignore_files.forget();
    }

    /// The files of rules that could not be read since this was asked last, each as a sentence.
    pub(super) fn troubles(&self) -> Vec<String> {
        self.ignore_files.troubles()
    }
}
