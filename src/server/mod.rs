//! The language server: one owner of all state, and a thin shell of handlers around it.
//!
//! A handler posts a change or a question to the owner's queue before anything is awaited, so the
//! owner sees them in the order of arrival; it alone changes the state. A question is answered on a
//! pool, from a snapshot that the owner makes when the question's turn comes. Nothing waits for the
//! client: what it answers comes back as an event.
//! Absent from this layer: how a feature works, how a vault is read.

mod backend;
mod docs;
mod events;
mod frames;
mod lanes;
mod listen;
mod log;
mod outgoing;
mod owner;
mod partial;
mod pool;
mod progress;
mod requests;
mod run;
mod vault;
mod written;

pub use listen::run_listen;
pub use run::{run, run_socket, run_stdio};
