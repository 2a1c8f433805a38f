//! Renames of headings, blocks and HTML elements: their name, and the anchors of the links that lead to them.
//!
//! A link is rewritten where its anchor would lead elsewhere with the new name. So two headings of one name are
//! distinguished, and `#notes-1` follows when the first `Notes` goes.
use super::in_place::links_in;
use super::links::{self, Followed, Retitled};
use super::notes::add;
use super::respell::{self, restyle};
use super::{Edit, Reason, SourceChange};
use crate::ide::references::outcome_of;
use crate::ide::symbol::Symbol;
use crate::ide::{Analysis, Document, spelling};
use crate::index::{AnchorOutcome, Anchors, Backlink, Facts, NoteId, Wanted, github_anchors, slug};
use crate::syntax::Link;
use crate::text::Span;

/// The name of a heading, a block or an element.
pub(super) fn name(analysis: &Analysis, symbol: &Symbol) -> Option<String> {
    let (note, span) = place(analysis, symbol)?;
    Some(span.of(&analysis.document(note)?.text).to_owned())
}

/// Where the name of a heading, a block or an element stands.
fn place(analysis: &Analysis, symbol: &Symbol) -> Option<(NoteId, Span)> {
    let of = |note: NoteId| analysis.document(note).filter(|document| is_as_read(analysis, note, document));
    match *symbol {
        Symbol::Heading { note, index } => {
            let document = of(note)?;
            Some((note, document.note.headings.get(index)?.name(&document.text)))
        }
        Symbol::Block { note, index } => Some((note, of(note)?.note.blocks.get(index)?.id)),
        Symbol::Element { note, index } => Some((note, of(note)?.note.element_ids.get(index)?.id)),
        _ => None,
    }
}

/// Whether a heading is what the note is called by.
pub(super) fn is_title(analysis: &Analysis, note: NoteId, index: usize) -> bool {
    let Some(document) = analysis.document(note).filter(|own| is_as_read(analysis, note, own)) else {
        return false;
    };
    let title = document.note.front_matter.as_ref().and_then(|front| front.title.as_ref());
    index == 0
        && title.is_none_or(|title| title.text.trim().is_empty())
        && document.note.title_heading(&document.text).is_some()
}

/// Whether a text has the headings, blocks and elements that the index knows: a file may have changed since.
fn is_as_read(analysis: &Analysis, note: NoteId, document: &Document) -> bool {
    analysis.is_open(note)
        || analysis.index.facts(note).is_some_and(|facts| {
            let (own, text) = (&document.note, &*document.text);
            facts.headings().map(|own| own.text()).eq(own.headings.iter().map(|own| &*own.text))
                && facts.blocks().eq(own.blocks.iter().map(|own| own.id.of(text)))
                && facts.element_ids().eq(own.element_ids.iter().map(|own| own.id.of(text)))
        })
}

/// A note before and after a rename in it.
pub(super) struct Renamed {
    pub(super) note: NoteId,
    pub(super) before: Facts,
    pub(super) after: Facts,
    pub(super) names: Vec<Named>,
}

/// A heading, a block or an element that is renamed.
pub(super) struct Named {
    pub(super) what: AnchorOutcome,
    pub(super) old: String,
    pub(super) new: String,
}

/// Has a heading, a block or an element be called `new`.
pub(super) fn rename(analysis: &Analysis, symbol: &Symbol, new: &str) -> Result<SourceChange, String> {
    let (note, span) = place(analysis, symbol).ok_or("the note has changed since it was read; try again")?;
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let what = outcome_of(symbol);
    check(&document, what, new)?;
    let mut text = document.text.to_string();
    text.replace_range(span.range(), new);
    let after = Document::new(text.into(), analysis.settings());
    let settings = analysis.settings();
    let old = match what {
        AnchorOutcome::Heading(index) => document.note.headings.get(index).map(|own| own.text.clone()),
        _ => Some(span.of(&document.text).to_owned()),
    };
    let name = match what {
        AnchorOutcome::Heading(index) => {
            let levels =
                |document: &Document| document.note.headings.iter().map(|own| own.level).collect::<Vec<_>>();
            let name = after.note.headings.get(index).map(|own| own.text.clone());
            name.filter(|name| levels(&document) == levels(&after) && !name.is_empty())
        }
        _ => Some(new.to_owned()),
    };
    let new_name = name.ok_or_else(|| format!("`{new}` cannot be written here as a heading"))?;
    let renamed = Renamed {
        note,
        before: Facts::new(&document.text, &document.note, settings),
        after: Facts::new(&after.text, &after.note, settings),
        names: vec![Named { what, old: old.unwrap_or_default(), new: new_name }],
    };
    let mut followed = renamed.follow(analysis);
    add(&mut followed.edits, note, Edit::new(span, new.to_owned(), Reason::Name));
    followed.edits.sort_by_key(|(note, _)| analysis.index.path(*note));
    Ok(followed.into_change(Vec::new()))
}

