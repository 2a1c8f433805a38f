//! slugline: a language server for wiki-style markdown notes, and the engine in it as a library.
//!
//! A [`vault::Vault`] holds the notes of a folder; its snapshots are what the features of [`ide`] are asked
//! about:
//!
//! ```
//! use slugline::ide::{self, MemoryTexts};
//! use slugline::settings::Settings;
//! use slugline::vault::Vault;
//!
//! let files = [("tides.md", "Spring tides follow the [[moon]].\n"), ("sun.md", "# The sun\n")];
//! let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files));
//! let findings = |vault: &Vault| {
//!     let analysis = vault.snapshot();
//!     let note = analysis.index.note("tides.md").unwrap();
//!     let found = ide::diagnostics(&analysis, note, None).into_iter();
//!     found.map(|found| found.message).collect::<Vec<_>>()
//! };
//! assert_eq!(findings(&vault), ["Note not found: `moon`"]);
//! vault.open("moon.md", "# The moon\n");
//! assert!(findings(&vault).is_empty());
//! ```
//!
//! `examples/watch.rs` reads a vault from the disk and follows it.
//!
//! Layers; each uses only those above it, which `tests/architecture.rs` holds. [`vfs`], and what stands below
//! [`vault`], are the program's own and may change without notice:
//!
//! | layer | what it knows | what is absent |
//! |---|---|---|
//! | [`text`] | bytes, spans, lines, edits, paths | markdown, files, the protocol |
//! | [`sources`] | captions and metadata of videos, by time | notes, reading files, the protocol |
//! | [`syntax`] | one note's text → what it defines and refers to | other notes, files |
//! | [`settings`] | settings, codes, severities | where a setting was read from |
//! | [`index`] | names, links, the resolver | reading files, open buffers |
//! | [`ide`] | one feature a file: definition, hover, … | the protocol's types, threads |
//! | [`vfs`] | the walk, ignore rules, reading, watching | open buffers, the protocol |
//! | [`vault`] | index, open notes, files and settings, kept up to date | how a feature works, the protocol |
//! | [`lsp`] | between the protocol's types and ours | what a request means |
//! | [`server`] | the owner loop, its state, the handlers | how a feature works |
//! | [`cli`] | `check`, `source`, `stats`, arguments, output | the protocol |

pub mod ide;
pub mod index;
pub mod settings;
pub mod sources;
pub mod syntax;
pub mod text;
pub mod vault;

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod lsp;
#[doc(hidden)]
pub mod server;
#[doc(hidden)]
pub mod vfs;
