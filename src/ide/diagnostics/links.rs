//! What is wrong with a link by where it leads.
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::{Findings, quoted};
use crate::ide::cursor::timestamp_of;
use crate::ide::{Place, Search, spelling};
use crate::index::{AnchorOutcome, Anchors, NoteId, Resolution, Tier, Wanted};
use crate::settings::{Code, LinkStyle, Severity};
use crate::syntax::{Fix, Link, is_time};
use crate::text::{PathText, Span};

/// Every link of the note, each target resolved once, but for those that `before` knows. Returns where they
/// lead.
pub(super) fn links(findings: &mut Findings, before: &Outcomes) -> Outcomes {
    let (document, analysis) = (findings.document, findings.analysis);
    let mut places = Places::default();
    let mut all = Outcomes::default();
    for link in analysis.index.cancel().over(document.note.links.iter()) {
        // A reference is as good as its definition, which is a link of its own.
        if !link.span.covers(link.target) {
            continue;
        }
        let target = link.target_text(&document.text);
        let (outcomes, before) = match link.is_wiki() {
            true => (&mut all.wiki, &before.wiki),
            false => (&mut all.markdown, &before.markdown),
        };
        // As it is written: one target in two spellings may be two.
        let written = link.target.of(&document.text);
        let outcome = match outcomes.get(written) {
            Some(outcome) => Arc::clone(outcome),
            None => {
                let resolve = || analysis.resolve_wanted(findings.note, &Wanted::of(link, &document.text));
                let (name, outcome) = match before.get_key_value(written) {
                    Some((name, known)) => (Arc::clone(name), Arc::clone(known)),
                    None => (written.into(), Arc::new(Outcome::new(resolve()))),
                };
                outcomes.insert(name, Arc::clone(&outcome));
                outcome
            }
        };
        // A note that is not read yet may answer to the target by a title or an alias.
        if !analysis.complete && !target.is_empty() {
            continue;
        }
        if !anchor(findings, link, &outcome.resolution, &mut places) {
            destination(findings, link, &target, &outcome);
        }
    }
    all
}

/// Where the targets of a note's links lead, to be looked at again after a change of its text alone: see
/// [`super::diagnostics_after`].
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    wiki: FxHashMap<Arc<str>, Arc<Outcome>>,
    markdown: FxHashMap<Arc<str>, Arc<Outcome>>,
}

/// Where a target leads, and if nowhere, what it may name all the same.
#[derive(Debug)]
struct Outcome {
    resolution: Resolution,
    elsewhere: OnceLock<Option<Elsewhere>>,
    /// The similar name that a note has, once it is known whether one has.
    near: OnceLock<Option<String>>,
}

impl Outcome {
    fn new(resolution: Resolution) -> Self {
        Self { resolution, elsewhere: OnceLock::new(), near: OnceLock::new() }
    }
}

/// What anchors may lead to, kept while the links of one note are looked at.
#[derive(Default)]
struct Places<'a> {
    anchors: FxHashMap<NoteId, Anchors<'a>>,
}

/// Reports a broken anchor; says whether there was one.
fn anchor<'a>(
    findings: &mut Findings<'a>,
    link: &Link,
    outcome: &Resolution,
    places: &mut Places<'a>,
) -> bool {
    let (text, index) = (findings.text(), &findings.analysis.index);
    let Some(anchor) = &link.anchor else { return false };
    let Some(name) = link.anchor_text(text) else { return false };
    let Some(note) = outcome.note() else { return false };
    let Some(facts) = index.facts(note) else { return false };
    let anchors = places.anchors.entry(note).or_insert_with(|| Anchors::new(facts));
    if anchors.resolve(&name, anchor.block, !link.is_wiki()) != AnchorOutcome::Missing {
        return false;
    }
    let own = note == findings.note;
    let holder = if own { "this note".to_owned() } else { quoted(index.stem(note)) };
    let (code, message) = if anchor.block {
        let id = format!("^{}", name.trim_start_matches('^'));
        (Code::BrokenBlock, format!("Block {} not found in {holder}", quoted(&id)))
    } else {
        let path: Vec<_> = name.split('#').map(str::trim).filter(|part| !part.is_empty()).collect();
        (Code::BrokenHeading, format!("Heading {} not found in {holder}", quoted(&path.join(" > "))))
    };
    findings.add(code, anchor.span, message);
    true
}