/// Whether an id can be called `new`.
fn check(document: &Document, what: AnchorOutcome, new: &str) -> Result<(), String> {
    let text = &*document.text;
    match what {
        AnchorOutcome::Block(index) => {
            if !new.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err("a block ID can contain only letters, digits and `-`".into());
            }
            let mut others = document.note.blocks.iter().enumerate().filter(|(at, _)| *at != index);
            if others.any(|(_, own)| own.id.of(text).eq_ignore_ascii_case(new)) {
                return Err(format!("there is already a block `^{new}` in this note"));
            }
        }
        AnchorOutcome::Element(index) => {
            if new.contains(|c: char| c.is_whitespace() || "\"'<>&#|[]".contains(c)) {
                return Err(format!("`{new}` cannot be an id"));
            }
            let mut others = document.note.element_ids.iter().enumerate().filter(|(at, _)| *at != index);
            if others.any(|(_, own)| own.id.of(text) == new) {
                return Err(format!("there is already an element `{new}` in this note"));
            }
        }
        _ => {}
    }
    Ok(())
}

impl Renamed {
    /// The headings that read otherwise once the links in them have other targets; `None` where none does.
    pub(super) fn by_edits(
        analysis: &Analysis,
        note: NoteId,
        document: &Document,
        edits: &[Edit],
    ) -> Option<Self> {
        let headings = &document.note.headings;
        let in_heading = |edit: &Edit| headings.iter().any(|own| own.content.covers(edit.span));
        if !edits.iter().any(in_heading) {
            return None;
        }
        let mut text = document.text.to_string();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        let after = Document::new(text.into(), analysis.settings());
        let pairs = headings.iter().zip(&after.note.headings).enumerate();
        let names = pairs.filter(|(_, (old, new))| old.text != new.text).map(|(index, (old, new))| Named {
            what: AnchorOutcome::Heading(index),
            old: old.text.clone(),
            new: new.text.clone(),
        });
        let names: Vec<Named> = names.collect();
        let facts = |own: &Document| Facts::new(&own.text, &own.note, analysis.settings());
        (!names.is_empty()).then(|| Self { note, before: facts(document), after: facts(&after), names })
    }

    /// The title of the note, where one of the headings is that.
    pub(super) fn title(&self, analysis: &Analysis) -> Option<Retitled> {
        let own = self.renamed(AnchorOutcome::Heading(0)).filter(|_| is_title(analysis, self.note, 0))?;
        let (old, new) = (own.old.clone(), own.new.clone());
        Some(Retitled { note: self.note, old, new, facts: self.after.clone() })
    }

    /// The new name of what is renamed.
    fn renamed(&self, what: AnchorOutcome) -> Option<&Named> {
        self.names.iter().find(|own| own.what == what)
    }

