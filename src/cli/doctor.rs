//! `slugline doctor`: what there is, for somebody who wonders why something is not as expected.
use super::args::DoctorArgs;
use super::place::Place;
use super::{Failure, Outcome, plural, print};
use crate::ide;
use crate::text::visible;

/// Troubles that are listed; there may be one for each file.
const SHOWN: usize = 20;

/// `slugline doctor`.
pub(super) fn run(args: &DoctorArgs) -> Result<Outcome, Failure> {
    let [place] = <[Place; 1]>::try_from(Place::all(std::slice::from_ref(&args.path))?)
        .map_err(|_| Failure::new("name one folder or note"))?;
    let mut loaded = place.read(&args.ext, args.cache.cache(), false);
    let config = &mut loaded.folder.config;
    if !args.ext.is_empty() {
        // It goes before what the file says.
        config.named.retain(|(name, _)| *name != "extensions");
    }
    let analysis = loaded.vault.snapshot();
    let index = &analysis.index;
    let links: usize = index.notes().map(|note| ide::note_links(&analysis, note).tiers.len()).sum();
    let watching = place.watch();
    let watcher = match &watching {
        Ok(()) => "file watching is active".to_owned(),
        Err(error) => error.to_string(),
    };
    let settings = config
        .report(index.settings(), |name| (name == "extensions" && !args.ext.is_empty()).then_some("--ext"));
    let sick = !config.refused.is_empty() || !loaded.troubles.is_empty() || watching.is_err();
    print(|out| {
        writeln!(out, "slugline   {}", env!("SLUGLINE_VERSION"))?;
        writeln!(out, "vault      {}, {}", visible(&place.root().to_string_lossy()), place.why())?;
        writeln!(out, "notes      {}, {}", plural(index.len(), "note"), plural(links, "link"))?;
        writeln!(out, "files      {} other files", index.files().count())?;
        writeln!(out, "watcher    {watcher}")?;
        writeln!(out, "cache      {}", visible(&loaded.cache.to_string()))?;
        write!(out, "{settings}")?;
        for trouble in loaded.troubles.iter().take(SHOWN) {
            writeln!(out, "trouble    {}", visible(trouble))?;
        }
        if loaded.troubles.len() > SHOWN {
            writeln!(out, "           and {} more", loaded.troubles.len() - SHOWN)?;
        }
        Ok(())
    })?;
    Ok(if sick { Outcome::Findings } else { Outcome::Clean })
}
