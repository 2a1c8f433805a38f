//! What the resolver tries, taken down where somebody asks: there is one resolver, and no second one that explains it.
use super::{NoteId, Resolution, Tier};
use crate::text::VaultPath;

/// Something that the resolver has tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The name that was looked for: the target, or it in another reading.
    pub name: String,
    /// By what.
    pub tier: Tier,
    /// The notes that it found, best first, as [`Resolution::notes`] has them.
    pub notes: Vec<NoteId>,
    /// How many more.
    pub more: usize,
    /// The file or folder that it found.
    pub file: Option<VaultPath>,
}

impl Step {
    /// Whether it found nothing.
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.file.is_none()
    }

    /// Whether this is what the target leads to.
    pub fn decides(&self, found: &Resolution) -> bool {
        Some(self.tier) == found.tier && self.notes == found.notes && self.file == found.attachment
    }
}

/// Takes steps down, or costs nothing.
#[derive(Default)]
pub(super) struct Trace(Option<Vec<Step>>);

impl Trace {
    /// One that takes down.
    pub(super) fn on() -> Self {
        Self(Some(Vec::new()))
    }

    /// What it has taken down.
    pub(super) fn steps(self) -> Vec<Step> {
        self.0.unwrap_or_default()
    }

    /// Whether it takes down.
    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Takes down what notes a tier has found.
    pub(super) fn notes(&mut self, name: &str, tier: Tier, found: Option<Resolution>) -> Option<Resolution> {
        if let Some(steps) = &mut self.0 {
            let (notes, more) =
                found.as_ref().map_or_else(Default::default, |found| (found.notes.clone(), found.more));
            // Names of files are compared exactly, then in any case: the first of these says which it was.
            let tier = found.as_ref().and_then(|found| found.tier).unwrap_or(tier);
            steps.push(Step { name: name.to_owned(), tier, notes, more, file: None });
        }
        found
    }

    /// Takes down which file has been found.
    pub(super) fn file(&mut self, name: &str, tier: Tier, found: Option<VaultPath>) -> Option<VaultPath> {
        if let Some(steps) = &mut self.0 {
            let (notes, file) = (Vec::new(), found.clone());
            steps.push(Step { name: name.to_owned(), tier, notes, more: 0, file });
        }
        found
    }
}
