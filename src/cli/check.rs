use std::io::{self, Write};

use annotate_snippets::Renderer;

use super::args::{CheckArgs, CheckFormat};
use super::place::Place;
use super::progress::Progress;
use super::report::{self, Finding, Vault};
use super::{Failure, Outcome, complain, each, plural, print};
use crate::ide;
use crate::settings::Severity;
use crate::text::visible;

/// `slugline check`.
pub(super) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let places = Place::all(&args.paths)?;
    let mut outcome = Outcome::Clean;
    // For JSON, which is one object of all vaults.
    let mut all = Vec::new();
    for place in &places {
        let checked = check(place, args);
        if checked.notes == 0 && !args.vault.quiet {
            complain("warning", &nothing(place, &args.vault.ext));
        }
        if !checked.findings.is_empty() {
            outcome = Outcome::Findings;
        }
        if args.format == CheckFormat::Json {
            all.push((place, checked));
        } else {
            print(|out| checked.tell(out, place, args, places.len() > 1))?;
        }
    }
    if args.format == CheckFormat::Json {
        let vaults = all.iter().map(|(place, checked)| {
            Vault::new(place.root(), checked.notes, checked.links, &checked.findings)
        });
        print(|out| report::json(out, &vaults.collect::<Vec<_>>()))?;
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
    let analysis = place.load(&args.vault);
    let index = &analysis.index;
    let notes: Vec<_> = index.notes().filter(|&note| place.holds(index.path(note))).collect();
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
    Checked { notes: notes.len(), links, findings, hidden }
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
            CheckFormat::Json => {}
        }
        if args.vault.quiet {
            return Ok(());
        }
        if several {
            write!(out, "{}: ", visible(&place.root().to_string_lossy()))?;
        }
        writeln!(out, "{}", self.summary(args.severity))
    }

    /// The last line of the text: `30 notes, 113 links: 1 error, 13 warnings`.
    fn summary(&self, severity: Severity) -> String {
        let counted = Severity::ALL.into_iter().filter_map(|severity| {
            match self.findings.iter().filter(|finding| finding.severity == severity).count() {
                0 => None,
                n => Some(plural(n, severity.name())),
            }
        });
        let counted: Vec<_> = counted.collect();
        let found = if counted.is_empty() { "no problems".to_owned() } else { counted.join(", ") };
        let mut summary = format!("{}, {}: {found}", plural(self.notes, "note"), plural(self.links, "link"));
        if self.hidden > 0 {
            summary += &format!(" ({} more below {severity}; show all with --severity hint)", self.hidden);
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
        format!("no notes found in {root} (extensions: {})", extensions.join(" or "))
    }
}
