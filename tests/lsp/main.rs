//! The server as an editor meets it: a real process, real pipes, real files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the modules of a test are its own")]

mod actions;
mod cache;
mod cite;
mod client;
mod code_lens;
mod commands;
mod completion_plugins;
mod cues;
mod disk;
mod documents;
mod edits;
mod hierarchy;
mod limits;
mod missing;
mod pull;
mod references;
mod rename;
mod requests;
mod session;
mod settings;
mod shapes;
mod sources;
mod symbols;
mod twin;
mod views;
mod watch;
mod writing;
