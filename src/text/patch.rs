use super::Span;

/// Changes of a text, made in several steps and told as one.
///
/// Each step counts in the text as the step before left it; the [edits](Patch::edits) count in the first text.
#[derive(Clone, Debug)]
pub struct Patch {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// Bytes of the first text.
    Kept(Span),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Kept(span) => span.len(),
            Self::New(text) => text.len(),
        }
    }

    /// Takes away its first `at` bytes.
    fn split(&mut self, at: usize) -> Self {
        match self {
            Self::Kept(span) => {
                let middle = span.start() + at.min(span.len());
                let first = Span::new(span.start(), middle);
                *span = Span::new(middle, span.end());
                Self::Kept(first)
            }
            Self::New(text) => {
                let rest = text.split_off(text.floor_char_boundary(at));
                Self::New(std::mem::replace(text, rest))
            }
        }
    }
}

impl Patch {
    /// No change of a text of so many bytes.
    pub fn new(len: usize) -> Self {
        Self { pieces: vec![Piece::Kept(Span::new(0, len))] }
    }

    /// Makes `edits`, which are in order and do not overlap.
    pub fn apply(&mut self, edits: &[(Span, String)]) {
        let mut before = std::mem::take(&mut self.pieces).into_iter();
        let (mut rest, mut at) = (before.next(), 0);
        // Everything as far as `end`, to be kept or dropped.
        let mut take = |end: usize, mut kept: Option<&mut Vec<Piece>>| {
            while at < end
                && let Some(piece) = &mut rest
            {
                let len = piece.len();
                let part = if at + len <= end {
                    at += len;
                    std::mem::replace(&mut rest, before.next())
                } else {
                    let part = piece.split(end - at);
                    at = end;
                    Some(part)
                };
                if let Some(kept) = &mut kept {
                    kept.extend(part);
                }
            }
        };
        for (span, new) in edits {
            take(span.start(), Some(&mut self.pieces));
            take(span.end(), None);
            self.pieces.push(Piece::New(new.clone()));
        }
        take(usize::MAX, Some(&mut self.pieces));
    }

    /// The same change of `text`, which is the first one, as edits: in order, none overlapping or touching.
    pub fn edits(&self, text: &str) -> Vec<(Span, String)> {
        let mut edits = Vec::new();
        let (mut at, mut new) = (0, String::new());
        let end = [Piece::Kept(Span::at(text.len()))];
        for piece in self.pieces.iter().chain(&end) {
            match piece {
                Piece::New(text) => new.push_str(text),
                Piece::Kept(span) => {
                    let old = Span::new(at, span.start());
                    if old.of(text) != new {
                        edits.push((old, std::mem::take(&mut new)));
                    }
                    new.clear();
                    at = span.end();
                }
            }
        }
        edits
    }

    /// `text`, which is the first one, with the changes.
    pub fn text(&self, text: &str) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Kept(span) => span.of(text),
            Piece::New(text) => text,
        });
        pieces.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Makes steps of edits, given as `start..end` of the text that each finds.
    fn steps(text: &str, steps: &[&[(usize, usize, &str)]]) -> (String, Vec<(Span, String)>) {
        let mut patch = Patch::new(text.len());
        for step in steps {
            let edits: Vec<_> =
                step.iter().map(|&(start, end, new)| (Span::new(start, end), new.to_owned())).collect();
            patch.apply(&edits);
        }
        (patch.text(text), patch.edits(text))
    }

    #[test]
    fn steps_are_told_as_one() {
        let edit = |start, end, new: &str| (Span::new(start, end), new.to_owned());
        let (text, edits) = steps("abcdef", &[&[(1, 2, "XY"), (4, 4, "-")]]);
        assert_eq!((&*text, edits), ("aXYcd-ef", vec![edit(1, 2, "XY"), edit(4, 4, "-")]));
        // A later step within, across and beside what an earlier one wrote.
        let (text, edits) = steps("abcdef", &[&[(1, 2, "XYZ")], &[(2, 3, "1")]]);
        assert_eq!((&*text, edits), ("aX1Zcdef", vec![edit(1, 2, "X1Z")]));
        let (text, edits) = steps("abcdef", &[&[(1, 2, "XYZ")], &[(3, 5, "")]]);
        assert_eq!((&*text, edits), ("aXYdef", vec![edit(1, 3, "XY")]));
        let (text, edits) = steps("abcdef", &[&[(1, 2, "X")], &[(2, 2, "Y"), (6, 6, "!")]]);
        assert_eq!((&*text, edits), ("aXYcdef!", vec![edit(1, 2, "XY"), edit(6, 6, "!")]));
        // What is written back is no change.
        let (text, edits) = steps("abcdef", &[&[(1, 2, "X")], &[(1, 2, "b")]]);
        assert_eq!((&*text, edits), ("abcdef", vec![]));
        let (text, edits) = steps("", &[&[(0, 0, "a")], &[(0, 1, "b")]]);
        assert_eq!((&*text, edits), ("b", vec![edit(0, 0, "b")]));
    }

    proptest! {
        /// However many steps, the edits of all of them make the same text of the first.
        #[test]
        fn edits_of_many_steps_are_those_steps(
            text in "[a-dé]{0,12}",
            steps in prop::collection::vec(prop::collection::vec((0usize..6, 0usize..4, "[A-Dß]{0,3}"), 0..4), 0..5),
        ) {
            let mut patch = Patch::new(text.len());
            let mut expected = text.clone();
            for step in steps {
                let (mut edits, mut at) = (Vec::new(), 0);
                for (gap, len, new) in step {
                    let start = expected.ceil_char_boundary((at + gap).min(expected.len()));
                    at = expected.ceil_char_boundary((start + len).min(expected.len()));
                    edits.push((Span::new(start, at), new));
                }
                for (span, new) in edits.iter().rev() {
                    expected.replace_range(span.range(), new);
                }
                patch.apply(&edits);
            }
            prop_assert_eq!(patch.text(&text), expected.clone());
            let edits = patch.edits(&text);
            prop_assert!(edits.is_sorted_by(|a, b| a.0.end < b.0.start));
            let mut made = text.clone();
            for (span, new) in edits.iter().rev() {
                made.replace_range(span.range(), new);
            }
            prop_assert_eq!(made, expected);
        }
    }
}
