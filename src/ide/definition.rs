//! Go to definition: from a link to its note, heading, block or attachment; from a tag, a footnote
//! or a reference to what defines it; from a timestamp to what was said then.
use super::cursor::{CursorTarget, names_note, target_at, timestamp_of};
use super::source::{self, Source};
use super::{Analysis, Cursor, Document};
use crate::index::{AnchorOutcome, Facts, LinePlace, MOST_CANDIDATES, NoteId, Tier, Wanted, resolve_anchor};
use crate::sources::SourceId;
use crate::syntax::{Footnote, Link, Reference, Timestamp};
use crate::text::{Position, PositionRange, Span};

/// Notes of a tag are a list to choose from; a longer one is what a search is for.
const MOST_TAGGED: usize = 100;

/// A place to jump to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// What under the cursor leads there.
    pub origin: Span,
    /// Where to.
    pub to: Destination,
}

/// Where a jump ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// In a note: the whole of what is shown (a section) and what the cursor goes to (its heading).
    Note {
        /// The note.
        note: NoteId,
        /// The section or block; of a note, its beginning through its title.
        full: Span,
        /// The heading, block or title; the start of a note without title.
        focus: Span,
    },
    /// The same by line and column, known without reading the note.
    Lines {
        /// The note.
        note: NoteId,
        /// The section or block; of a whole note its beginning.
        full: PositionRange,
        /// The heading, block or title; the start of a note without title.
        focus: PositionRange,
    },
    /// A file that is no note, relative to the vault.
    File(String),
    /// What was said, in its file: the address of that, and the line, from 0.
    Captions(String, u32),
}

/// What the target under the cursor leads to; of an ambiguous link the best note alone, for editors put
/// several into an order of their own. The notes of a tag are all there, by path.
pub fn definition(analysis: &Analysis, at: Cursor) -> Vec<Target> {
    targets(analysis, at, 1)
}

/// Everything the target under the cursor may lead to, best first: of an ambiguous link all notes, up to
/// [`MOST_CANDIDATES`].
pub fn implementation(analysis: &Analysis, at: Cursor) -> Vec<Target> {
    targets(analysis, at, MOST_CANDIDATES)
}

/// What the target under the cursor leads to, at most `most` notes where it is a link.
fn targets(analysis: &Analysis, at: Cursor, most: usize) -> Vec<Target> {
    let Some(document) = analysis.document(at.note) else { return Vec::new() };
    let target = target_at(&document.note, at.offset);
    if let Some(reference) = reference_at(&document, at.offset, target) {
        return vec![Target { origin: reference.span, to: within(at.note, reference.definition) }];
    }
    let Some(mut target) = target else { return Vec::new() };
    if let CursorTarget::Timestamp(_) | CursorTarget::Video(_) = target {
        // A link reaches through its end, and what stands behind it leads nowhere in the vault.
        let behind = document.note.links.iter().enumerate().find(|(_, link)| link.span.end() == at.offset);
        target = behind.map_or(target, |(index, link)| CursorTarget::Link(index, link));
    }
    let destinations = match target {
        CursorTarget::Link(_, link) => match timestamp_of(&document, link) {
            Some(timestamp) if !names_note(analysis, &document, at.note, timestamp) => {
                of_timestamp(analysis, at.note, &document, timestamp)
            }
            _ => of_link(analysis, &document, at, link, most),
        },
        CursorTarget::Footnote(footnote) => {
            let definition = definition_of_footnote(&document, footnote);
            definition.map(|span| within(at.note, span)).into_iter().collect()
        }
        CursorTarget::Tag(tag) => {
            let tagged = analysis.index.tagged(tag.name.of(&document.text));
            tagged.into_iter().take(MOST_TAGGED).map(beginning).collect()
        }
        CursorTarget::Timestamp(timestamp) => of_timestamp(analysis, at.note, &document, timestamp),
        CursorTarget::Video(link) => {
            let id = link.source(&document.text);
            let moment = link.moment.and_then(|moment| said(analysis, &document, id, moment));
            moment.into_iter().collect()
        }
    };
    destinations.into_iter().map(|to| Target { origin: target.span(), to }).collect()
}

