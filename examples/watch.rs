//! Lists the broken links of a folder of notes, and lists them again whenever something in it changes:
//! `cargo run --example watch -- path/to/notes`.
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use slugline::ide;
use slugline::settings::Code;
use slugline::text::Encoding;
use slugline::vault::Vault;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("which folder?")?;
    run(Path::new(&folder), &mut io::stdout())
}

/// Goes on until `out` takes no more.
pub fn run(folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut watch = Vault::load(folder, &|_, _| {})?.watch();
    list(watch.vault(), out)?;
    while watch.wait() {
        list(watch.vault(), out)?;
    }
    Ok(())
}

fn list(vault: &Vault, out: &mut impl Write) -> io::Result<()> {
    let analysis = vault.snapshot();
    let mut broken = 0;
    for note in analysis.index.notes() {
        let Some(document) = analysis.document(note) else { continue };
        let found = ide::diagnostics_of(&analysis, note, &document, None);
        for found in found.iter().filter(|found| found.code == Code::BrokenLink) {
            let at = document.lines.position(&document.text, found.span.start(), Encoding::Utf32);
            let (path, line, column) = (analysis.index.path(note), at.line + 1, at.character + 1);
            writeln!(out, "{path}:{line}:{column}: {}", found.message)?;
            broken += 1;
        }
    }
    writeln!(out, "{broken} broken")
}
