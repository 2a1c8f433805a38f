//! Between the protocol's types and ours: what the client can do; positions, places, edits and texts in both
//! directions.
//!
//! Absent from this layer: what a request means, state, threads.

mod client;
mod edit;
mod from_proto;
mod to_proto;

pub use client::{Client, FOLLOW_MISSING, OPEN_NOTE, SHOW_REFERENCES};
pub use from_proto::{edit, file_path, position, range};
pub use to_proto::{Answers, OpenNote, WrittenLocation, as_text, config_diagnostics, to_range, uri_of};
