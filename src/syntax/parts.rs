//! Reading a note anew where an edit has changed it, and nowhere else.
//!
//! A note can be cut before a block that begins where nothing is open: what stands on either side of a
//! cut reads the same without the other. [`Parts`] holds the cuts that the walk over a note came by, and
//! what in the note reaches further than to the next one.

use super::{
    Block, ElementId, Fix, Footnote, Heading, Link, Note, Problem, Scope, Suppression, Tag, Timestamp,
    VideoLink,
};
use crate::text::Span;

/// Where a note can be cut, and what would be missed by reading one part of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Parts {
    /// Where the body begins.
    pub(super) body: u32,
    /// The blocks before which the note can be cut, by their first bytes; in order.
    pub(super) cuts: Vec<u32>,
    /// The first text that is not the line of the channel: a code block behind it does not hold the whole note.
    pub(super) first_text: Option<u32>,
    /// Start of the first wikilink of a line that begins with `From:`, whether or not it is one of the links.
    pub(super) channel: Option<u32>,
    /// Long lists, in order.
    pub(super) lists: Vec<TightList>,
    /// Whether something concerns all of the note: a definition of a reference or a footnote, a code
    /// block that may hold the note, a comment that is still to be closed.
    pub(super) whole: bool,
}

/// A tight list in no other block, which can be cut before its items.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct TightList {
    /// The items that begin their lines, by their first bytes; in order.
    pub(super) items: Vec<u32>,
}

impl TightList {
    /// Whether it is worth a window of its own.
    pub(super) fn is_long(&self) -> bool {
        self.items.len() > 4
    }

    /// An item like those of the list, to stand in the place of the next one.
    fn next_item(&self, text: &str) -> Option<&'static str> {
        let item = text.as_bytes().get(*self.items.first()? as usize..)?;
        let digits = item.iter().take_while(|b| b.is_ascii_digit()).count();
        Some(match (digits, item.get(digits)?) {
            (0, b'-') => "- x",
            (0, b'*') => "* x",
            (0, b'+') => "+ x",
            (_, b'.') => "1. x",
            (_, b')') => "1) x",
            _ => return None,
        })
    }
}

/// Whether a block that begins at `at` is one before which its note can be cut, as far as the text shows:
/// it begins its line, which follows a blank one, and it is no lone block id, which names the block before.
pub(super) fn may_cut(text: &str, body: usize, at: usize) -> bool {
    let bytes = text.as_bytes();
    let Some(before) = bytes.get(body..at).and_then(|before| before.strip_suffix(b"\n")) else {
        return false;
    };
    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r');
    let last = before.iter().rev().find(|b| !blank(b));
    let content = bytes.get(at..).unwrap_or_default().iter().find(|b| !matches!(b, b'#' | b' ' | b'\t'));
    last.is_none_or(|&b| b == b'\n') && content != Some(&b'^')
}

/// A change of a text: the bytes of the old one that were replaced, and by how many.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Change {
    pub(super) start: usize,
    pub(super) old_end: usize,
    pub(super) new_end: usize,
}

impl Change {
    /// What has changed between two texts; not cut inside of a character.
    pub(super) fn between(old: &str, new: &str) -> Self {
        let most = old.len().min(new.len());
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let same = same_bytes(a, b);
        let start = old.floor_char_boundary(same).min(new.floor_char_boundary(same));
        let behind = |text: &'_ [u8]| text.len() - (most - start);
        let tail = match (a.get(behind(a)..), b.get(behind(b)..)) {
            (Some(a), Some(b)) => same_last_bytes(a, b),
            _ => 0,
        };
        let old_end = old.ceil_char_boundary(old.len() - tail);
        Self { start, old_end, new_end: old_end + new.len() - old.len() }
    }

    /// Where a byte of the old text behind the change is in the new one.
    pub(super) fn moved(self, at: usize) -> usize {
        at + self.new_end - self.old_end
    }
}

/// Bytes that are compared at once: a long note mostly stays as it is.
const CHUNK: usize = 1 << 10;

/// How many bytes both begin with.
fn same_bytes(a: &[u8], b: &[u8]) -> usize {
    let chunks = a.chunks_exact(CHUNK).zip(b.chunks_exact(CHUNK));
    let same = chunks.take_while(|(a, b)| a == b).count() * CHUNK;
    let rest = |text| <[u8]>::iter(text).skip(same);
    same + rest(a).zip(rest(b)).take_while(|(a, b)| a == b).count()
}

/// How many bytes both end with.
fn same_last_bytes(a: &[u8], b: &[u8]) -> usize {
    let chunks = a.rchunks_exact(CHUNK).zip(b.rchunks_exact(CHUNK));
    let same = chunks.take_while(|(a, b)| a == b).count() * CHUNK;
    let rest = |text| <[u8]>::iter(text).rev().skip(same);
    same + rest(a).zip(rest(b)).take_while(|(a, b)| a == b).count()
}

