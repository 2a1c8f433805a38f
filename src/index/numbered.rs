//! A list as an index holds it, by the numbers of notes: one array of what was there when the vault was read, and a
//! tree of what has changed since. A clone is a snapshot and costs nothing.
use std::sync::Arc;

use imbl::OrdMap;

/// Fewer changes than this leave the array as it is.
const FEW: usize = if cfg!(test) { 8 } else { 1024 };

/// Items in a run of [`Numbered::runs`].
const RUN: usize = 64;

/// A list of `T`.
#[derive(Clone, Debug)]
pub(super) struct Numbered<T> {
    base: Arc<Vec<T>>,
    /// What stands in place of the array's items, and behind them.
    changed: OrdMap<usize, Arc<T>>,
    /// The places of all that has changed are among these.
    marks: Marks,
    len: usize,
}

/// Places of a list, and some more: told faster than by a look at the tree.
#[derive(Clone, Debug, Default)]
struct Marks([u64; 8]);

impl Marks {
    fn add(&mut self, at: usize) {
        self.0.get_mut(at / 64 % 8).into_iter().for_each(|word| *word |= 1 << (at % 64));
    }

    fn may_hold(&self, at: usize) -> bool {
        self.0.get(at / 64 % 8).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> From<Vec<T>> for Numbered<T> {
    fn from(mut base: Vec<T>) -> Self {
        base.shrink_to_fit();
        Self { len: base.len(), base: Arc::new(base), changed: OrdMap::new(), marks: Marks::default() }
    }
}

impl<T: Clone> Numbered<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether both are the same, since nobody touched them.
    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        self.len == other.len && Arc::ptr_eq(&self.base, &other.base) && self.changed.ptr_eq(&other.changed)
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        let changed = if self.marks.may_hold(at) { self.changed.get(&at) } else { None };
        changed.map(|item| &**item).or_else(|| self.base.get(at).filter(|_| at < self.len))
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// Puts `item` at `at`, where something stands.
    pub(super) fn set(&mut self, at: usize, item: T) {
        self.changed.insert(at, Arc::new(item));
        self.marks.add(at);
        // A new array, where the changes have outgrown it: each of them pays for as much of it as it adds.
        if self.changed.len() > self.base.len().max(FEW) {
            *self = self.iter().cloned().collect::<Vec<_>>().into();
        }
    }

    pub(super) fn push(&mut self, item: T) {
        self.len += 1;
        self.set(self.len - 1, item);
    }

    /// Takes the last item away.
    pub(super) fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
        self.changed.remove(&self.len);
    }

    /// All, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.runs().flatten()
    }

    /// All, in order, some at a time.
    pub(super) fn runs(&self) -> impl Iterator<Item = &[T]> {
        let mut changed = self.changed.iter().peekable();
        let mut next = 0;
        std::iter::from_fn(move || {
            let at = next;
            if let Some((_, item)) = changed.next_if(|(number, _)| **number == at) {
                next += 1;
                return Some(std::slice::from_ref(&**item));
            }
            let behind = changed.peek().map_or(self.len, |(number, _)| **number).min(at + RUN);
            next = behind;
            self.base.get(at..behind).filter(|run| !run.is_empty())
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Set(usize, u8),
        Push(u8),
        Pop,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (any::<usize>(), any::<u8>()).prop_map(|(at, item)| Step::Set(at, item)),
            2 => any::<u8>().prop_map(Step::Push),
            2 => Just(Step::Pop),
        ];
        proptest::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn it_is_a_list(start in proptest::collection::vec(any::<u8>(), 0..150), steps in steps()) {
            let (mut plain, mut list) = (start.clone(), Numbered::from(start.clone()));
            let before = list.clone();
            for step in steps {
                let last = (list.clone(), plain.clone());
                prop_assert!(last.0.ptr_eq(&list));
                match step {
                    Step::Set(at, item) if !plain.is_empty() => {
                        let at = at % plain.len();
                        plain[at] = item;
                        list.set(at, item);
                    }
                    Step::Set(..) => {}
                    Step::Push(item) => {
                        plain.push(item);
                        list.push(item);
                    }
                    Step::Pop => {
                        plain.pop();
                        list.pop();
                    }
                }
                prop_assert!(list.iter().eq(&plain));
                prop_assert!(!last.0.ptr_eq(&list) || last.1 == plain);
                prop_assert_eq!((list.len(), list.last()), (plain.len(), plain.last()));
                let got: Vec<_> = (0..plain.len() + 2).map(|at| list.get(at)).collect();
                prop_assert_eq!(got, (0..plain.len() + 2).map(|at| plain.get(at)).collect::<Vec<_>>());
            }
            prop_assert!(before.iter().eq(&start));
        }
    }
}
