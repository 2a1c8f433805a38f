//! Timestamps in another form, where nothing is wrong with them or what to do is a matter of taste: one, and
//! all of the note.
use super::{ActionKind, Actions, Fixes, MOST_EDITS, SourceChange};
use crate::ide::cursor::names_note;
use crate::ide::diagnostics::as_minutes;
use crate::syntax::{Fix, Timestamp, TimestampFault, TimestampForm};
use crate::text::Span;

impl Actions<'_> {
    /// What can be done about the timestamps at the selection, where that is no diagnostic's fix.
    pub(super) fn rewrite_times(&mut self) {
        let near = |span: Span| span.start <= self.span.end && self.span.start <= span.end;
        let here: Vec<&Fix> = { self.document.note.timestamps.iter() }
            .flat_map(|time| time.actions.iter().map(move |fix| (time, fix)))
            .filter(|(time, fix)| near(time.span) || fix.edits.iter().any(|(span, _)| near(*span)))
            .map(|(_, fix)| fix)
            .collect();
        for fix in here {
            self.rewrite(ActionKind::Rewrite, fix.title.clone(), fix.edits.clone());
        }
    }

    /// Writes all times with hours as minutes, also those of which that is not sure by themselves.
    pub(super) fn as_minutes(&mut self) {
        let fixes = as_minutes(self.analysis, self.note, self.document);
        let all = Fixes::of(fixes.iter(), MOST_EDITS);
        if all.count > 1 {
            let title = format!("Change all {} times with hours in this note to minutes", all.count);
            self.offer(ActionKind::QuickFix, title, |it| Some(SourceChange::edit(it.note, all.edits)));
        }
    }

    /// The same of all timestamps of the note, and of the plain times in it.
    pub(super) fn rewrite_all_times(&mut self) {
        for (title, is_it) in [
            (
                "Move the brackets into the timestamps",
                (|title| title.starts_with("Move the brackets")) as fn(&str) -> bool,
            ),
            ("Make label and `data-t` the same in all timestamps", |title| title.starts_with("Make label")),
            ("Convert all plain times to timestamps", |title| title.starts_with("Convert to timestamp")),
            ("Move all timestamps out of link texts", |title| title.starts_with("Move timestamp after")),
        ] {
            let all =
                |it: &Self| Fixes::of(it.times().flat_map(fixes).filter(|fix| is_it(&fix.title)), MOST_EDITS);
            let some = self.times().flat_map(fixes).any(|fix| is_it(&fix.title));
            if some {
                self.offer(ActionKind::Source, title.to_owned(), |it| {
                    Some(SourceChange::edit(it.note, all(it).edits))
                });
            }
        }
    }

    /// The timestamps of the note, without those that are links to a note.
    fn times(&self) -> impl Iterator<Item = &Timestamp> + '_ {
        self.document.note.timestamps.iter().filter(|time| {
            time.form != TimestampForm::Wikilink || !names_note(self.analysis, self.document, self.note, time)
        })
    }
}

fn fixes(time: &Timestamp) -> impl Iterator<Item = &Fix> {
    let plain = time.problem.iter().filter(|problem| problem.fault == TimestampFault::Bare);
    time.actions.iter().chain(plain.flat_map(|problem| problem.fixes.first()))
}
