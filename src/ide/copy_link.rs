//! The link that leads to what the cursor is on: to a heading, a block, a moment of a video, else to the note. It is
//! written as the vault writes links, and leads there from every note.
use super::actions::heading_anchor;
use super::completion::{self, Style};
use super::cursor::{CursorTarget, names_note, target_at, timestamp_of};
use super::{Analysis, Cursor, Document, SourceChange, source_at, spelling};
use crate::index::{Anchors, NoteId, Wanted};
use crate::settings::LinkStyle;
use crate::syntax::{LinkKind, Note};
use crate::text::Span;

/// A link to be pasted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopiedLink {
    /// The link, or the address of a moment.
    pub text: String,
    /// What gives the block the id that the link names, where it has none.
    pub change: Option<SourceChange>,
}

/// A place in a note that a link can name.
enum Place {
    Note,
    /// By its index among the headings.
    Heading(usize),
    /// By its id.
    Block(String),
}

/// The link that leads to what the cursor is on. `may_edit`: whether a block without an id can get one.
///
/// # Errors
/// Why there is none, in words for the user.
pub fn copy_link(analysis: &Analysis, at: Cursor, may_edit: bool) -> Result<CopiedLink, String> {
    let document = analysis.document(at.note).ok_or("this note cannot be read")?;
    if is_moment(analysis, &document, at) {
        let text = source_at(analysis, at).ok_or("the video of this timestamp is not known")?;
        return Ok(CopiedLink { text, change: None });
    }
    let (place, change) = place_at(analysis, &document, at, may_edit);
    let link = link(analysis, at.note, &place).or_else(|| link(analysis, at.note, &Place::Note));
    let text = link.ok_or("cannot write a link to this note")?;
    let change = change.filter(|_| text.contains('^'));
    Ok(CopiedLink { text, change })
}

/// Whether the cursor is on a timestamp, or on a link to a video.
fn is_moment(analysis: &Analysis, document: &Document, at: Cursor) -> bool {
    match target_at(&document.note, at.offset) {
        Some(CursorTarget::Timestamp(_) | CursorTarget::Video(_)) => true,
        Some(CursorTarget::Link(_, link)) => timestamp_of(document, link)
            .is_some_and(|timestamp| !names_note(analysis, document, at.note, timestamp)),
        _ => false,
    }
}

/// The innermost place at the cursor that a link can name, and what gives it a name first.
fn place_at(
    analysis: &Analysis,
    document: &Document,
    at: Cursor,
    may_edit: bool,
) -> (Place, Option<SourceChange>) {
    let (text, note) = (&*document.text, &document.note);
    let here = |span: Span| span.touches(at.offset);
    if let Some(index) = note.headings.iter().position(|heading| here(heading.span)) {
        let place = if is_title(note, text, index) { Place::Note } else { Place::Heading(index) };
        return (place, None);
    }
    let named = note.blocks.iter().filter(|block| here(block.block) || here(block.span));
    let named = named.min_by_key(|block| block.block.len());
    let unnamed = may_edit.then(|| completion::block_without_id(analysis, document, at.offset)).flatten();
    match (named, unnamed) {
        (Some(named), unnamed) if unnamed.as_ref().is_none_or(|own| named.block.len() <= own.span.len()) => {
            (Place::Block(named.id.of(text).to_owned()), None)
        }
        (_, Some(own)) => {
            let edit = (Span::at(own.span.end()), format!(" ^{}", own.id));
            (Place::Block(own.id), Some(SourceChange::edit(at.note, vec![edit])))
        }
        _ => (Place::Note, None),
    }
}

/// Whether a heading is what the note is called by.
fn is_title(note: &Note, text: &str, index: usize) -> bool {
    let title = note.front_matter.as_ref().and_then(|front| front.title.as_ref());
    title.is_none_or(|title| title.text.trim().is_empty())
        && note.title_heading(text).zip(note.headings.get(index)).is_some_and(|(a, b)| a.span == b.span)
}

/// A link to a place in `note`, as links are written here; `None` where there is no such link.
fn link(analysis: &Analysis, note: NoteId, place: &Place) -> Option<String> {
    let (index, style) = (&analysis.index, Style::of(analysis));
    let title = index.title(note);
    if style.markdown {
        return markdown(analysis, note, place);
    }
    let is_only = |name: &str| {
        spelling::is_writable(name) && spelling::leads(analysis, note, note, name) && !index.is_shared(name)
    };
    let by_title = style.form == LinkStyle::Title && is_only(title);
    let target = match by_title {
        true => Some(title.to_owned()),
        false => style.anywhere(analysis, note),
    };
    let target = target.or_else(|| spelling::other_target(analysis, note, note).filter(|name| is_only(name)));
    let Some(target) = target else { return markdown(analysis, note, place) };
    let anchor = anchor(analysis, note, place, LinkKind::Wiki)?;
    let shows_title = matches!(place, Place::Note) && style.form == LinkStyle::SlugTitle;
    let shown = spelling::shown(title, false).filter(|shown| shows_title && *shown != target);
    Some(match shown {
        Some(shown) => format!("[[{target} | {shown}]]"),
        None => format!("[[{target}{anchor}]]"),
    })
}

