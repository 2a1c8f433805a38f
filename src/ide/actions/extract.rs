//! A section, or what is selected, as a note of its own: what it refers to goes along, and links to places in
//! it follow.
use super::broken::heading_anchor;
use super::create::path_for;
use super::moved::{Edit, Moved, apply};
use super::{ActionKind, Actions, SourceChange};
use crate::ide::change::{Reason, with_reason};
use crate::ide::spelling;
use crate::index::{AnchorOutcome, Anchors, Facts, LinkFact, NoteId, github_anchors};
use crate::syntax::{self, BlockKind, Heading, Link, LinkKind, Note};
use crate::text::{PathText, Span};

/// Characters of a title that is made of the first words of a text.
const LONGEST_TITLE: usize = 50;
/// Names that are tried before one is given up.
const MOST_NAMES: usize = 100;

/// What is extracted.
struct Part {
    range: Span,
    title: String,
    /// The heading that it begins with and that is above all others in it, by its index.
    lead: Option<usize>,
    /// What a menu calls it.
    what: &'static str,
}

/// A note that is made of a part of another.
struct Extracted {
    path: String,
    /// Its name in a wikilink.
    stem: String,
    text: String,
    facts: Facts,
    /// Index of the first heading that moved, of those of the new note.
    first_heading: usize,
    /// Headings of the old note that moved: the first, and behind the last.
    headings: [usize; 2],
    /// Whether the first of them is the note's title and no heading any more.
    dropped: bool,
}

/// Where a place of the old note is then.
enum Follow {
    /// In the new note, by this anchor without `#`; an empty one is the note.
    New(String),
    /// Where it was, by this anchor.
    Old(String),
}