/// The part of a note to be read anew after a change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) old_end: usize,
    /// In the new text.
    pub(super) end: usize,
    /// What stands behind it, a paragraph or an item, for the parser to see whether anything is open there;
    /// `None` at the end of the text.
    pub(super) next: Option<&'static str>,
    /// Whether it is a part of one list.
    pub(super) in_list: bool,
}

impl Parts {
    /// The part of the note that `change` may concern: from one whole part before to one whole part behind.
    pub(super) fn window(&self, old: &str, change: Change) -> Window {
        let nth = |n: usize| self.cuts.get(n).map(|&cut| cut as usize);
        let before = self.cuts.partition_point(|&cut| cut as usize <= change.start);
        let start = before.checked_sub(2).and_then(nth).unwrap_or(self.body as usize);
        let behind = self.cuts.partition_point(|&cut| (cut as usize) < change.old_end);
        let cut = nth(behind + 1);
        let old_end = cut.unwrap_or(old.len());
        let end = change.moved(old_end);
        Window { start, old_end, end, next: cut.map(|_| "x"), in_list: false }
    }

    /// The same where `change` lies within a long list: from an item before to an item behind.
    pub(super) fn window_in_list(&self, old: &str, new: &str, change: Change) -> Option<Window> {
        let after = self
            .lists
            .partition_point(|list| list.items.first().is_some_and(|&at| at as usize <= change.start));
        let list = self.lists.get(after.checked_sub(1)?)?;
        let before = list.items.partition_point(|&item| item as usize <= change.start);
        let behind = list.items.partition_point(|&item| (item as usize) < change.old_end);
        let start = *list.items.get(before.checked_sub(2)?)? as usize;
        let old_end = *list.items.get(behind + 1)? as usize;
        let end = change.moved(old_end);
        // Any other line goes on with a paragraph without being indented, and could name the whole list.
        let mark = *old.as_bytes().get(start)?;
        let is_part = |line: &[u8]| {
            line.first().is_none_or(|&b| {
                b == mark || b == b' ' || b == b'\t' || mark.is_ascii_digit() && b.is_ascii_digit()
            })
        };
        let lines = new.as_bytes().get(start..end)?.split(|&b| b == b'\n' || b == b'\r');
        lines.into_iter().all(is_part).then_some(Window {
            start,
            old_end,
            end,
            next: list.next_item(old),
            in_list: true,
        })
    }
}

/// Something that a note says at a place of its text.
trait Placed: Clone {
    /// Its first byte, or one that stands in the same part of the note.
    fn start(&self) -> u32;

    /// Calls `f` with every span in it.
    fn each(&mut self, f: &mut dyn FnMut(&mut Span));
}

/// Says of a type which span shows its place, and which ones it has.
macro_rules! placed {
    ($type:ty, $this:ident, $start:expr, [$($span:expr),*] $(, $more:expr)?) => {
        impl Placed for $type {
            fn start(&self) -> u32 {
                let $this = self;
                $start
            }

            fn each(&mut self, f: &mut dyn FnMut(&mut Span)) {
                let $this = self;
                $($span.into_iter().for_each(&mut *f);)*
                $($more(f);)?
            }
        }
    };
}

fn edits(fixes: &mut [Fix]) -> impl Iterator<Item = &mut Span> {
    fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|(span, _)| span)
}

placed!(Heading, it, it.span.start, [[&mut it.span, &mut it.content], &mut it.id]);
placed!(
    Link,
    it,
    it.span.start,
    [[&mut it.span, &mut it.target], it.anchor.as_mut().map(|anchor| &mut anchor.span), &mut it.alias]
);
placed!(
    Timestamp,
    it,
    it.span.start,
    [
        [&mut it.span],
        &mut it.value,
        &mut it.label,
        it.problem
            .iter_mut()
            .flat_map(|problem| [&mut problem.span].into_iter().chain(edits(&mut problem.fixes))),
        edits(&mut it.actions)
    ]
);
placed!(VideoLink, it, it.span.start, [[&mut it.span, &mut it.video, &mut it.text]]);
placed!(Tag, it, it.span.start, [[&mut it.span, &mut it.name]]);
placed!(Block, it, it.span.start, [[&mut it.span, &mut it.id, &mut it.block]]);
placed!(ElementId, it, it.tag.start, [[&mut it.tag, &mut it.id]]);
placed!(Footnote, it, it.span.start, [[&mut it.span, &mut it.label]]);
placed!(Problem, it, it.span.start, [[&mut it.span], edits(&mut it.fixes)]);
placed!(
    Suppression,
    it,
    it.codes.first().map_or(0, |code| code.start),
    [
        &mut it.codes,
        match &mut it.scope {
            Scope::Lines(lines) => Some(lines),
            Scope::Note => None,
        }
    ]
);