/// The same as a markdown link, by the path from the vault's root.
fn markdown(analysis: &Analysis, note: NoteId, place: &Place) -> Option<String> {
    let index = &analysis.index;
    let anchor = anchor(analysis, note, place, LinkKind::Markdown)?;
    let destination = format!("/{}{anchor}", spelling::encoded(index.path(note)));
    let heading = match place {
        Place::Heading(at) => index.facts(note).and_then(|facts| facts.headings().nth(*at)),
        Place::Note | Place::Block(_) => None,
    };
    let shown = heading.map_or_else(|| index.title(note).into(), |heading| heading.text());
    spelling::markdown(&shown, &destination, false, |written, link| {
        analysis.resolve_wanted(note, &Wanted::of(link, written)).note() == Some(note)
    })
}

/// What a link of `kind` has behind its target.
fn anchor(analysis: &Analysis, note: NoteId, place: &Place, kind: LinkKind) -> Option<String> {
    match place {
        Place::Note => Some(String::new()),
        Place::Block(id) => Some(format!("#^{id}")),
        Place::Heading(at) => {
            let facts = analysis.index.facts(note)?;
            Some(format!("#{}", heading_anchor(facts, &Anchors::new(facts), *at, kind)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// The link at the cursor, and the files that it changes; the reason where there is none.
    #[track_caller]
    fn check(vault: &str, expected: &str) {
        let fixture = Fixture::new(vault);
        let found = match copy_link(&fixture.analysis, fixture.cursor(), true) {
            Ok(CopiedLink { text, change: None }) => text,
            Ok(CopiedLink { text, change: Some(change) }) => format!("{text}\n{}", fixture.after(&change)),
            Err(why) => why,
        };
        assert_eq!(found.trim_end(), expected, "{vault}");
    }

    #[test]
    fn a_note_a_heading_and_a_block() {
        check("//- in/big_topic.md\n# Big topic$0\n", "[[big_topic]]");
        check("//- a.md\nText\n\n## Part$0 two: more\n", "[[a#Part two more]]");
        check("//- a.md\n# A\n## Same\n# B\n## Same$0\n", "[[a#B#Same]]");
        check("//- a.md\nOne.\n\nSai$0d here. ^id-1\n", "[[a#^id-1]]");
        check("//- a.md\n---\ntitle: $0A\n---\n", "[[a]]");
        check("//- a.md\n- one ^one\n- two$0 ^two\n", "[[a#^two]]");
        check("//- a.md\n```\nco$0de\n```\n", "[[a]]");
    }

    #[test]
    fn a_block_without_an_id_gets_one() {
        let fixture = Fixture::new("//- a.md\nOne\nof two$0 lines\nof text.\n\nOther.\n");
        let copied = copy_link(&fixture.analysis, fixture.cursor(), true).unwrap();
        let id = copied.text.strip_prefix("[[a#^").and_then(|rest| rest.strip_suffix("]]")).unwrap();
        let then = fixture.after(copied.change.as_ref().unwrap());
        assert_eq!(then, format!("//- a.md\nOne\nof two lines\nof text. ^{id}\n\nOther.\n"));
        let without = copy_link(&fixture.analysis, fixture.cursor(), false).unwrap();
        assert_eq!(without, CopiedLink { text: "[[a]]".into(), change: None });
    }

    #[test]
    fn a_moment_is_the_address_of_its_video() {
        let note = "//- a.md\n---\nvideoId: PdiSU9-Fge4\n---\nAt [00:1$00:36].\n";
        check(note, "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s");
        let anchor = "<a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:1$00:36]</a>";
        check(&format!("//- a.md\nAt {anchor}.\n"), "the video of this timestamp is not known");
    }

    #[test]
    fn it_leads_there_from_every_folder_in_the_style_of_the_vault() {
        check("//- a/x.md\n## P$0\n//- b/x.md\n", "[[/a/x#P]]");
        check(
            "//- a/x.md\nText\n# P$0\n//- .obsidian/app.json\n{\"newLinkFormat\": \"absolute\"}\n",
            "[[a/x#P]]",
        );
        let markdown = "//- .obsidian/app.json\n{\"useMarkdownLinks\": true}\n";
        check(&format!("//- a/x y.md\nText\n# P Q$0\n{markdown}"), "[P Q](/a/x%20y.md#p-q)");
        check(&format!("//- a/x y.md\nText$0 ^b\n{markdown}"), "[x y](/a/x%20y.md#^b)");
        let styled = |style: &str| format!("//- .slugline.toml\ncompletion.style = \"{style}\"\n");
        let note = "//- big_topic.md\n---\ntitle: Big Topic\n---\n$0\n# Part\n";
        check(&format!("{note}{}", styled("slug-title")), "[[big_topic | Big Topic]]");
        check(&format!("{note}{}", styled("title")), "[[Big Topic]]");
        check("//- c#.md\nText\n# P$0\n", "[P](/c%23.md#p)");
    }
}
