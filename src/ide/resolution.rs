//! Why a link leads where it leads: each step of the resolver with what it found.
use super::cursor::{CursorTarget, target_at};
use super::{Analysis, Cursor};
use crate::index::{NoteId, Resolution, Step, Tier, Wanted};
use crate::text::{VaultPath, visible};

/// Why a link leads where it leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// What the link says of its target; empty for a place in its own note.
    pub target: String,
    /// Where it leads.
    pub found: Resolution,
    /// What was tried, in order.
    pub steps: Vec<Step>,
}

/// Why the link at the cursor leads where it leads; `None` where the cursor is on no link.
pub fn explain(analysis: &Analysis, at: Cursor) -> Option<Explanation> {
    let document = analysis.document(at.note)?;
    let Some(CursorTarget::Link(_, link)) = target_at(&document.note, at.offset) else { return None };
    let wanted = Wanted::of(link, &document.text);
    let (indexed, mut steps) = analysis.index.explain(at.note, &wanted);
    let found = analysis.resolve_wanted(at.note, &wanted);
    if found != indexed {
        // What is ignored is found on the disk alone.
        let tier = found.tier.unwrap_or(Tier::Attachment);
        let (name, file) = (wanted.name.clone().into_owned(), found.attachment.clone());
        steps.push(Step { name, tier, notes: Vec::new(), more: 0, file });
    }
    Some(Explanation { target: wanted.name.into_owned(), found, steps })
}

/// What a step looks for.
pub fn step_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Path => "path",
        Tier::Stem => "file name",
        Tier::StemCaseless => "file name in any case",
        Tier::StemSlug => "slug of a file name",
        Tier::Title => "slug of a title or an alias",
        Tier::Squashed => "squashed slug",
        Tier::Attachment => "file that is no note",
        Tier::Folder => "folder",
    }
}

impl Explanation {
    /// It in words: a line, and one for each step.
    pub fn text(&self, analysis: &Analysis) -> String {
        let index = &analysis.index;
        let path = |note: &NoteId| visible(index.path(*note)).into_owned();
        let file = |file: &VaultPath| visible(file).into_owned();
        let target = visible(&self.target);
        let leads = self.found.note().as_ref().map(path).or(self.found.attachment.as_ref().map(file));
        let mut lines = vec![match leads {
            Some(_) if self.target.is_empty() => "A place in the same note".to_owned(),
            Some(to) if self.found.ambiguous => {
                format!("`{target}` leads to {to}, but {} notes match as well", self.found.count() - 1)
            }
            Some(to) => format!("`{target}` leads to {to}"),
            None => format!("`{target}` leads nowhere"),
        }];
        lines.extend(self.steps.iter().map(|step| {
            let reading = match step.name == self.target {
                true => String::new(),
                false => format!(" `{}`", visible(&step.name)),
            };
            let mut found: Vec<_> = step.notes.iter().map(path).chain(step.file.as_ref().map(file)).collect();
            if step.more > 0 {
                found.push(format!("{} more", step.more));
            }
            let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
            let decides = if !step.is_empty() && step.decides(&self.found) { " (this one)" } else { "" };
            format!("{}. {}{reading}: {found}{decides}", step.tier.number(), step_name(step.tier))
        }));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ide::fixture::Fixture;

    #[test]
    fn each_step_says_what_it_found() {
        let vault = "
//- notes/big_topic.md
---
aliases: [The Thing]
---
//- thing.md
---
title: Big topic!
---
//- a/index.md
//- b/index.md
//- img/x.png
";
        for (link, text) in [
            (
                "[[Big topic$0]]",
                "`Big topic` leads to notes/big_topic.md\n2. file name: nothing\n2. file name in any case: nothing\n\
                 3. slug of a file name: notes/big_topic.md (this one)\n4. slug of a title or an alias: thing.md\n\
                 5. squashed slug: nothing\n6. file that is no note: nothing",
            ),
            (
                "[[notes/big_topic$0]]",
                "`notes/big_topic` leads to notes/big_topic.md\n1. path: notes/big_topic.md (this one)",
            ),
            (
                "[[index$0]]",
                "`index` leads to a/index.md, but 1 notes match as well\n2. file name: a/index.md, b/index.md (this one)\n\
                 2. file name in any case: nothing\n3. slug of a file name: nothing\n\
                 4. slug of a title or an alias: nothing\n5. squashed slug: nothing",
            ),
            ("[[#here$0]]", "A place in the same note"),
            ("no link$0", ""),
        ] {
            let fixture = Fixture::new(&format!("//- note.md\n{link}\n{}", vault.trim_start()));
            let found = explain(&fixture.analysis, fixture.cursor());
            let found = found.map_or_else(String::new, |found| found.text(&fixture.analysis));
            // A step that cannot change the answer need not be taken.
            let found = found.replace("\n6. file that is no note: nothing", "");
            assert_eq!(found, text.replace("\n6. file that is no note: nothing", ""), "{link}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

        /// Where the explanation says that a link leads is where it leads, and one of the steps says so.
        #[test]
        fn an_explanation_agrees_with_the_resolver(
            paths in proptest::collection::vec("(a/|b/|a/b/)?(index|Big Topic|big_topic|x-y|xy|c)(\\.md|\\.png)", 1..12),
            title in "(Big Topic|x y|c#|index)",
            target in "(\\./|\\.\\./|/)?(a/|b/)?(index|Index|big topic|big_topic|x y|xy|c|c#|index.png|nothing)(\\.md)?",
            markdown in proptest::bool::ANY,
        ) {
            let mut source = format!("//- a/note.md\n---\ntitle: {title}\n---\n");
            source.push_str(&if markdown { format!("[x](<{target}$0>)\n") } else { format!("[[{target}$0]]\n") });
            let paths: std::collections::BTreeSet<_> = paths.into_iter().collect();
            paths.iter().for_each(|path| source.push_str(&format!("//- {path}\n")));
            let fixture = Fixture::new(&source);
            let Some(explained) = explain(&fixture.analysis, fixture.cursor()) else { return Ok(()) };
            let note = fixture.cursor().note;
            let (_, found) = fixture.analysis.links(note).next().unwrap();
            prop_assert_eq!(&explained.found, &found);
            let deciding = explained.steps.iter().filter(|step| !step.is_empty() && step.decides(&found)).count();
            let is_own = explained.target.is_empty();
            prop_assert_eq!(deciding > 0, !found.is_broken() && !is_own, "{:?}", explained);
        }
    }
}
