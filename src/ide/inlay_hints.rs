//! The title behind a bare slug: `[[big_topic]]` is shown as `[[big_topic|The topic that is big]]`; the chapter
//! behind a timestamp.
use super::{Analysis, Document, prose, source};
use crate::index::{NoteId, Slug, Wanted};
use crate::syntax::LinkKind;
use crate::text::{PathText, Span};

/// Characters of a title that a hint shows, about.
const TITLE: usize = 60;

/// A text that is shown and is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// The byte before which it is shown.
    pub at: usize,
    /// What it says, as it would be written.
    pub label: String,
    /// What makes it part of the text; `None` where that would be no link any more.
    pub insert: Option<String>,
    /// The note that it is about; `None` where it is about the text before it.
    pub note: Option<NoteId>,
}

/// The hints of a note within `within`, in order.
pub fn inlay_hints(analysis: &Analysis, note: NoteId, within: Span) -> Vec<InlayHint> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut hints = Vec::new();
    if analysis.settings().inlay_hints {
        hints = titles(analysis, note, &document, within);
    }
    if analysis.settings().chapter_hints {
        hints.extend(chapters(analysis, note, &document, within));
        hints.sort_by_key(|hint| hint.at);
    }
    hints
}

/// The chapters of the video, each behind the first timestamp in it of those that follow one another.
fn chapters(analysis: &Analysis, note: NoteId, document: &Document, within: Span) -> Vec<InlayHint> {
    let metadata = document.video().and_then(|id| source::metadata(analysis, id));
    let Some(metadata) = metadata.filter(|metadata| !metadata.chapters.is_empty()) else { return Vec::new() };
    let moments = source::moments(analysis, note, document);
    let timestamps = analysis.index.cancel().over(document.note.timestamps.iter());
    let mut last = None;
    let hints = timestamps.filter_map(|timestamp| {
        let chapter = metadata.chapter(moments.get(&document.text, timestamp)?)?;
        let is_new = last.replace(chapter.start) != Some(chapter.start);
        (is_new && timestamp.span.overlaps(within)).then(|| InlayHint {
            at: timestamp.span.end(),
            label: prose::shorten(&chapter.title, TITLE),
            insert: None,
            note: None,
        })
    });
    hints.collect()
}

/// At wikilinks without a text of their own and without an anchor, that
/// lead to a note whose title says something else than the link.
fn titles(analysis: &Analysis, note: NoteId, document: &Document, within: Span) -> Vec<InlayHint> {
    let text = &*document.text;
    let body = document.note.front_matter.as_ref().map_or(0, |front| front.span.end());
    let bare = document.note.links.iter().filter(|link| {
        link.kind == LinkKind::Wiki
            && link.span.overlaps(within)
            && link.span.start() >= body
            && link.alias.is_none()
            && link.anchor.is_none()
            && !link.target.is_empty()
    });
    let hints = analysis.index.cancel().over(bare).filter_map(|link| {
        let to = analysis.resolve_wanted(note, &Wanted::of(link, text)).note()?;
        let title = analysis.index.facts(to)?.title()?;
        let target = link.target.of(text);
        if Slug::of(title) == Slug::of(target.file_name()) {
            return None;
        }
        // A table takes a pipe for the end of a cell.
        let pipe = if link.in_table { "\\|" } else { "|" };
        let is_alias = !title.contains(['[', ']', '|', '\n', '\r']);
        Some(InlayHint {
            at: link.target.end(),
            label: format!("{pipe}{}", prose::shorten(title, TITLE)),
            insert: is_alias.then(|| format!("{pipe}{title}")),
            note: Some(to),
        })
    });
    hints.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(vault: &str) {
        let fixture = Fixture::new(vault);
        fixture.check(|note| {
            let hints = inlay_hints(&fixture.analysis, note, Span::new(0, usize::MAX)).into_iter();
            hints.map(|hint| (Span::at(hint.at), format!("{} {:?}", hint.label, hint.insert))).collect()
        });
    }

    #[test]
    fn the_title_is_shown_where_the_link_does_not_say_it() {
        check(
            "
            [[rfc_9110]], [[rfc_9110|HTTP]], [[rfc_9110#Part]], [[HTTP Semantics]], [[big topic]], [[gone]]
                      ^ |HTTP semantics Some(\"|HTTP semantics\")

            | [[x/rfc_9110]] | ![[odd]] [[odd]] |
                          ^ \\|HTTP semantics Some(\"\\\\|HTTP semantics\")
                                             ^ \\|Odd | title None
            | - | - |
            //- x/rfc_9110.md
            # HTTP semantics
            ## Part
            //- big_topic.md
            # Big Topic
            //- odd.md
            # Odd | title
            ",
        );
    }

    #[test]
    fn a_chapter_is_shown_where_the_video_comes_to_it() {
        let vault = "
            ---
            videoId: dQw4w9WgXcQ
            ---
            [00:01] and [00:02] then [00:12]
                   ^ The <b>first None
                                            ^ Second None
            [00:13] then [00:03]
                                ^ The <b>first None
            //- dQw4w9WgXcQ.info.json
            {\"chapters\": [{\"start_time\": 0, \"title\": \"The <b>first\"}, {\"start_time\": 10.5, \"title\": \"Second\"}]}
            //- .slugline.toml
            chapter_hints = true
            ";
        check(vault);
        let off = vault.replace("true", "false");
        let off: Vec<_> = off.lines().filter(|line| !line.contains('^')).collect();
        check(&off.join("\n"));
    }

    #[test]
    fn it_can_be_switched_off() {
        check("[[a]]\n//- a.md\n# Something else\n//- .slugline.toml\ninlay_hints = false\n");
    }

    #[test]
    fn a_long_title_is_cut() {
        let fixture = Fixture::new(&format!("[[a]]\n//- a.md\n# Begins {}\n", "and goes on ".repeat(20)));
        let hints = inlay_hints(&fixture.analysis, fixture.note("note.md"), Span::new(0, 5));
        assert!(hints[0].label.ends_with('…') && hints[0].label.chars().count() < 70, "{hints:?}");
        assert!(hints[0].insert.as_ref().unwrap().len() > 200);
    }
}