    /// The anchors of all links into the note that have to change.
    pub(super) fn follow(&self, analysis: &Analysis) -> Followed {
        let (before, after) = (Anchors::new(&self.before), Anchors::new(&self.after));
        let github: Vec<[String; 2]> =
            github_anchors(&self.before).zip(github_anchors(&self.after)).map(|(a, b)| [a, b]).collect();
        // Another heading that GitHub counts otherwise now keeps its links too.
        let counted = (0..).zip(&github).filter(|(_, [before, after])| before != after);
        let places: Vec<_> = counted
            .map(|(at, _)| AnchorOutcome::Heading(at))
            .chain(self.names.iter().map(|own| own.what))
            .collect();
        let places = [(&self.before, places.clone()), (&self.after, places)];
        let links = analysis.index.anchored_backlinks(self.note, &places);
        let mut followed = Followed::default();
        for same in analysis.index.cancel().over(links.chunk_by(|a: &Backlink, b| a.from == b.from)) {
            let Some(note) = same.first().map(|link| link.from) else { continue };
            let Some(facts) = analysis.index.facts(note) else { continue };
            let mut own = same.iter().peekable();
            let own =
                facts.links().enumerate().filter(|(at, _)| own.next_if(|own| own.link == *at).is_some());
            let own: Vec<_> = own.filter(|(_, link)| link.anchor.is_some()).collect();
            let wanted: Vec<usize> = own
                .into_iter()
                .filter(|(_, link)| {
                    let Some((anchor, block)) = link.anchor else { return false };
                    let markdown =
                        !matches!(link.kind, crate::syntax::LinkKind::Wiki | crate::syntax::LinkKind::Embed);
                    let found = before.resolve(anchor, block, markdown);
                    self.renamed(found).is_some() || found != after.resolve(anchor, block, markdown)
                })
                .map(|(at, _)| at)
                .collect();
            if wanted.is_empty() {
                continue;
            }
            let Some((document, links)) = links_in(analysis, note, &wanted) else { continue };
            for link in links.iter().flatten() {
                let Some((anchor, text)) = link.anchor.as_ref().zip(link.anchor_text(&document.text)) else {
                    continue;
                };
                // A file that changed since it was read may have another link there.
                if !analysis.is_open(note)
                    && analysis.resolve_wanted(note, &Wanted::of(link, &document.text)).note()
                        != Some(self.note)
                {
                    continue;
                }
                let found = before.resolve(&text, anchor.block, !link.is_wiki());
                if matches!(found, AnchorOutcome::Missing | AnchorOutcome::None) {
                    continue;
                }
                let kept = found == after.resolve(&text, anchor.block, !link.is_wiki());
                match self.anchor(&after, &github, link, &document, found) {
                    Some(new) if new == anchor.span.of(&document.text) => {}
                    Some(text) => {
                        let reason = self.renamed(found).map_or(Reason::Kept, |_| Reason::Link);
                        add(&mut followed.edits, note, Edit::of(&document, anchor.span, text, reason));
                    }
                    None if kept => {}
                    None => followed.lost += 1,
                }
            }
        }
        followed
    }

    /// The anchor, as `link` writes it, that leads to `to` after.
    fn anchor(
        &self,
        after: &Anchors,
        github: &[[String; 2]],
        link: &Link,
        document: &Document,
        to: AnchorOutcome,
    ) -> Option<String> {
        let markdown = !link.is_wiki();
        let written = link.anchor.as_ref()?.span.of(&document.text);
        let text = &*link.anchor_text(&document.text)?;
        let encoded = |name: &str| respell::encoded_as(name, written, links::is_in_angles(document, link));
        let leads = |anchor: &str, block| after.resolve(anchor, block, markdown) == to;
        let index = match to {
            AnchorOutcome::Block(_) => return self.renamed(to).map(|own| format!("^{}", own.new)),
            AnchorOutcome::Element(_) => return self.renamed(to).map(|own| own.new.clone()),
            AnchorOutcome::Heading(index) => index,
            _ => return None,
        };
        // Of a name of symbols alone, GitHub makes an empty anchor.
        let counted = github.get(index).filter(|[old, new]| *old == text.to_lowercase() && leads(new, false));
        if let Some([old, new]) = counted.filter(|_| markdown) {
            return Some(if old == new { written.to_owned() } else { encoded(new) });
        }
        // By another name, such as an id of its own.
        let named = |segment: &str| self.names.iter().find(|own| slug(segment) == slug(&own.old));
        if !text.split('#').any(|segment| named(segment).is_some()) && leads(text, false) {
            return None;
        }
        let segments = text.split('#').map(|segment| match named(segment) {
            Some(own) => {
                let name = own.new.replace(['#', '|', '^', ':', '[', ']'], " ").replace("%%", " ");
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                restyle(segment.trim(), &own.old, &name)
            }
            None => segment.to_owned(),
        });
        let respelt = segments.collect::<Vec<_>>().join("#");
        let anchor = Some(respelt)
            .filter(|anchor| leads(anchor, false))
            .or_else(|| spelling::heading(after, index))?;
        Some(if markdown { anchor.split('#').map(encoded).collect::<Vec<_>>().join("#") } else { anchor })
    }
}