/// Reports what is wrong with the note or file that a link names.
fn destination(findings: &mut Findings, link: &Link, target: &str, outcome: &Outcome) {
    let resolution = &outcome.resolution;
    match resolution.tier {
        // A time in front matter is one too, although nothing is said of it.
        None if link.is_wiki() && link.anchor.is_none() && is_time(target) => {
            if let Some(timestamp) = timestamp_of(findings.document, link) {
                findings.timestamp(timestamp);
            }
        }
        None => broken(findings, link, target, outcome),
        Some(_) if resolution.ambiguous => ambiguous(findings, link.target, target, resolution),
        Some(tier) if tier.is_inexact() => {
            if let Some(note) = resolution.note() {
                inexact(findings, link, target, tier, note);
            }
        }
        Some(_) => {}
    }
}

fn broken(findings: &mut Findings, link: &Link, target: &str, outcome: &Outcome) {
    let names_file = outcome.resolution.names_file;
    let code = if names_file { Code::BrokenFile } else { Code::BrokenLink };
    let unwritten = findings.analysis.settings().unwritten.filter(|_| !names_file);
    if !findings.wants(code, link.target) && unwritten.is_none_or(|severity| severity == Severity::Off) {
        // The color of the link tells it as well.
        if !names_file && findings.analysis.near_names().search() == Search::Later {
            findings.near(link, target);
        }
        return;
    }
    let name = quoted(target);
    let elsewhere = outcome.elsewhere.get_or_init(|| Elsewhere::of(findings, target, link.is_wiki()));
    let message = match elsewhere {
        // A markdown link is a path, and may be one to any file or folder.
        Some(Elsewhere::Folder | Elsewhere::OtherFile) if !link.is_wiki() => return,
        Some(Elsewhere::Outside) => format!("{name} points outside the vault"),
        Some(Elsewhere::Ignored(path)) => {
            let path = quoted(path);
            format!("{path} exists but is ignored (.gitignore or `exclude`), so links to it do not resolve")
        }
        _ if names_file => format!("File not found: {name}"),
        _ => return missing(findings, link, target, outcome, unwritten),
    };
    findings.add(code, link.target, message);
}

/// Reports a link to a note that is not there: a slip where a note has a similar name, else a note that nobody has
/// written yet. `unwritten`: the severity of the latter, where it has one of its own.
fn missing(
    findings: &mut Findings,
    link: &Link,
    target: &str,
    outcome: &Outcome,
    unwritten: Option<Severity>,
) {
    let analysis = findings.analysis;
    let message = format!("Note not found: {}", quoted(target));
    if outcome.near.get().is_none()
        && let Some(near) = findings.near(link, target)
    {
        let spelt = |near| spelling::target(analysis, findings.note, near, link.kind);
        let near = near.map(|near| spelt(near).unwrap_or_else(|| analysis.index.stem(near).to_owned()));
        // It may be known by now to somebody else, who has found the same.
        let _ = outcome.near.set(near);
    }
    match outcome.near.get() {
        Some(Some(near)) => {
            let near = quoted(near);
            findings.add(Code::BrokenLink, link.target, format!("{message}; did you mean {near}?"));
        }
        Some(None) => findings.add_unwritten(link.target, message, unwritten),
        // Told once it is known which it is, where that matters.
        None if unwritten.is_some() && analysis.near_names().search() != Search::Never => {}
        None => findings.add(Code::BrokenLink, link.target, message),
    }
}

/// What a target that nothing matches may name all the same.
#[derive(Debug)]
enum Elsewhere {
    /// A place outside the vault.
    Outside,
    /// A folder, there or not.
    Folder,
    /// A note or attachment of the vault's folder that is ignored.
    Ignored(String),
    /// A file that is there, but neither a note nor of a kind that wikilinks know.
    OtherFile,
}

