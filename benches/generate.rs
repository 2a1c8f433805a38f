//! Writes a vault of the benchmarks to disk.
//!
//! `cargo bench --bench generate -- OUT --notes 5000 [--style wiki|markdown] [--seed 1]`
#![allow(clippy::print_stdout, reason = "a program of its own, not the server")]
use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

mod vault;

#[derive(Clone, Copy, ValueEnum)]
enum Style {
    Wiki,
    Markdown,
}

/// Writes a vault with the shapes and the dirt of real notes: the same arguments, the same bytes.
#[derive(Parser)]
struct Arguments {
    /// The folder; made where there is none.
    out: PathBuf,
    /// Number of notes.
    #[arg(long, default_value_t = 1000)]
    notes: usize,
    /// How links are written.
    #[arg(long, value_enum, default_value_t = Style::Wiki)]
    style: Style,
    /// Another seed, another vault.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Given by cargo; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let style = match arguments.style {
        Style::Wiki => vault::Style::Wiki,
        Style::Markdown => vault::Style::Markdown,
    };
    let vault = vault::Vault::new(arguments.notes, style, arguments.seed);
    let (mut bytes, out) = (0, &arguments.out);
    let write = |path: &str, content: &[u8]| {
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, content)
    };
    for note in 0..vault.len() {
        let text = vault.text(note);
        bytes += text.len();
        write(&vault.path(note), text.as_bytes())?;
    }
    for (path, content) in vault.attachments() {
        write(&path, content)?;
    }
    println!("{} notes, {bytes} bytes", vault.len());
    Ok(())
}
