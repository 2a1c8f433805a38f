use std::io::{self, Write};

use annotate_snippets::Renderer;

use super::args::{CheckArgs, CheckFormat};
use super::fix::{self, Fixed, Work};
use super::place::Place;
use super::progress::Progress;
use super::report::{self, Finding, Vault};
use super::sarif;
use super::{Failure, Outcome, complain, each, plural, print, tell};
use crate::ide::{self, Analysis, Document, Search};
use crate::index::NoteId;
use crate::settings::Severity;
use crate::text::visible;

/// `slugline check`.
pub(super) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let places = Place::all(&args.paths)?;
    if args.diff {
        return diff(&places, args);
    }
    let mut outcome = Outcome::Clean;
    // For JSON and SARIF, which are one object of all vaults.
    let mut all = Vec::new();
    for place in &places {
        let checked = check(place, args);
        if checked.notes == 0 {
            warn_of_nothing(place, args);
        }
        if checked.fixed.as_ref().is_some_and(|fixed| fixed.failed > 0) {
            outcome = Outcome::Failed;
        } else if !checked.findings.is_empty() && matches!(outcome, Outcome::Clean) {
            outcome = Outcome::Findings;
        }
        if matches!(args.format, CheckFormat::Json | CheckFormat::Sarif) {
            all.push((place, checked));
        } else {
            print(|out| checked.tell(out, place, args, places.len() > 1))?;
        }
    }
    if args.format == CheckFormat::Json {
        let vaults = all.iter().map(|(place, checked)| {
            let fixed = checked.fixed.as_ref().map(|fixed| fixed.problems);
            Vault::new(place.root(), checked.notes, checked.links, &checked.findings, fixed)
        });
        print(|out| report::json(out, &vaults.collect::<Vec<_>>()))?;
    } else if args.format == CheckFormat::Sarif {
        let vaults = all.iter().map(|(place, checked)| (place.prefix(), &*checked.findings));
        print(|out| sarif::write(out, &vaults.collect::<Vec<_>>()))?;
    }
    Ok(outcome)
}

/// `slugline check --diff`.
fn diff(places: &[Place], args: &CheckArgs) -> Result<Outcome, Failure> {
    let (mut failed, mut problems, mut files) = (false, 0, 0);
    for place in places {
        let analysis = place.load(&args.vault).snapshot();
        let notes = asked_notes(&analysis, place);
        if notes.is_empty() {
            warn_of_nothing(place, args);
        }
        let fixed = with_fixes(&analysis, args, |work| fix::diff(&analysis, place, &notes, work))?;
        failed |= fixed.failed > 0;
        problems += fixed.problems;
        files += fixed.files;
    }
    if !args.vault.quiet {
        tell(&match problems {
            0 => "No problems to fix".to_owned(),
            _ => format!("Would fix {} in {}", plural(problems, "problem"), plural(files, "file")),
        });
    }
    Ok(match problems {
        _ if failed => Outcome::Failed,
        0 => Outcome::Clean,
        _ => Outcome::Findings,
    })
}

