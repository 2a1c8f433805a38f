//! slugline: a language server for wiki-style markdown notes.
//!
//! Layers; each uses only those above it, which `tests/architecture.rs` holds:
//!
//! | layer | what it knows | what is absent |
//! |---|---|---|
//! | [`text`] | bytes, spans, lines, edits, paths | markdown, files, the protocol |
//! | [`syntax`] | one note's text → what it defines and refers to | other notes, files |
//! | [`settings`] | settings, codes, severities | where a setting was read from |
//! | [`index`] | names, links, the resolver | reading files, open buffers |
//! | [`ide`] | one feature a file: definition, hover, … | the protocol's types, threads |
//! | [`vfs`] | the walk, ignore rules, reading, watching | open buffers, the protocol |
//! | [`lsp`] | between the protocol's types and ours | what a request means |
//! | [`server`] | the owner loop, its state, the handlers | how a feature works |
//! | [`cli`] | `check`, `stats`, arguments, output | the protocol |

pub mod cli;
pub mod ide;
pub mod index;
pub mod lsp;
pub mod server;
pub mod settings;
pub mod syntax;
pub mod text;
pub mod vfs;