impl Actions<'_> {
    /// Moves the section whose heading is at the cursor, or the selection, to a note of its own.
    pub(super) fn extract(&mut self) {
        let Some(part) = self.part() else { return };
        let title = format!("Extract {} to a new note", part.what);
        if let Some(reason) = self.cannot_extract(&part) {
            return self.disable(ActionKind::Extract, &title, reason);
        }
        let Some(path) = self.free_path(&part.title) else {
            return self.disable(ActionKind::Extract, &title, "The new note would have no name");
        };
        for (embed, how) in [(false, ""), (true, " and embed it")] {
            let title = format!("Extract {} to `{path}`{how}", part.what);
            let make = |it: &Self| it.extracted(&part, &path, embed);
            if let Some(action) = self.offer(ActionKind::Extract, title, make) {
                action.makes = Some(path.clone());
            }
        }
    }

    fn part(&self) -> Option<Part> {
        let (text, note) = (&*self.document.text, &self.document.note);
        if self.span.is_empty() {
            let at = note.headings.iter().position(|heading| heading.span.touches(self.span.start()))?;
            let heading = note.headings.get(at)?;
            let mut below = note.headings.iter().skip(at + 1);
            let end = below.find(|next| next.level <= heading.level);
            let end = end.map_or(text.len(), |next| self.line(next.span.start()).start());
            let range = trimmed(text, Span::new(heading.span.start(), end));
            return Some(Part { range, title: heading.text.clone(), lead: Some(at), what: "section" });
        }
        let mut range = trimmed(text, self.span);
        if range.is_empty() {
            return None;
        }
        if range.of(text).contains('\n') {
            // Lines of text are moved as a whole.
            range = Span { start: self.line(range.start()).start, end: self.line(range.end()).end };
            range = trimmed(text, range);
        } else {
            let blank = range.len() - range.of(text).trim_start().len();
            range = Span::new(range.start() + blank, range.end());
        }
        let mut headings = note.headings.iter().enumerate().filter(|(_, heading)| range.covers(heading.span));
        let first = headings.next().filter(|(_, first)| first.span.start == range.start);
        let lead = first.filter(|(_, first)| headings.all(|(_, other)| other.level > first.level));
        let title = match lead {
            Some((_, heading)) => heading.text.clone(),
            None => first_words(range.of(text)),
        };
        Some(Part { range, title, lead: lead.map(|(at, _)| at), what: "selection" })
    }

    /// What keeps a part from being moved.
    fn cannot_extract(&self, part: &Part) -> Option<&'static str> {
        let (text, note) = (&*self.document.text, &self.document.note);
        let cuts = |span: Span| span.overlaps(part.range) && !part.range.covers(span);
        if note.front_matter.as_ref().is_some_and(|front| front.span.overlaps(part.range)) {
            return Some("The front matter belongs to this note");
        }
        if note.links.iter().any(|link| cuts(link.span)) || note.timestamps.iter().any(|time| cuts(time.span))
        {
            return Some("The selection contains part of a link");
        }
        let options = self.analysis.settings().syntax_options();
        let whole =
            [BlockKind::Code, BlockKind::Html, BlockKind::Comment, BlockKind::Footnote, BlockKind::Table];
        let blocks = syntax::blocks(text, note, &options);
        if blocks.iter().any(|(kind, span)| whole.contains(kind) && cuts(*span)) {
            return Some("The selection contains part of a block");
        }
        // Code and math that begin before the text, or end behind it, hide links in it.
        let inside = |link: &&Link| part.range.covers(link.span) && link.span.covers(link.target);
        let alone = self.analysis.settings().syntax_options();
        let alone = syntax::parse(&dedented(part.range.of(text)), &alone);
        let is_whole = |link: &&Link| link.span.covers(link.target);
        if alone.links.iter().filter(is_whole).count() != note.links.iter().filter(inside).count() {
            return Some("The selection contains part of a block");
        }
        (!self.analysis.complete).then_some("The vault is still being indexed")
    }

    /// Where the new note goes, under a name that no other answers to: no link changes its meaning by it.
    fn free_path(&self, title: &str) -> Option<String> {
        let own = self.analysis.index.path(self.note).folder();
        let name = title.replace(['/', '#', '|', '^', '[', ']', '\\'], " ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = if !name.contains(char::is_alphanumeric) { "Untitled" } else { &name };
        let names =
            std::iter::once(name.to_owned()).chain((2..MOST_NAMES).map(|number| format!("{name} {number}")));
        for name in names {
            let path = path_for(self.analysis, own, &name, true);
            let is_taken = |target: &str| {
                [own, ""].iter().any(|from| self.analysis.resolve_in(from, target).tier.is_some())
            };
            match path {
                Some(path)
                    if spelling::is_writable(self.stem_of(&path)) && !is_taken(self.stem_of(&path)) =>
                {
                    return Some(path);
                }
                _ => {}
            }
        }
        None
    }

    fn stem_of<'p>(&self, path: &'p str) -> &'p str {
        let file = path.file_name();
        self.analysis.settings().note_stem(file).unwrap_or(file)
    }

    fn extracted(&self, part: &Part, path: &str, embed: bool) -> Option<SourceChange> {
        let (text, note) = (&*self.document.text, &self.document.note);
        let moved = Moved {
            analysis: self.analysis,
            from: self.note,
            document: self.document,
            range: part.range,
            to: path,
        };
        let new = self.new_note(part, &moved)?;
        // The old note: a link in place of the text, and what that took along no other text needs.
        let written = match (embed, crate::ide::completion::Style::of(self.analysis).markdown) {
            (true, _) => format!("![[{}]]", new.stem),
            (false, true) => {
                let destination = spelling::destination(self.analysis.index.path(self.note), path);
                spelling::markdown(&part.title, &destination, false, |_, _| true)?
            }
            (false, false) => match spelling::shown(&part.title, false).filter(|shown| *shown != new.stem) {
                Some(shown) => format!("[[{}|{shown}]]", new.stem),
                None => format!("[[{}]]", new.stem),
            },
        };
        let mut edits: Vec<Edit> = vec![(part.range, written)];
        let is_used = |label: &str, but: Span| {
            note.footnotes.iter().any(|footnote| {
                !footnote.definition
                    && !part.range.covers(footnote.span)
                    && !but.covers(footnote.span)
                    && footnote.label.of(text).eq_ignore_ascii_case(label)
            })
        };
        let wanted = moved.wanted_elsewhere();
        for (label, block) in moved.footnotes() {
            if wanted.contains(&block) && !is_used(label, block) {
                edits.push((self.with_line_end(block), String::new()));
            }
        }
        let kept = moved.wanted_by_rest();
        let kept: String = { kept.iter() }
            .map(|definition| format!("{}{}", self.line_end(), definition.of(text).trim_end()))
            .collect();
        if !kept.is_empty() {
            let end = text.trim_end().len().max(part.range.end());
            edits.push((Span::at(end), format!("{}{kept}", self.line_end())));
        }
        edits.sort_by_key(|(span, _)| *span);
        let rest = self.facts_of(&apply(text, Span::new(0, text.len()), &edits));
        edits.extend(self.own_links(&edits, &new, &rest));
        edits.sort_by_key(|(span, _)| *span);
        let mut change = SourceChange::edit(self.note, edits);
        let callers = self.callers(&new, &rest).into_iter();
        change.edits.extend(callers.map(|(note, edits)| (note, with_reason(edits, Reason::Link))));
        change.create.push((path.to_owned(), new.text));
        Some(change)
    }

    fn facts_of(&self, text: &str) -> Facts {
        let settings = self.analysis.settings();
        let note = syntax::parse(text, &settings.syntax_options());
        Facts::new(text, &note, settings)
    }

    /// A line with its end, for what is taken out as a whole.
    fn with_line_end(&self, span: Span) -> Span {
        let text = &*self.document.text;
        let rest = text.get(span.end()..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let end = rest.get(blank..).unwrap_or_default();
        let end = if end.starts_with("\r\n") { 2 } else { usize::from(end.starts_with(['\n', '\r'])) };
        Span::new(span.start(), span.end() + blank + end)
    }

    /// The note that is made of the part.
    fn new_note(&self, part: &Part, moved: &Moved) -> Option<Extracted> {
        let (text, note) = (&*self.document.text, &self.document.note);
        let stem = self.stem_of(moved.to).to_owned();
        let is_inside = |heading: &&Heading| part.range.covers(heading.span);
        let first =
            note.headings.iter().position(|heading| is_inside(&heading)).unwrap_or(note.headings.len());
        let count = note.headings.iter().filter(is_inside).count();
        let lead = part.lead.and_then(|at| note.headings.get(at));
        // The title says what it said, if it said no more.
        let dropped = lead.filter(|lead| is_plain(note, lead));
        let level = match lead {
            Some(lead) => Some(1 - i32::from(lead.level)),
            None => note
                .headings
                .iter()
                .filter(is_inside)
                .map(|h| h.level)
                .min()
                .map(|level| 2 - i32::from(level)),
        };
        let mut range = part.range;
        if let Some(dropped) = dropped {
            range = trimmed(text, Span { start: dropped.span.end, end: range.end });
        }
        let mut edits = moved.leveled(level.unwrap_or(0));
        let carried = moved.wanted_elsewhere();
        for &span in std::iter::once(&range).chain(&carried) {
            edits.extend(moved.rebased(span));
        }
        let end = self.line_end();
        let head = self.head(part, moved);
        let write = |edits: &[Edit]| {
            let mut new = head.clone();
            new.push_str(dedented(&moved.part(range, edits)).trim_end());
            for (rank, definition) in carried.iter().enumerate() {
                new.push_str(if rank == 0 { end } else { "" });
                new.push_str(end);
                new.push_str(moved.part(*definition, edits).trim_end());
            }
            // Of one kind of line ends, as the old note has them.
            (new.trim_end().to_owned() + "\n").replace("\r\n", "\n").replace('\n', end)
        };
        let facts = self.facts_of(&write(&edits));
        let mut new = Extracted {
            path: moved.to.to_owned(),
            stem,
            text: String::new(),
            first_heading: self.facts_of(&head).headings().count(),
            facts,
            headings: [first, first + count],
            dropped: dropped.is_some(),
        };
        for &span in std::iter::once(&range).chain(&carried) {
            edits.extend(moved.links(span).filter_map(|link| self.moved_link(link, &new)));
        }
        new.text = write(&edits);
        Some(new)
    }

    /// What a note made of the part begins with: the template, with the video that its timestamps mean.
    fn head(&self, part: &Part, moved: &Moved) -> String {
        let (text, note) = (&*self.document.text, &self.document.note);
        let head = self.new_text(&part.title);
        let cites = note.timestamps.iter().any(|time| moved.range.covers(time.span));
        let front = note.front_matter.as_ref().filter(|_| cites);
        let source = front.and_then(|front| front.source()).zip(front.and_then(|front| front.video.as_ref()));
        let Some((source, video)) = source else { return head };
        let key = self.analysis.settings().kinds().key_of(source.kind);
        let value =
            if video.span.is_empty() { spelling::yaml(&video.text) } else { video.span.of(text).to_owned() };
        let end = self.line_end();
        match head
            .strip_prefix("---")
            .and_then(|rest| rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')))
        {
            Some(rest) => format!("---{end}{key}: {value}{end}{rest}"),
            None => format!("---{end}{key}: {value}{end}---{end}{end}{head}"),
        }
    }

    /// The edit that a link within the moved text needs, if it leads into its own note.
    fn moved_link(&self, link: &Link, new: &Extracted) -> Option<Edit> {
        let text = &*self.document.text;
        let (anchor, name) = (link.anchor.as_ref()?, link.anchor_text(text)?);
        if !link.target.is_empty() {
            return None;
        }
        let own = self.analysis.index.facts(self.note)?;
        let span = Span { start: link.target.start, end: anchor.span.end };
        let anchors = Anchors::new(&new.facts);
        let written =
            match self.place(own, anchors_of(own).resolve(&name, anchor.block, !link.is_wiki()), new) {
                Place::Moved(then) if anchors.resolve(&name, anchor.block, !link.is_wiki()) == then => {
                    return None;
                }
                Place::Moved(then) => format!("#{}", anchor_text(&new.facts, then, &name, link.kind)?),
                Place::Title if link.is_wiki() => new.stem.clone(),
                Place::Title => spelling::encoded(new.path.file_name()),
                Place::Stays => {
                    let target = match link.is_wiki() {
                        true => spelling::target_in(self.analysis, new.path.folder(), self.note)?,
                        false => spelling::destination(&new.path, self.analysis.index.path(self.note)),
                    };
                    format!("{target}#{}", anchor.span.of(text))
                }
            };
        Some((span, written))
    }

    /// Where a place of this note, whose facts are `own`, is after the extraction.
    fn place(&self, own: &Facts, outcome: AnchorOutcome, new: &Extracted) -> Place {
        let [first, behind] = new.headings;
        match outcome {
            AnchorOutcome::Heading(at) if at == first && new.dropped => Place::Title,
            AnchorOutcome::Heading(at) if (first..behind).contains(&at) => Place::Moved(
                AnchorOutcome::Heading(at + new.first_heading - first - usize::from(new.dropped)),
            ),
            AnchorOutcome::Block(at) => {
                let id = own.blocks().nth(at).unwrap_or_default();
                match new.facts.blocks().position(|other| other == id) {
                    Some(then) if self.is_gone(own.blocks().nth(at), new) => {
                        Place::Moved(AnchorOutcome::Block(then))
                    }
                    _ => Place::Stays,
                }
            }
            AnchorOutcome::Element(at) => {
                let id = own.element_ids().nth(at).unwrap_or_default();
                match new.facts.element_ids().position(|other| other == id) {
                    Some(then) => Place::Moved(AnchorOutcome::Element(then)),
                    None => Place::Stays,
                }
            }
            _ => Place::Stays,
        }
    }

    /// Whether the block of this id moves.
    fn is_gone(&self, id: Option<&str>, new: &Extracted) -> bool {
        id.is_some_and(|id| new.facts.blocks().any(|other| other == id))
    }

    /// How a link that leads to `outcome` in this note is to say it, where that is not what it says.
    fn follow(
        &self,
        own: &Facts,
        outcome: AnchorOutcome,
        (name, block, kind): (&str, bool, LinkKind),
        (new, rest): (&Extracted, &Anchors),
        rest_facts: &Facts,
    ) -> Option<Follow> {
        let is_wiki = matches!(kind, LinkKind::Wiki | LinkKind::Embed);
        match self.place(own, outcome, new) {
            Place::Title => Some(Follow::New(String::new())),
            Place::Moved(then) => {
                let anchors = Anchors::new(&new.facts);
                if anchors.resolve(name, block, !is_wiki) == then {
                    return Some(Follow::New(written(name, kind)));
                }
                Some(Follow::New(anchor_text(&new.facts, then, name, kind)?))
            }
            Place::Stays => {
                let AnchorOutcome::Heading(at) = outcome else { return None };
                let [first, behind] = new.headings;
                let then = if at < first { at } else { at + first - behind };
                let then = AnchorOutcome::Heading(then);
                if rest.resolve(name, block, !is_wiki) == then {
                    return None;
                }
                Some(Follow::Old(anchor_text(rest_facts, then, name, kind)?))
            }
        }
    }

    /// The edits of links from this note into itself, but for those in what `gone` takes out.
    fn own_links(&self, gone: &[Edit], new: &Extracted, rest: &Facts) -> Vec<Edit> {
        let text = &*self.document.text;
        let Some(own) = self.analysis.index.facts(self.note) else { return Vec::new() };
        let (anchors, after) = (anchors_of(own), Anchors::new(rest));
        let stays = |link: &&Link| gone.iter().all(|(span, _)| !span.covers(link.span));
        let links = self.document.note.links.iter().filter(|link| link.span.covers(link.target));
        let links = links.filter(stays);
        let edits = links.filter_map(|link| {
            let (anchor, name) = (link.anchor.as_ref()?, link.anchor_text(text)?);
            let wanted = crate::index::Wanted::of(link, text);
            if self.analysis.resolve_wanted(self.note, &wanted).note() != Some(self.note) {
                return None;
            }
            let outcome = anchors.resolve(&name, anchor.block, !link.is_wiki());
            let said = (&*name, anchor.block, link.kind);
            let follow = self.follow(own, outcome, said, (new, &after), rest)?;
            Some(self.followed(self.note, link, follow, new))
        });
        edits.collect()
    }

    fn followed(&self, from: NoteId, link: &Link, follow: Follow, new: &Extracted) -> Edit {
        let end = link.anchor.as_ref().map_or(link.target.end, |anchor| anchor.span.end);
        match follow {
            Follow::Old(anchor) => {
                let start = link.anchor.as_ref().map_or(end, |anchor| anchor.span.start);
                (Span { start, end }, anchor)
            }
            Follow::New(anchor) => {
                let target = match link.is_wiki() {
                    true => new.stem.clone(),
                    false => spelling::destination(self.analysis.index.path(from), &new.path),
                };
                let anchor = if anchor.is_empty() { anchor } else { format!("#{anchor}") };
                (Span { start: link.target.start, end }, format!("{target}{anchor}"))
            }
        }
    }

    /// The edits of links from other notes to places of this one.
    fn callers(&self, new: &Extracted, rest: &Facts) -> Vec<(NoteId, Vec<Edit>)> {
        let index = &self.analysis.index;
        let Some(own) = index.facts(self.note) else { return Vec::new() };
        let (anchors, after) = (anchors_of(own), Anchors::new(rest));
        let follow = |link: &LinkFact| {
            let (name, block) = link.anchor?;
            let is_wiki = matches!(link.kind, LinkKind::Wiki | LinkKind::Embed);
            let outcome = anchors.resolve(name, block, !is_wiki);
            self.follow(own, outcome, (name, block, link.kind), (new, &after), rest)
        };
        let mut all = Vec::new();
        let backlinks = index.backlinks(self.note);
        for links in backlinks.chunk_by(|a, b| a.from == b.from) {
            index.cancel().check();
            let Some(from) = links.first().map(|link| link.from).filter(|from| *from != self.note) else {
                continue;
            };
            let Some(facts) = index.facts(from) else { continue };
            let wanted: rustc_hash::FxHashSet<usize> = links.iter().map(|link| link.link).collect();
            let follows: Vec<_> = { facts.links().enumerate() }
                .filter(|(at, _)| wanted.contains(at))
                .filter_map(|(at, link)| Some((at, link, follow(&link)?)))
                .collect();
            if follows.is_empty() {
                continue;
            }
            let Some(document) = self.analysis.document(from) else { continue };
            let mut edits: Vec<Edit> = { follows.into_iter() }
                .filter_map(|(at, fact, follow)| {
                    let link = document.note.links.get(at).filter(|link| link.span.covers(link.target))?;
                    // The file may say something else by now.
                    let says = (link.target_text(&document.text), link.anchor_text(&document.text));
                    let is_it = says.0 == fact.target.text()
                        && says.1.as_deref() == fact.anchor.map(|(name, _)| name);
                    is_it.then(|| self.followed(from, link, follow, new))
                })
                .collect();
            edits.sort_by_key(|(span, _)| *span);
            if edits.is_empty() {
                continue;
            }
            all.push((from, edits));
        }
        all
    }
}

/// Where a place is then.
enum Place {
    /// The new note as a whole.
    Title,
    /// This place of the new note.
    Moved(AnchorOutcome),
    /// Where it was.
    Stays,
}

fn anchors_of(facts: &Facts) -> Anchors<'_> {
    Anchors::new(facts)
}

