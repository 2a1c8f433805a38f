//! Sorted sets as an index holds them: one array of what was there when the vault was read, with no more memory
//! than its items take, and small trees of what has changed since. A clone is a snapshot and costs nothing.
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use imbl::OrdSet;

/// Fewer changes than this leave the array as it is.
const FEW: usize = if cfg!(test) { 8 } else { 1024 };

/// Items that are ordered by a hash before all else, so that where one stands among many can be guessed.
pub(super) trait Hashed: Ord + Copy {
    /// That hash.
    fn hash(&self) -> u32;
}

/// A set of `T`, in order.
#[derive(Clone, Debug)]
pub(super) struct Sorted<T: Ord> {
    base: Arc<Vec<T>>,
    /// What is there beside the array.
    added: OrdSet<T>,
    /// What is in the array and not there.
    removed: OrdSet<T>,
}

impl<T: Ord> Default for Sorted<T> {
    fn default() -> Self {
        Self { base: Arc::default(), added: OrdSet::new(), removed: OrdSet::new() }
    }
}

impl<T: Hashed> Sorted<T> {
    /// Whether both are the same, since nobody touched them.
    #[cfg(test)]
    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.base, &other.base)
            && self.added.ptr_eq(&other.added)
            && self.removed.ptr_eq(&other.removed)
    }

    pub(super) fn insert(&mut self, item: T) {
        match self.is_in_base(&item) {
            true => self.removed.remove(&item),
            false => self.added.insert(item),
        };
        self.merge_many();
    }

    pub(super) fn remove(&mut self, item: &T) {
        match self.is_in_base(item) {
            true => self.removed.insert(*item),
            false => self.added.remove(item),
        };
        self.merge_many();
    }

    /// Makes a new array where the changes have outgrown it: each of them pays for as much of it as it adds.
    fn merge_many(&mut self) {
        if self.added.len() + self.removed.len() > self.base.len().max(FEW) {
            *self = self.iter().collect::<Vec<_>>().into();
        }
    }

    /// All, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.range(..)
    }

    /// The items by a key that follows their order: of each key the first, and how many there are. The cost grows with
    /// the number of keys and with what has changed.
    pub(super) fn groups<K: Ord>(&self, key: impl Fn(&T) -> K) -> impl Iterator<Item = (T, usize)> {
        let mut base = self.base.as_slice();
        let (mut added, mut removed) = (self.added.iter().peekable(), self.removed.iter().peekable());
        let groups = std::iter::from_fn(move || {
            let keys = [base.first(), added.peek().copied()].map(|first| first.map(&key));
            let least = keys.into_iter().flatten().min()?;
            let (group, rest) = base.split_at(leading(base, |item| key(item) == least).len());
            base = rest;
            let new = added.next_if(|item| key(item) == least);
            let more = std::iter::from_fn(|| added.next_if(|item| key(item) == least)).count();
            let gone = std::iter::from_fn(|| removed.next_if(|item| key(item) == least)).count();
            let count = group.len().saturating_sub(gone) + usize::from(new.is_some()) + more;
            let is_there = |item: &&T| gone == 0 || !self.removed.contains(*item);
            let first = group.iter().find(is_there).into_iter().chain(new).min();
            Some(first.map(|first| (*first, count)))
        });
        // Of some keys nothing is left.
        groups.flatten()
    }

    pub(super) fn contains(&self, item: &T) -> bool {
        match self.is_in_base(item) {
            true => !self.removed.contains(item),
            false => self.added.contains(item),
        }
    }

    fn is_in_base(&self, item: &T) -> bool {
        self.base.get(place(&self.base, item)) == Some(item)
    }

    /// What is in `range`, in order.
    pub(super) fn range(&self, range: impl RangeBounds<T>) -> impl Iterator<Item = T> + '_ {
        let (start, end) = (range.start_bound().cloned(), range.end_bound().cloned());
        let first = match start {
            Bound::Unbounded => 0,
            Bound::Included(start) => place(&self.base, &start),
            Bound::Excluded(start) => {
                let at = place(&self.base, &start);
                at + usize::from(self.base.get(at) == Some(&start))
            }
        };
        let is_inside = move |item: &T| match end {
            Bound::Unbounded => true,
            Bound::Included(end) => *item <= end,
            Bound::Excluded(end) => *item < end,
        };
        let base = leading(self.base.get(first..).unwrap_or_default(), is_inside);
        let is_plain = self.added.is_empty() && self.removed.is_empty();
        let plain = is_plain.then(|| base.iter().copied());
        let merged = (!is_plain).then(|| {
            let mut base = base.iter().copied().filter(|item| !self.removed.contains(item)).peekable();
            let mut added = self.added.range((start, end)).copied().peekable();
            std::iter::from_fn(move || match (base.peek(), added.peek()) {
                (Some(old), Some(new)) if new < old => added.next(),
                (Some(_), _) => base.next(),
                (None, _) => added.next(),
            })
        });
        plain.into_iter().flatten().chain(merged.into_iter().flatten())
    }
}

