//! Notes for the target of a link: how each is shown and written.
use super::candidates::{Candidate, ENOUGH_WHOLE_WORDS, candidates, query_of, same_words};
use super::context::Context;
use super::fuzzy::{MatchKind, Query};
use super::style::Style;
use super::wanted::{MOST_WANTED, wanted};
use super::{Completion, CompletionKind, files};
use crate::ide::{Analysis, spelling};
use crate::index::{NoteId, Slug};
use crate::settings::LinkStyle;
use crate::syntax::LinkKind;
use crate::text::{PathText, Span};

/// What to offer for a target.
pub(super) fn offer(analysis: &Analysis, from: NoteId, context: &Context, limit: usize) -> Vec<Completion> {
    let mut query = query_of(context.typed);
    let candidates = candidates(analysis, Some(from), context.typed, &query, limit);
    let style = Style::of(analysis);
    let enough = candidates.len() >= ENOUGH_WHOLE_WORDS;
    let kind = if enough { MatchKind::Substring } else { MatchKind::Fuzzy };
    let mut wanted = wanted(analysis, from, context.typed, &mut query, kind);
    // Where nothing is typed yet, names without a note have their part of the list.
    let share = if query.is_empty() { limit / 5 } else { limit };
    wanted.truncate(MOST_WANTED.min(share));
    let room = if query.is_empty() { limit - wanted.len() } else { limit };
    let found = candidates.iter().filter_map(|candidate| {
        let item = item(analysis, from, context, &style, candidate)?;
        Some((candidate.score, item))
    });
    let mut items: Vec<_> = found.take(room).collect();
    for (score, name, count) in wanted {
        let backlinks = if count == 1 { "backlink" } else { "backlinks" };
        let detail = format!("not created yet, {count} {backlinks}");
        items.push((score, context.item(CompletionKind::Wanted, &name, detail, &name)));
    }
    // Stable: notes come before names without note that match as well.
    items.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    items.truncate(limit);
    let attachments = if context.embed || context.typed.contains('.') {
        attachments(analysis, from, context, query, limit)
    } else {
        Vec::new()
    };
    files::together(items, attachments, limit)
}

/// Files that are no notes: mostly what is embedded, and what is linked with its extension.
fn attachments(
    analysis: &Analysis,
    from: NoteId,
    context: &Context,
    query: Query,
    limit: usize,
) -> Vec<(i64, Completion)> {
    let found = files::matching(analysis, from, query, context.typed.contains('/'), limit);
    let ahead = if context.embed { files::AHEAD } else { 0 };
    let items = found.into_iter().filter_map(|(score, path)| {
        let target = spelling::attachment(analysis, from, path)?;
        Some((score + ahead, files::item(&context.slot(), path, &target)))
    });
    items.collect()
}

/// The item of a note; `None` where no link can name it.
fn item(
    analysis: &Analysis,
    from: NoteId,
    context: &Context,
    style: &Style,
    candidate: &Candidate,
) -> Option<Completion> {
    let (index, note) = (&analysis.index, candidate.note);
    let by_path = context.typed.contains('/');
    let (title, path) = (index.title(note), index.path(note));
    let exact = match by_path {
        true => spelling::path_target(analysis, from, note, LinkKind::Wiki),
        false => style.exact(analysis, from, note),
    };
    let named = |name: &str| spelling::is_writable(name) && spelling::leads(analysis, from, note, name);
    // What a link shows: the alias that was picked, or what its target cannot say.
    let link = match exact {
        _ if style.markdown && context.whole.is_some() => Link::Markdown,
        Some(target) if candidate.is_alias => Link::Shown(target, candidate.name, ""),
        Some(target) if style.form == LinkStyle::SlugTitle && title != target => {
            Link::Shown(target, title, " ")
        }
        Some(_) if style.form == LinkStyle::Title && !by_path && named(title) => Link::Bare(title.to_owned()),
        Some(target) => Link::Bare(target),
        // `#` and its like cannot stand in a target: another name of the note may do.
        None => match spelling::other_target(analysis, from, note) {
            Some(target) if target == title => Link::Bare(target),
            Some(target) => Link::Shown(target, title, ""),
            None => Link::Markdown,
        },
    };
    let insert = match link {
        Link::Bare(target) => target,
        Link::Shown(target, ..) if context.continues => target,
        Link::Shown(target, shown, blank) => match spelling::shown(shown, context.in_table) {
            Some(shown) if shown != target => {
                let pipe = if context.in_table { "\\|" } else { "|" };
                format!("{target}{blank}{pipe}{blank}{shown}")
            }
            _ => target,
        },
        Link::Markdown => {
            let whole = context.whole?;
            let shown = if candidate.is_alias { candidate.name } else { title };
            let link = spelling::markdown_link(analysis, from, note, shown)?;
            let mut item =
                context.item(CompletionKind::Note, shown, fitted(shown, index.stem(note), path), "");
            item.insert = link;
            item.filter = context.filter(candidate.name);
            // The brackets go by an edit of their own: some clients complete no item where not all begin
            // at one place.
            item.also = Some((Span { end: context.replace.start, ..whole }, String::new()));
            item.replace.end = whole.end;
            item.note = Some(note);
            return Some(item);
        }
    };
    let label = if by_path { title } else { candidate.name };
    // A name that matched and is not the title says nothing without it.
    let detail = if label == title || same_words(label, title) {
        fitted(label, index.stem(note), path)
    } else {
        format!("{title} · {}", fitted(&format!("{label}{title}"), index.stem(note), path))
    };
    let shown = match index.stem(note) {
        // Some clients match what is typed against the label alone.
        stem if context.typed.contains('_') && stem.starts_with(context.typed) => stem,
        _ if same_words(label, title) => title,
        _ => label,
    };
    let mut item = context.item(CompletionKind::Note, shown, detail, &insert);
    item.filter = context.filter(if by_path { path } else { candidate.name });
    item.note = Some(note);
    // Another name that is typed to its end would be lost to a note whose name goes on.
    if Slug::of(context.typed) == Slug::of(candidate.name) && !insert.contains('|') {
        item.commit = context.commit(&["#", "|"]);
    }
    Some(item)
}

/// How a link to a note is written.
enum Link<'n> {
    /// A target alone.
    Bare(String),
    /// A target, a text, and what stands around the pipe between them.
    Shown(String, &'n str, &'static str),
    /// A markdown link, where no wikilink can name the note.
    Markdown,
}

/// Characters of an item's label and path together that a list shows without cutting both.
const WIDTH: usize = 56;

/// `path`, or as much of a long one as has room beside `label`: the folder where the label tells the
/// name of the file, else that name.
pub(super) fn fitted(label: &str, stem: &str, path: &str) -> String {
    let room = WIDTH.saturating_sub(label.chars().count()).max(WIDTH / 3);
    if path.chars().nth(room).is_none() {
        return path.to_owned();
    }
    let (folder, file) = (path.folder(), path.file_name());
    let part = if same_words(label, stem) { folder } else { file };
    match part.char_indices().nth(room) {
        Some(_) => {
            let (cut, _) = part.char_indices().nth(room - 1).unwrap_or_default();
            format!("{}…", part.get(..cut).unwrap_or(""))
        }
        None => part.to_owned(),
    }
}