/// Has the certain fixes looked for.
fn with_fixes<T>(analysis: &Analysis, args: &CheckArgs, then: impl FnOnce(&Work<'_>) -> T) -> T {
    let find = |note, document: &Document| {
        let found = ide::diagnostics_of(analysis, note, document, None);
        ide::repair(analysis, note, document, &found)
    };
    then(&Work { doing: "Fixing", verb: "fix", quiet: args.vault.quiet, find: &find })
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
    /// What was fixed, where that was asked for; the findings are what remains.
    fixed: Option<Fixed>,
}

/// The notes that were asked for, by path.
pub(super) fn asked_notes(analysis: &Analysis, place: &Place) -> Vec<NoteId> {
    let index = &analysis.index;
    let mut notes: Vec<_> = index.notes().filter(|&note| place.holds(index.path(note))).collect();
    notes.sort_unstable_by_key(|&note| index.path(note));
    notes
}

fn check(place: &Place, args: &CheckArgs) -> Checked {
    let mut vault = place.load(&args.vault);
    // Each name takes a search: only where it makes a difference.
    let is_told = vault.settings().unwritten.is_some();
    vault.search_near_names(if is_told { Search::AtOnce } else { Search::Never });
    let mut analysis = vault.snapshot();
    let notes = asked_notes(&analysis, place);
    let fixed =
        args.fix.then(|| with_fixes(&analysis, args, |work| fix::apply(&analysis, place, &notes, work)));
    if let Some(fixed) = &fixed {
        fix::read_again(&mut vault, fixed);
        analysis = vault.snapshot();
    }
    let index = &analysis.index;
    let links = notes.iter().map(|&note| index.link_count(note)).sum();
    let progress = Progress::new("Checking", args.vault.quiet);
    let found = each(&notes, &progress, |note| {
        let Some(document) = analysis.document(note) else { return (Vec::new(), 0) };
        let diagnostics = ide::diagnostics_of(&analysis, note, &document, None);
        let (listed, hidden): (Vec<_>, Vec<_>) =
            diagnostics.into_iter().partition(|diagnostic| diagnostic.severity <= args.severity);
        let path = index.path(note).into();
        let finding = |diagnostic| Finding::new(&path, &document, diagnostic);
        let findings: Vec<_> = listed.into_iter().map(finding).collect();
        (findings, hidden.len())
    });
    let hidden = found.iter().map(|(_, hidden)| hidden).sum();
    let mut findings: Vec<_> = found.into_iter().flat_map(|(findings, _)| findings).collect();
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { notes: notes.len(), links, findings, hidden, fixed }
}

impl Checked {
    /// Prints what was found in the vault `place`, which may be one of `several`.
    fn tell(&self, out: &mut dyn Write, place: &Place, args: &CheckArgs, several: bool) -> io::Result<()> {
        let prefix = place.prefix();
        match args.format {
            CheckFormat::Text => {
                let width = terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0));
                // Colors that would be taken out again are not put in.
                let renderer = match anstream::AutoStream::choice(&io::stdout()) {
                    anstream::ColorChoice::Never => Renderer::plain(),
                    _ => Renderer::styled(),
                };
                report::text(out, &prefix, &self.findings, &renderer.term_width(width))?;
            }
            CheckFormat::Concise => report::concise(out, &prefix, &self.findings)?,
            CheckFormat::Github => return report::github(out, &prefix, &self.findings),
            CheckFormat::Json | CheckFormat::Sarif => {}
        }
        if args.vault.quiet {
            return Ok(());
        }
        if several {
            write!(out, "{}: ", visible(&place.root().to_string_lossy()))?;
        }
        writeln!(out, "{}", self.summary(args.severity))
    }

    /// The last line of the text: `30 notes, 113 links: 1 error, 13 warnings`, or what was fixed.
    fn summary(&self, severity: Severity) -> String {
        let mut summary = match &self.fixed {
            Some(fixed) => self.remaining(fixed),
            None => self.counts(),
        };
        if self.hidden > 0 {
            summary += &format!(" ({} more below {severity}; show all with --severity hint)", self.hidden);
        }
        summary
    }

    fn counts(&self) -> String {
        let counted = Severity::ALL.into_iter().filter_map(|severity| {
            match self.findings.iter().filter(|finding| finding.severity == severity).count() {
                0 => None,
                n => Some(plural(n, severity.name())),
            }
        });
        let counted: Vec<_> = counted.collect();
        let found = if counted.is_empty() { "no problems".to_owned() } else { counted.join(", ") };
        format!("{}, {}: {found}", plural(self.notes, "note"), plural(self.links, "link"))
    }

    fn remaining(&self, fixed: &Fixed) -> String {
        let done = match fixed.problems {
            0 => "No problems fixed".to_owned(),
            _ => format!("Fixed {} in {}", plural(fixed.problems, "problem"), plural(fixed.files, "file")),
        };
        match self.findings.len() {
            0 => format!("{done}, none remain"),
            1 => format!("{done}, 1 remains"),
            n => format!("{done}, {n} remain"),
        }
    }
}

/// Says so where no note was checked.
fn warn_of_nothing(place: &Place, args: &CheckArgs) {
    if !args.vault.quiet {
        complain("warning", &nothing(place, &args.vault.ext));
    }
}

/// What to say where no note was checked.
pub(super) fn nothing(place: &Place, extensions: &[String]) -> String {
    let asked = place.shown();
    if extensions.is_empty() {
        format!(
            "found no notes under {asked}. Notes end in .md or .markdown, unless --ext or .slugline.toml says \
             otherwise; files listed in .gitignore are excluded"
        )
    } else {
        format!("no notes found in {asked} (extensions: {})", extensions.join(" or "))
    }
}