impl Elsewhere {
    fn of(findings: &Findings, target: &str, wiki: bool) -> Option<Self> {
        let (index, probe) = (&findings.analysis.index, findings.analysis.texts());
        let own = findings.path.folder();
        let dotted = target.starts_with("./") || target.starts_with("../");
        let relative = if target.starts_with('/') { None } else { Some(own) };
        let root = if dotted { None } else { Some("") };
        let last = target.file_name();
        if matches!(last, "" | "." | "..") {
            return Some(Self::Folder);
        }
        let mut places: Vec<_> =
            relative.into_iter().chain(root).filter_map(|from| from.join(target)).collect();
        places.dedup();
        if places.is_empty() {
            return Some(Self::Outside);
        }
        let settings = findings.analysis.settings();
        for place in &places {
            let is_there = |path: &String| index.note(path).is_none() && probe.exists(path);
            if settings.is_note(place) {
                if is_there(place) {
                    return Some(Self::Ignored(place.clone()));
                }
                continue;
            }
            let with = settings.extensions.iter().map(|extension| format!("{place}.{extension}"));
            if let Some(note) = { with }.find(is_there) {
                return Some(Self::Ignored(note));
            }
            // Each look costs a call to the system: a wikilink to a file has a `.` or a `/`.
            if (!wiki || target.contains(['.', '/'])) && is_there(place) {
                let file = !wiki || index.has_file(place);
                return Some(if file { Self::OtherFile } else { Self::Ignored(place.clone()) });
            }
            if !wiki && probe.is_folder(place) {
                return Some(Self::Folder);
            }
        }
        None
    }
}

fn ambiguous(findings: &mut Findings, span: Span, target: &str, outcome: &Resolution) {
    if !findings.wants(Code::AmbiguousLink, span) {
        return;
    }
    let index = &findings.analysis.index;
    let related = outcome
        .notes
        .iter()
        .enumerate()
        .map(|(rank, &note)| {
            let mut remark = if rank == 0 { "current target" } else { "other match" }.to_owned();
            if outcome.more > 0 && rank + 1 == outcome.notes.len() {
                remark = format!("{remark}, and {} more", outcome.more);
            }
            (Place { note, span: Span::at(0) }, format!("{}: {remark}", index.path(note)))
        })
        .collect();
    let taken = outcome.note().map_or("", |note| index.path(note));
    let message = format!(
        "Ambiguous link: {} matches {} notes, resolves to {}; use a path to choose",
        quoted(target),
        outcome.count(),
        quoted(taken),
    );
    findings.add_with(Code::AmbiguousLink, span, message, related, Vec::new());
}

fn inexact(findings: &mut Findings, link: &Link, target: &str, tier: Tier, note: NoteId) {
    let analysis = findings.analysis;
    let by_title = analysis.settings().link_style == Some(LinkStyle::Title);
    if by_title || !findings.wants(Code::InexactLink, link.target) {
        return;
    }
    let how = match tier {
        Tier::Title => "by its title or an alias",
        Tier::Squashed => "when spaces and hyphens are ignored",
        _ => "by its slug",
    };
    let spelt = spelling::target(analysis, findings.note, note, link.kind);
    let advice = spelt.as_ref().map_or(String::new(), |spelt| format!("; use {}", quoted(spelt)));
    let path = quoted(analysis.index.path(note));
    let message =
        format!("Inexact link: resolves to {path} only {how}; other tools may not follow it{advice}");
    let fix = spelt.map(|spelt| Fix {
        title: format!("Replace with `{spelt}`"),
        edits: vec![(link.target, with_words(link, target, spelt))],
        certain: true,
    });
    findings.add_with(Code::InexactLink, link.target, message, Vec::new(), fix.into_iter().collect());
}

/// `spelt`, and behind it the words of the old target where the reader would lose them.
fn with_words(link: &Link, target: &str, spelt: String) -> String {
    let reads_as_prose = target.contains(|c: char| c.is_whitespace() || c.is_uppercase());
    let shown = link.kind == crate::syntax::LinkKind::Wiki && link.alias.is_none() && link.anchor.is_none();
    match (shown && reads_as_prose, link.in_table) {
        (true, false) => format!("{spelt} | {target}"),
        (true, true) => format!("{spelt} \\| {target}"),
        (false, _) => spelt,
    }
}