/// How many of `items` stand in front of `item`. Sought near where it would be if their hashes were spread evenly, which
/// spares most of the steps of a binary search, each of them in another place of memory.
fn place<T: Hashed>(items: &[T], item: &T) -> usize {
    /// The second guess is off by no more than about the root of what the first one was.
    const GUESSES: usize = 2;
    /// Where it is sought on both sides of the last guess.
    const NEAR: usize = 64;
    let last = items.len().saturating_sub(1);
    let (mut at, mut there) = (0, 0);
    for _ in 0..GUESSES {
        // No overflow: the hashes are below 2^32, and so many items as 2^31 have no room in memory.
        let apart = ((i64::from(item.hash()) - i64::from(there)) * last as i64) >> u32::BITS;
        at = (at as i64 + apart).clamp(0, last as i64) as usize;
        there = items.get(at).map_or(0, T::hash);
    }
    let is_before = |other: &T| other < item;
    let (start, end) = (at.saturating_sub(NEAR), at + NEAR);
    let begins = start == 0 || items.get(start).is_some_and(is_before);
    let ends = items.get(end).is_none_or(|other| !is_before(other));
    // Many items of one hash push the others away.
    let (start, end) = if begins && ends { (start, end.min(items.len())) } else { (0, items.len()) };
    start + items.get(start..end).unwrap_or_default().partition_point(is_before)
}

/// The part of `items` in front of the first that is not inside, at a cost that grows with the logarithm of its length
/// and not of theirs.
fn leading<T>(items: &[T], is_inside: impl Fn(&T) -> bool) -> &[T] {
    let mut reach = 1;
    while items.get(reach - 1).is_some_and(&is_inside) {
        reach *= 2;
    }
    let sure = reach / 2;
    let rest = items.get(sure..reach.min(items.len())).unwrap_or_default();
    items.get(..sure + rest.partition_point(is_inside)).unwrap_or(items)
}

/// Of items in any order, more than once too.
impl<T: Ord> From<Vec<T>> for Sorted<T> {
    fn from(mut items: Vec<T>) -> Self {
        items.sort_unstable();
        items.dedup();
        items.shrink_to_fit();
        Self { base: Arc::new(items), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    impl Hashed for u8 {
        fn hash(&self) -> u32 {
            u32::from(*self) << 24
        }
    }

    impl Hashed for (u32, u32) {
        fn hash(&self) -> u32 {
            self.0
        }
    }

    proptest! {
        #[test]
        fn a_place_is_found_however_the_hashes_are_spread(
            items: Vec<(u32, u32)>,
            near in proptest::collection::vec((0u32..5, 0u32..50), 0..300),
            wanted: Vec<(u32, u32)>,
        ) {
            let mut items: Vec<_> = items.into_iter().chain(near.iter().copied()).collect();
            items.sort_unstable();
            let top = (u32::MAX, u32::MAX);
            for item in items.iter().copied().chain(near).chain(wanted).chain([(0, 0), (5, 5), top]) {
                prop_assert_eq!(place(&items, &item), items.partition_point(|other| *other < item));
            }
        }

        #[test]
        fn it_is_a_set(
            start: Vec<u8>,
            changes in proptest::collection::vec((any::<bool>(), 0u8..40), 0..60),
            ranges in proptest::collection::vec((any::<Bound<u8>>(), any::<Bound<u8>>()), 20),
        ) {
            let mut plain: BTreeSet<u8> = start.iter().copied().collect();
            let mut set = Sorted::from(start);
            let (before, old) = (set.clone(), plain.clone());
            for (is_new, item) in changes {
                if is_new {
                    set.insert(item);
                    plain.insert(item);
                } else {
                    set.remove(&item);
                    plain.remove(&item);
                }
                prop_assert!(set.iter().eq(plain.iter().copied()));
            }
            let mut groups: Vec<(u8, usize)> = Vec::new();
            for item in &plain {
                match groups.last_mut().filter(|(first, _)| first / 4 == item / 4) {
                    Some((_, count)) => *count += 1,
                    None => groups.push((*item, 1)),
                }
            }
            prop_assert_eq!(set.groups(|item| item / 4).collect::<Vec<_>>(), groups);
            for range in ranges {
                let inside = plain.iter().copied().filter(|item| range.contains(item));
                prop_assert!(set.range(range).eq(inside));
            }
            for item in 0..45 {
                prop_assert_eq!(set.contains(&item), plain.contains(&item));
            }
            prop_assert!(before.iter().eq(old));
        }
    }
}
