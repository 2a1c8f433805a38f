//! Headings that match what is typed, sought by several threads.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::super::Analysis;
use super::super::completion::fuzzy::{MatchKind, Query};
use super::{Found, SymbolKind, score};
use crate::index::HeadingSlice;

/// Slices of headings that one thread takes at a time.
const PER_TURN: usize = 64;

/// A search of slices of headings, in their order, until enough headings match. Each thread that [helps](Self::help)
/// takes some at a time; what is found does not depend on how many threads do.
pub(super) struct Search<'s, 'i> {
    analysis: &'i Analysis,
    slices: &'s [HeadingSlice],
    typed: &'s str,
    query: &'s Query,
    kind: MatchKind,
    enough: usize,
    /// How often slices were taken.
    turns: AtomicUsize,
    /// How many headings match.
    count: AtomicUsize,
    /// What was found, with the number of its turn.
    found: Mutex<Vec<(usize, Vec<Found<'i>>)>>,
}

impl<'s, 'i> Search<'s, 'i> {
    pub(super) fn new(
        analysis: &'i Analysis,
        slices: &'s [HeadingSlice],
        (typed, query): (&'s str, &'s Query),
        kind: MatchKind,
        enough: usize,
    ) -> Self {
        Self {
            analysis,
            slices,
            typed,
            query,
            kind,
            enough,
            turns: AtomicUsize::new(0),
            count: AtomicUsize::new(0),
            found: Mutex::default(),
        }
    }

    /// Looks through slices until there are no more, or enough headings match.
    pub(super) fn help(&self) {
        let (mut query, mut found) = (self.query.clone(), Vec::new());
        while self.count() < self.enough {
            let turn = self.turns.fetch_add(1, Ordering::Relaxed);
            let Some(slices) = self.slices.chunks(PER_TURN).nth(turn) else { break };
            let here = self.matching(slices, &mut query);
            self.count.fetch_add(here.len(), Ordering::Relaxed);
            found.push((turn, here));
        }
        self.found.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    }

    /// How many headings match so far.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// The headings that match: of the first turns in which there are enough, with the slices of these.
    pub(super) fn found(self) -> (Vec<Found<'i>>, &'s [HeadingSlice]) {
        let mut turns = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        turns.sort_unstable_by_key(|(turn, _)| *turn);
        let (mut found, mut read) = (Vec::new(), 0);
        for (_, mut here) in turns {
            if found.len() >= self.enough {
                break;
            }
            found.append(&mut here);
            read += PER_TURN;
        }
        (found, self.slices.get(..read).unwrap_or(self.slices))
    }

    /// Does all of it, with the threads of rayon.
    pub(super) fn run(self) -> Vec<Found<'i>> {
        let others = self.slices.len().div_ceil(PER_TURN).min(rayon::current_num_threads()).saturating_sub(1);
        rayon::in_place_scope(|scope| {
            (0..others).for_each(|_| scope.spawn(|_| self.help()));
            self.help();
        });
        self.found().0
    }

    fn matching(&self, slices: &[HeadingSlice], query: &mut Query) -> Vec<Found<'i>> {
        let mut found = Vec::new();
        let index = &self.analysis.index;
        for (note, number, heading) in index.cancel().over(index.headings_in(slices)) {
            if !query.may_match_kept(self.kind, heading.kept()) {
                continue;
            }
            let name = heading.text();
            if let Some(score) = score(query, &name, self.typed, self.kind) {
                found.push(Found { name, kind: SymbolKind::Heading, note, number, score });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::completion::candidates::query_of;
    use crate::ide::fixture::Fixture;

    #[test]
    fn what_is_found_does_not_depend_on_how_many_threads_help() {
        let note = |n: usize| {
            format!("//- {n}.md\n## {}\n## Tide {n}\n", if n.is_multiple_of(3) { "Tides" } else { "x" })
        };
        let fixture = Fixture::new(&(0..999).map(note).collect::<String>());
        let (analysis, query) = (&fixture.analysis, query_of("tide"));
        let slices = analysis.index.headings_like("tide", usize::MAX).holding;
        assert_eq!(slices.len(), 999);
        for (enough, expected) in [(1, PER_TURN), (500, 6 * PER_TURN), (usize::MAX, 999)] {
            let found = |threads: usize| {
                let search = Search::new(analysis, &slices, ("tide", &query), MatchKind::Substring, enough);
                std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(|| search.help()))));
                let (found, read) = search.found();
                assert_eq!(read.len(), expected);
                found.iter().map(|found| (found.note, found.number)).collect::<Vec<_>>()
            };
            let alone = found(1);
            assert_eq!(found(3), alone);
            assert_eq!(alone.len(), expected + expected.div_ceil(3), "each has one, a third of them two");
        }
    }
}
