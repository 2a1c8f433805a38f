//! Between the protocol's types and ours: what the client can do; positions, places, edits and texts in both
//! directions.
//!
//! Absent from this layer: what a request means, state, threads.

mod client;
mod from_proto;
mod rename;
mod to_proto;

pub use client::{Client, OPEN_NOTE, SHOW_REFERENCES};
pub use from_proto::{edit, file_path, position, range};
pub use rename::rename_edit;
pub use to_proto::{Answers, Asked, config_diagnostics, to_range, uri_of};