/// Where it stands what is said at a moment of the note's video.
fn of_timestamp(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    timestamp: &Timestamp,
) -> Vec<Destination> {
    let moment = source::moments(analysis, note, document).get(&document.text, timestamp);
    let said = document.video().zip(moment).and_then(|(id, moment)| said(analysis, document, id, moment));
    said.into_iter().collect()
}

/// The same of a video.
fn said(analysis: &Analysis, document: &Document, video: SourceId<'_>, moment: u32) -> Option<Destination> {
    let source = Source::of(analysis, video, document.language());
    if source.end().is_some_and(|end| moment > end.limit()) {
        return None;
    }
    let (file, captions) = source.captions?;
    let cue = captions.get(captions.at(moment)?)?;
    Some(Destination::Captions(analysis.texts().sidecar_uri(&file), cue.line))
}

/// Where a link leads, at most `most` notes.
fn of_link(
    analysis: &Analysis,
    document: &Document,
    at: Cursor,
    link: &Link,
    most: usize,
) -> Vec<Destination> {
    let found = analysis.resolve_wanted(at.note, &Wanted::of(link, &document.text));
    if let Some(attachment) = found.attachment {
        // No editor opens a folder as a document.
        let is_file = found.tier == Some(Tier::Attachment);
        return is_file.then(|| Destination::File(attachment.to_string())).into_iter().collect();
    }
    let is_list = most.min(found.notes.len()) > 1;
    let lead = |note| {
        let whole = || if is_list { beginning(note) } else { whole(analysis, note) };
        anchored(analysis, document, link, note).unwrap_or_else(whole)
    };
    found.notes.into_iter().take(most).map(lead).collect()
}

/// The section or block of `note` that the anchor of `link` names.
fn anchored(analysis: &Analysis, document: &Document, link: &Link, note: NoteId) -> Option<Destination> {
    let facts = analysis.index.facts(note)?;
    let anchor = link.anchor_text(&document.text)?;
    let block = link.anchor.as_ref()?.block;
    match resolve_anchor(facts, &anchor, block, !link.is_wiki()) {
        AnchorOutcome::Heading(index) => {
            if let Some(lines) = section_lines(facts, index) {
                let (focus, full) = lines;
                return Some(Destination::Lines { note, full, focus });
            }
            let (focus, full) = section(facts, index, &*analysis.unread(note)?)?;
            Some(Destination::Note { note, full, focus })
        }
        AnchorOutcome::Element(index) => stands(analysis, note, facts.places().elements().nth(index)?),
        AnchorOutcome::Block(index) => stands(analysis, note, facts.places().blocks().nth(index)?),
        AnchorOutcome::Missing | AnchorOutcome::None => None,
    }
}

/// A heading, and what it stands above: up to the next one of its level or above.
pub(super) fn section(facts: &Facts, heading: usize, document: &Document) -> Option<(Span, Span)> {
    let (focus, next) = around(facts, heading)?;
    let focus = document.span(focus);
    // A file that changed since it was read may have become shorter.
    let end = next.map_or(document.text.len(), |next| document.span(next).start());
    Some((focus, Span::new(focus.start(), end.max(focus.end()))))
}

/// The same by line and column; `None` where that takes the text, as the end of a note does.
fn section_lines(facts: &Facts, heading: usize) -> Option<(PositionRange, PositionRange)> {
    let (focus, next) = around(facts, heading)?;
    let (focus, next) = (focus.range()?, next?.range()?);
    Some((focus, PositionRange { start: focus.start, end: next.start }))
}

/// Where a heading stands, and the one behind its section.
fn around(facts: &Facts, heading: usize) -> Option<(LinePlace, Option<LinePlace>)> {
    let mut headings = facts.headings().zip(facts.places().headings()).skip(heading);
    let (first, place) = headings.next()?;
    Some((place, headings.find(|(next, _)| next.level <= first.level).map(|(_, place)| place)))
}