/// How a link of `kind` says a place; `name` is what it says now.
fn anchor_text(facts: &Facts, place: AnchorOutcome, name: &str, kind: LinkKind) -> Option<String> {
    match place {
        AnchorOutcome::Heading(at) => {
            let spelt = heading_anchor(facts, &Anchors::new(facts), at, kind);
            spelt.or_else(|| github_anchors(facts).nth(at))
        }
        _ => Some(written(name, kind)),
    }
}

/// An anchor as a link of `kind` writes it.
fn written(name: &str, kind: LinkKind) -> String {
    match kind {
        LinkKind::Wiki | LinkKind::Embed => name.to_owned(),
        _ => spelling::encoded(name).replace("%5E", "^"),
    }
}

/// Whether a heading is nothing but its words: no link, no id.
fn is_plain(note: &Note, heading: &Heading) -> bool {
    heading.id.is_none()
        && !note.links.iter().any(|link| heading.span.covers(link.span))
        && !note.blocks.iter().any(|block| heading.span.covers(block.span))
        && !note.footnotes.iter().any(|footnote| heading.span.covers(footnote.span))
}

/// `span` without blanks and empty lines around it, but for the indentation of its first line.
fn trimmed(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let kept = inside.trim_end().len();
    let blank = inside.len() - inside.trim_start().len();
    let lines = inside.get(..blank).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    Span::new(span.start() + lines.min(kept), span.start() + kept)
}

/// A title for a text without heading: its first words.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-*+>#".contains(c));
    let words =
        line.replace(['[', ']', '*', '`', '|', '<', '>', '!', '=', '~', '$', '^', '#', '{', '}'], " ");
    let mut title = String::new();
    for word in words.split_whitespace() {
        if !title.is_empty() && title.chars().count() + word.chars().count() >= LONGEST_TITLE {
            break;
        }
        title.push_str(if title.is_empty() { "" } else { " " });
        title.push_str(word);
    }
    let cut = title.char_indices().nth(LONGEST_TITLE).map_or(title.len(), |(at, _)| at);
    title.truncate(cut);
    title.trim_end_matches(['.', ',', ':', ';', '!', '?', ' ']).to_owned()
}

/// `text` without the indentation that all its lines share.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines = text.split('\n').filter(|line| !line.trim().is_empty());
    let shared = lines.map(indent).min().unwrap_or(0);
    let lines: Vec<_> = text.split('\n').map(|line| line.get(shared..).unwrap_or("")).collect();
    lines.join("\n")
}
