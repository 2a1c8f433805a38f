//! Between the protocol's types and ours: what the client can do, what we offer it, and positions,
//! edits and answers in both directions.
//!
//! Absent from this layer: what a request means, state, threads.

mod capabilities;
mod client;
mod from_proto;
mod to_proto;

pub use capabilities::server_capabilities;
pub use client::Client;
pub use from_proto::{edit, file_path, position, range};
pub use to_proto::{Answers, config_diagnostics};