/// A part of a note, shown as it is.
fn stands(analysis: &Analysis, note: NoteId, place: LinePlace) -> Option<Destination> {
    match place.range() {
        Some(range) => Some(Destination::Lines { note, full: range, focus: range }),
        None => Some(within(note, analysis.unread(note)?.span(place))),
    }
}

/// A note from its beginning through its title. The note is seldom read for it: how long it is says nothing.
fn whole(analysis: &Analysis, note: NoteId) -> Destination {
    let title = analysis.index.facts(note).and_then(|facts| facts.places().title());
    let Some(title) = title else { return beginning(note) };
    if let Some(focus) = title.range() {
        let full = PositionRange { start: Position::default(), end: focus.end };
        return Destination::Lines { note, full, focus };
    }
    let Some(document) = analysis.unread(note) else { return beginning(note) };
    let focus = document.span(title);
    Destination::Note { note, full: Span::new(0, focus.end()), focus }
}

/// The beginning of a note, for one of a list to choose from: where its title stands would have to be looked
/// up in the file of each.
fn beginning(note: NoteId) -> Destination {
    within(note, Span::at(0))
}

/// A place in a note that is shown as it is.
fn within(note: NoteId, span: Span) -> Destination {
    Destination::Note { note, full: span, focus: span }
}

/// The first definition with the label of `footnote`; itself where it is that one.
pub(super) fn definition_of_footnote(document: &Document, footnote: &Footnote) -> Option<Span> {
    let label = footnote.label.of(&document.text).to_lowercase();
    let defines = |f: &&Footnote| f.definition && f.label.of(&document.text).to_lowercase() == label;
    document.note.footnotes.iter().find(defines).map(|f| f.span)
}

/// The `[text][label]` under a cursor on its label, which leads to the definition. On the text it leads
/// where the definition leads, or, if that is out of the vault, to the definition too.
pub(super) fn reference_at<'d>(
    document: &'d Document,
    offset: usize,
    target: Option<CursorTarget>,
) -> Option<&'d Reference> {
    let references = document.note.references.iter().filter(|reference| reference.span.touches(offset));
    let rank = |span: Span| (span.contains(offset), span.start, std::cmp::Reverse(span.end));
    let found = references.max_by_key(|reference| rank(reference.span))?;
    let Some(target) = target else { return Some(found) };
    if target.span() != found.span {
        return (rank(target.span()) < rank(found.span)).then_some(found);
    }
    let on_label =
        offset > found.text_end as usize || offset == found.text_end as usize && found.span.contains(offset);
    (on_label || !matches!(target, CursorTarget::Link(..))).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::MemoryTexts;
    use crate::ide::fixture::Fixture;
    use crate::text::{Encoding, LineIndex};

    /// Where the cursor of a fixture leads: `path: text of the focus`, best first; with `full`, the
    /// first and last line of what is shown.
    fn jump(source: &str, show_full: bool) -> String {
        let fixture = Fixture::new(source);
        let targets = definition(&fixture.analysis, fixture.cursor());
        let shown = |path: &str, full: Span, focus: Span| {
            let text = fixture.text(path);
            assert!(full.covers(focus), "{full:?} {focus:?}");
            let shown = if show_full { full.of(text) } else { focus.of(text) };
            format!("{path}: {}", shown.trim().replace('\n', "⏎"))
        };
        let show = |target: &Target| match &target.to {
            Destination::File(path) => format!("{path} (file)"),
            Destination::Captions(uri, line) => {
                let path = uri.strip_prefix("file:///vault/").unwrap();
                format!("{path}: {}", fixture.text(path).lines().nth(*line as usize).unwrap())
            }
            Destination::Lines { note, full, focus } => {
                let path = fixture.analysis.index.path(*note);
                let lines = LineIndex::new(fixture.text(path));
                let span = |range: &PositionRange| {
                    let at = |position| lines.offset(fixture.text(path), position, Encoding::Utf16);
                    Span::new(at(range.start), at(range.end))
                };
                shown(path, span(full), span(focus))
            }
            Destination::Note { note, full, focus } => {
                shown(fixture.analysis.index.path(*note), *full, *focus)
            }
        };
        targets.iter().map(show).collect::<Vec<_>>().join(" | ")
    }

    const VAULT: &str = "
