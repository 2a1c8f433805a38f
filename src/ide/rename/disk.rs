//! The files that the index does not know, ignored ones and those of hidden folders, as they are once some have moved.
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Move;
use crate::ide::{Analysis, Texts};
use crate::text::{PathText, VaultPath};

/// Files of a folder that are looked at beside those of the index: links follow no more.
const MOST_UNKNOWN: usize = 10_000;

/// The moves of all files when the file or folder `from` becomes `to`, ignored ones with them.
pub fn moves_of(analysis: &Analysis, from: &VaultPath, to: &VaultPath) -> Vec<Move> {
    let index = &analysis.index;
    let is_file = index.note(from).is_some() || index.has_file(from) || analysis.texts().exists(from);
    if is_file {
        return vec![Move { from: from.clone(), to: to.clone() }];
    }
    let notes = index.below(from).map(|note| VaultPath::from(index.path(note)));
    let mut paths: Vec<VaultPath> = notes.chain(index.files_below(from).cloned()).collect();
    let unknown = analysis.texts().below(from, MOST_UNKNOWN).into_iter().map(VaultPath::from);
    paths.extend(unknown.filter(|path| index.note(path).is_none() && !index.has_file(path)));
    let moved = paths.into_iter().filter_map(|path| {
        let to = to.join(path.below(from)?)?;
        Some(Move { from: path, to: to.into() })
    });
    moved.collect()
}

/// The files of a vault once those that the index does not know have moved.
pub(super) struct MovedTexts {
    now: Arc<dyn Texts>,
    /// Where those that move are now, by where they will be.
    came: BTreeMap<VaultPath, VaultPath>,
    gone: BTreeMap<VaultPath, ()>,
}

impl MovedTexts {
    pub(super) fn new(now: Arc<dyn Texts>, moves: &[&Move]) -> Self {
        let came = moves.iter().map(|own| (own.to.clone(), own.from.clone())).collect();
        let gone = moves.iter().map(|own| (own.from.clone(), ())).collect();
        Self { now, came, gone }
    }
}

impl Texts for MovedTexts {
    fn exists(&self, path: &str) -> bool {
        self.came.contains_key(path) || !self.gone.contains_key(path) && self.now.exists(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        let below = VaultPath::range_below(path);
        self.came.range(below.clone()).next().is_some()
            || self.gone.range(below).next().is_none() && self.now.is_folder(path)
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.now.read(self.came.get(path).map_or(path, |from| from))
    }

    fn uri(&self, path: &str) -> String {
        self.now.uri(path)
    }

    fn creatable(&self, path: &str) -> bool {
        !self.exists(path) && self.now.creatable(path)
    }
}