impl Window {
    /// What stood before the window, what was read in it, and what stands behind it now.
    fn splice<T: Placed>(self, old: &[T], read: Vec<T>) -> Vec<T> {
        let mut all = Vec::with_capacity(old.len() + read.len());
        let moved = |it: &T| {
            let mut it = it.clone();
            it.each(&mut |span| *span = Span { start: self.moved(span.start), end: self.moved(span.end) });
            it
        };
        all.extend(old.iter().filter(|it| (it.start() as usize) < self.start).map(moved));
        all.extend(read);
        all.extend(old.iter().filter(|it| self.is_behind(it.start())).map(moved));
        all
    }

    fn is_behind(self, at: u32) -> bool {
        self.next.is_some() && at as usize >= self.old_end
    }

    /// Where a byte of the old text outside of the window is in the new one.
    fn moved(self, at: u32) -> u32 {
        if self.is_behind(at) { Span::at(at as usize + self.end - self.old_end).start } else { at }
    }

    /// The place of what may come but once: the first one of the old note unless it stood in the window,
    /// else that in the window. `None` where neither says which one is the first now.
    fn first(self, old: Option<u32>, read: Option<u32>) -> Option<Option<u32>> {
        match (old.map(|at| (at, at as usize)), read) {
            (Some((at, place)), _) if place < self.start => Some(Some(at)),
            (_, Some(read)) => Some(Some(read)),
            (Some((at, _)), None) if self.is_behind(at) => Some(Some(self.moved(at))),
            (Some(_), None) => None,
            (None, None) => Some(None),
        }
    }

    /// The lists of the note; one that the window is a part of has its items anew there.
    fn lists(self, old: &[TightList], read: Vec<TightList>) -> Vec<TightList> {
        let place = |list: &TightList| list.items.first().map_or(0, |&item| item as usize);
        let mut lists: Vec<TightList> = Vec::new();
        let mut read = read.into_iter();
        for list in
            old.iter().filter(|list| place(list) < self.start || self.in_list && place(list) == self.start)
        {
            let mut items: Vec<u32> =
                list.items.iter().copied().filter(|&item| (item as usize) < self.start).collect();
            if self.in_list && list.items.last().is_some_and(|&last| self.is_behind(last)) {
                items.extend(read.next().unwrap_or_default().items);
                items.extend(
                    list.items.iter().filter(|&&item| self.is_behind(item)).map(|&item| self.moved(item)),
                );
            }
            lists.push(TightList { items });
        }
        lists.extend(read);
        let behind = old.iter().filter(|list| self.is_behind(Span::at(place(list)).start));
        lists.extend(
            behind.map(|list| TightList { items: list.items.iter().map(|&item| self.moved(item)).collect() }),
        );
        lists.retain(TightList::is_long);
        lists
    }

    /// The note that was `old`, with `read` in the window; `None` where it has to be read as a whole.
    pub(super) fn put_into(self, old: &Note, read: Note) -> Option<Note> {
        let (before, parts) = (&old.parts, read.parts);
        if parts.whole {
            return None;
        }
        let mut cuts: Vec<u32> =
            before.cuts.iter().copied().filter(|&cut| cut as usize <= self.start).collect();
        cuts.extend(parts.cuts);
        cuts.extend(before.cuts.iter().filter(|&&cut| self.is_behind(cut)).map(|&cut| self.moved(cut)));
        let parts = Parts {
            body: before.body,
            cuts,
            first_text: self.first(before.first_text, parts.first_text)?,
            channel: self.first(before.channel, parts.channel)?,
            lists: self.lists(&before.lists, parts.lists),
            whole: false,
        };
        let mut note = Note {
            front_matter: old.front_matter.clone(),
            headings: self.splice(&old.headings, read.headings),
            links: self.splice(&old.links, read.links),
            channel: None,
            timestamps: self.splice(&old.timestamps, read.timestamps),
            video_links: self.splice(&old.video_links, read.video_links),
            // There are none without definitions.
            references: Vec::new(),
            tags: self.splice(&old.tags, read.tags),
            blocks: self.splice(&old.blocks, read.blocks),
            element_ids: self.splice(&old.element_ids, read.element_ids),
            footnotes: self.splice(&old.footnotes, read.footnotes),
            suppressions: self.splice(&old.suppressions, read.suppressions),
            problems: self.splice(&old.problems, read.problems),
            parts,
        };
        note.sort();
        Some(note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_differ_where_they_do() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 4 * CHUNK + 7] {
            let old: String = ('a'..='z').cycle().take(length).collect();
            for at in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, length / 2, length - length.min(1), length] {
                let at = at.min(length);
                for (new, end) in [("-", 0), ("", 1), ("-", 1), ("-\u{e9}-", CHUNK + 3)] {
                    let old_end = (at + end).min(length);
                    let text = format!("{}{new}{}", &old[..at], &old[old_end..]);
                    let change = Change { start: at, old_end, new_end: at + new.len() };
                    assert_eq!(Change::between(&old, &text), change, "{length} {at} {new} {end}");
                }
            }
        }
    }
}