//- channel/big_topic.md
---
title: The big topic
---
Intro
# First
one
## Inner
two ^b1
# Second
three
//- channel/plain.md
# Heading is title
//- channel/bare.md
nothing
//- x/dup.md
//- y/dup.md
//- img/photo.png
//- license/LICENSE
//- .github/guide.md (ignored)
//- tagged.md
#topic/sub
//- channel/note.md
";

    #[test]
    fn links_lead_to_notes_headings_and_blocks() {
        for (text, leads_to) in [
            ("[[big_to$0pic]]", "channel/big_topic.md: The big topic"),
            ("[[plain$0]]", "channel/plain.md: # Heading is title"),
            ("[[bare$0]]", "channel/bare.md: "),
            ("[[big_topic#inner$0]]", "channel/big_topic.md: ## Inner"),
            ("[[big_topic#First#Inner|x$0]]", "channel/big_topic.md: ## Inner"),
            ("[[big_topic#nowhere$0]]", "channel/big_topic.md: The big topic"),
            ("[[big_topic#^B1$0]]", "channel/big_topic.md: two ^b1"),
            ("# Here\n[[#he$0re]]", "channel/note.md: # Here"),
            ("![[pho$0to.png]]", "img/photo.png (file)"),
            ("[text$0](big_topic.md#inner)", "channel/big_topic.md: ## Inner"),
            ("[text$0](../x/dup.md)", "x/dup.md: "),
            ("[[dup$0]]", "x/dup.md: "),
            ("[t](../lic$0ense/LICENSE)", "license/LICENSE (file)"),
            ("[[LICENSE$0]]", "license/LICENSE (file)"),
            ("[t](../.gith$0ub/guide.md)", ".github/guide.md (file)"),
            ("[t](/.github/guide$0)", ".github/guide.md (file)"),
            ("[[.github/gui$0de]]", ".github/guide.md (file)"),
            ("[[gui$0de]]", ""),
            ("[t](../lic$0ense)", ""),
            ("[[missing$0]]", ""),
            ("no link$0", ""),
            ("---\nrelated: \"[[big_to$0pic]]\"\n---\n", "channel/big_topic.md: The big topic"),
        ] {
            assert_eq!(jump(&format!("{VAULT}{text}"), false), leads_to, "{text}");
        }
    }

    #[test]
    fn ids_lead_to_headings_and_elements() {
        let vault = "//- to.md\n# One {#first}\n<p id=\"box\">\n//- note.md\n";
        for (text, leads_to) in [
            ("[t$0](to.md#first)", "to.md: # One {#first}"),
            ("[[to#first$0]]", "to.md: # One {#first}"),
            ("[t$0](to.md#box)", "to.md: <p id=\"box\">"),
            ("[[to#box$0]]", "to.md: <p id=\"box\">"),
            ("<a name=x></a> [[#x$0]]", "note.md: <a name=x>"),
        ] {
            assert_eq!(jump(&format!("{vault}{text}"), false), leads_to, "{text}");
        }
    }

    #[test]
    fn an_ambiguous_link_is_implemented_by_all_notes_that_it_may_mean() {
        let fixture = Fixture::new(&format!("{VAULT}[[dup$0]] [[plain]]"));
        let paths = |targets: Vec<Target>| -> Vec<String> {
            let note = |target: Target| match target.to {
                Destination::Note { note, .. } | Destination::Lines { note, .. } => {
                    fixture.analysis.index.path(note).to_owned()
                }
                Destination::File(path) | Destination::Captions(path, _) => path,
            };
            targets.into_iter().map(note).collect()
        };
        let at = fixture.cursor();
        assert_eq!(paths(definition(&fixture.analysis, at)), ["x/dup.md"]);
        assert_eq!(paths(implementation(&fixture.analysis, at)), ["x/dup.md", "y/dup.md"]);
        let other = Cursor { offset: at.offset + 6, ..at };
        assert_eq!(paths(implementation(&fixture.analysis, other)), ["channel/plain.md"]);
    }

    #[test]
    fn a_timestamp_leads_to_what_was_said() {
        let note = "---\nvideoId: PdiSU9-Fge4\nlang: de\n---\n";
        let vault = "\
//- captions/Talk [PdiSU9-Fge4].en.srt
1
00:00:01,500 --> 00:00:04,000
First words.

2
00:00:04,000 --> 00:00:09,000
Second words.
//- captions/Talk [PdiSU9-Fge4].de.vtt
WEBVTT

00:00:01.000 --> 00:00:04.000
Erste Worte.

00:00:04.000 --> 00:00:09.000
Zweite Worte.
//- note.md
";
        for (front, link, leads_to) in [
            (note, "[00:00$0:04]", "de.vtt: Zweite Worte."),
            (note, "<a class=\"yt-timestamp\" data-t=\"00:00:02\">[00:00$0:02]</a>", "de.vtt: Erste Worte."),
            (note, "[[00:00$0:01]]", "de.vtt: Erste Worte."),
            ("", "[w$0](https://youtu.be/PdiSU9-Fge4?t=7)", "de.vtt: Zweite Worte."),
            // Past all that is said, and of another video, there is nothing.
            (note, "[00:10$0:00]", ""),
            ("", "[w$0](https://youtu.be/PdiSU9-Fge5?t=7)", ""),
            ("", "[w$0](https://youtu.be/PdiSU9-Fge4)", ""),
        ] {
            let found = jump(&format!("{vault}{front}{link}\n"), false);
            let found = found.strip_prefix("captions/Talk [PdiSU9-Fge4].").unwrap_or(&found);
            assert_eq!(found, leads_to, "{link}");
        }
    }

    /// Where a note begins is known without its file; a long list of candidates would have as many read.
    #[test]
    fn a_note_is_led_to_without_being_read() {
        let notes: String = (0..30).map(|n| format!("//- {n}/index.md\n# Index {n}\n")).collect();
        let mut fixture = Fixture::new(&format!("{notes}//- note.md\n[[ind$0ex]] [[5/index]]"));
        let (note, at) = (fixture.cursor().note, fixture.cursor());
        let open = std::iter::once((note, fixture.analysis.document(note).unwrap())).collect();
        let index = fixture.analysis.index.clone();
        fixture.analysis = Analysis::new(index, open, std::sync::Arc::<MemoryTexts>::default());
        let candidates = implementation(&fixture.analysis, at);
        assert_eq!(candidates.len(), 20);
        assert!(
            candidates
                .iter()
                .all(|target| matches!(target.to, Destination::Note { full, .. } if full == Span::at(0)))
        );
        let one = definition(&fixture.analysis, Cursor { offset: at.offset + 8, ..at });
        let [Target { to: Destination::Lines { full, focus, .. }, .. }] = &*one else { panic!("{one:?}") };
        let title = PositionRange { start: Position::default(), end: Position::new(0, 9) };
        assert_eq!((*full, *focus), (title, title));
    }

    #[test]
    fn what_is_shown_is_the_section() {
        for (text, shown) in [
            ("[[big_topic#first$0]]", "channel/big_topic.md: # First⏎one⏎## Inner⏎two ^b1"),
            ("[[big_topic#inner$0]]", "channel/big_topic.md: ## Inner⏎two ^b1"),
            ("[[big_topic#second$0]]", "channel/big_topic.md: # Second⏎three"),
        ] {
            assert_eq!(jump(&format!("{VAULT}{text}"), true), shown, "{text}");
        }
    }

    #[test]
    fn a_cursor_hits_a_link_from_its_brackets_through_its_end() {
        let (plain, big) = ("channel/plain.md: # Heading is title", "channel/big_topic.md: The big topic");
        for (text, leads_to) in [
            (" $0 [[plain]]", ""),
            ("$0[[plain]]", plain),
            ("[$0[plain]]", plain),
            ("[[plain]$0]", plain),
            ("[[plain]]$0", plain),
            ("[[plain]] $0", ""),
            ("[[plain]]$0[[big_topic]]", big),
            ("[[plain]]$0[t](https://youtu.be/abcdefghijk?t=5)", plain),
            ("[[plain]$0][[big_topic]]", plain),
            ("$0![[plain]]", plain),
        ] {
            assert_eq!(jump(&format!("{VAULT}{text}"), false), leads_to, "{text}");
        }
    }

    #[test]
    fn footnotes_references_and_tags_lead_to_what_defines_them() {
        for (text, leads_to) in [
            ("a[^one$0]\n\n[^two]: x\n[^one]: y\n", "channel/note.md: [^one]"),
            ("a[^one]\n\n[^one$0]: y\n", "channel/note.md: [^one]"),
            ("a[^none$0]\n", ""),
            ("[text][re$0f]\n\n[ref]: plain.md\n", "channel/note.md: [ref]: plain.md"),
            ("[te$0xt][ref]\n\n[ref]: plain.md\n", "channel/plain.md: # Heading is title"),
            ("[ref]: pla$0in.md\n", "channel/plain.md: # Heading is title"),
            // The label, case folded, of two the first; wherever the definition leads.
            ("[text][RE$0F]\n\n[ref]: plain.md\n[Ref]: bare.md\n", "channel/note.md: [ref]: plain.md"),
            (
                "[text][re$0f]\n\n[ref]: https://example.com 'Web'\n",
                "channel/note.md: [ref]: https://example.com 'Web'",
            ),
            ("[te$0xt][ref]\n\n[ref]: https://example.com\n", "channel/note.md: [ref]: https://example.com"),
            ("![text][re$0f]\n\n[ref]: photo.png\n", "channel/note.md: [ref]: photo.png"),
            ("[re$0f]\n\n[ref]: https://example.com\n", "channel/note.md: [ref]: https://example.com"),
            ("[re$0f]\n\n[ref]: plain.md\n", "channel/plain.md: # Heading is title"),
            ("[ref][$0]\n\n[ref]: plain.md\n", "channel/note.md: [ref]: plain.md"),
            ("[re$0f][]\n\n[ref]: plain.md\n", "channel/plain.md: # Heading is title"),
            ("- [x] [text][re$0f]\n\n[ref]: plain.md\n", "channel/note.md: [ref]: plain.md"),
            (
                "- [ ] [re$0f]\n\n[ref]: <https://example.com>\n",
                "channel/note.md: [ref]: <https://example.com>",
            ),
            (
                "- [ ] see [video][re$0f]\n\n[ref]: https://youtu.be/abcdefghijk\n",
                "channel/note.md: [ref]: https://youtu.be/abcdefghijk",
            ),
            ("[a][ref]$0[[plain]]\n\n[ref]: bare.md\n", "channel/plain.md: # Heading is title"),
            (
                "[![alt][im$0g]][ref]\n\n[ref]: bare.md\n[img]: photo.png\n",
                "channel/note.md: [img]: photo.png",
            ),
            ("[![alt][img]][re$0f]\n\n[ref]: bare.md\n[img]: photo.png\n", "channel/note.md: [ref]: bare.md"),
            ("[none][re$0f]\n", ""),
            ("text #top$0ic/sub", "channel/note.md:  | tagged.md: "),
        ] {
            assert_eq!(jump(&format!("{VAULT}{text}"), false), leads_to, "{text}");
        }
    }
}
