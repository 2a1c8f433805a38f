use std::sync::Arc;

use super::args::{CheckArgs, Format};
use super::place::{Place, progress};
use super::report::{self, Finding, Json};
use super::{Failure, Outcome, complain, each, plural, print};
use crate::ide;
use crate::settings::Severity;
use crate::syntax::LinkKind;

/// `slugline check`.
pub(super) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let places = Place::all(&args.paths)?;
    if let (Format::Json, [one, another, ..]) = (args.vault.format, places.as_slice()) {
        return Err(Failure::new(format!(
            "these paths belong to several vaults, {} and {} among them, and paths in JSON are relative to one. \
             Check them one at a time",
            one.root().display(),
            another.root().display(),
        )));
    }
    let mut outcome = Outcome::Clean;
    for place in &places {
        let checked = check(place, args);
        if !checked.findings.is_empty() {
            outcome = Outcome::Findings;
        }
        let width = terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0));
        match args.vault.format {
            Format::Text => print(|out| {
                report::text(out, &place.prefix(), &checked.findings, width)?;
                writeln!(out, "{}", checked.summary(args.severity))
            })?,
            Format::Json => print(|out| {
                let json = Json::new(checked.notes, checked.links, &checked.findings);
                serde_json::to_writer(&mut *out, &json)?;
                writeln!(out)
            })?,
        }
        if checked.notes == 0 {
            complain("warning", &nothing(place, &args.vault.ext));
        }
    }
    Ok(outcome)
}

/// What a check found.
struct Checked {
    notes: usize,
    /// Wikilinks, embeds and markdown links to notes or attachments.
    links: usize,
    /// At or above the severity asked for, by path and place.
    findings: Vec<Finding>,
    /// Below it.
    hidden: usize,
}

fn check(place: &Place, args: &CheckArgs) -> Checked {
    let analysis = place.load(&args.vault.ext);
    let index = &analysis.index;
    let notes: Vec<_> = index.notes().filter(|&note| place.holds(index.path(note))).collect();
    let links = notes.iter().filter_map(|&note| index.facts(note));
    let links = links.flat_map(|facts| &facts.links).filter(|link| link.kind != LinkKind::Definition).count();
    let bar = progress("checking");
    let found = each(&notes, &bar, |note| {
        let Some(document) = analysis.document(note) else { return (Vec::new(), 0) };
        let diagnostics = ide::diagnostics_of(&analysis, note, &document, None);
        let (listed, hidden): (Vec<_>, Vec<_>) =
            diagnostics.into_iter().partition(|diagnostic| diagnostic.severity <= args.severity);
        let path = Arc::from(index.path(note));
        let finding = |diagnostic| Finding::new(&path, &document, diagnostic);
        let findings: Vec<_> = listed.into_iter().map(finding).collect();
        (findings, hidden.len())
    });
    let hidden = found.iter().map(|(_, hidden)| hidden).sum();
    let mut findings: Vec<_> = found.into_iter().flat_map(|(findings, _)| findings).collect();
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { notes: notes.len(), links, findings, hidden }
}

impl Checked {
    /// The last line of the text: `30 notes, 113 links: 1 error, 13 warnings`.
    fn summary(&self, severity: Severity) -> String {
        let counted = Severity::ALL.into_iter().filter_map(|severity| {
            match self.findings.iter().filter(|finding| finding.severity == severity).count() {
                0 => None,
                n => Some(plural(n, severity.name())),
            }
        });
        let counted: Vec<_> = counted.collect();
        let found = if counted.is_empty() { "nothing to report".to_owned() } else { counted.join(", ") };
        let mut summary = format!("{}, {}: {found}", plural(self.notes, "note"), plural(self.links, "link"));
        if self.hidden > 0 {
            summary += &format!(" ({} below {severity}; --severity hint lists all)", self.hidden);
        }
        summary
    }
}

/// What to say where no note was checked.
fn nothing(place: &Place, extensions: &[String]) -> String {
    let root = place.root().display();
    if extensions.is_empty() {
        format!(
            "found no notes under {root}. Notes end in .md or .markdown, unless --ext or .slugline.toml says \
             otherwise; what .gitignore names is left out"
        )
    } else {
        format!("found no notes under {root} that end in {}", extensions.join(" or "))
    }
}
