//! The command line over the same engine as the server.
//!
//! `check`, `convert`, `rename`, `query`, `source`, `stats` and `graph` load a vault once, ask `ide` and `index` what the server would ask, and print.
//! Absent from this layer: the protocol; what a finding is, and when there is one.

mod allocator;
mod args;
mod check;
mod convert;
mod doctor;
mod fix;
mod graph;
mod place;
mod progress;
mod query;
mod rename;
mod report;
mod sarif;
mod source;
mod stats;

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{CommandFactory as _, Parser as _};
use rayon::prelude::*;

use self::args::{Cli, Color, Command, LspArgs};
use self::progress::Progress;
use crate::text::visible;

/// Something that kept a command from running: what happened, where, and what to do.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a command ended.
enum Outcome {
    /// It did what was asked, and there is nothing to list.
    Clean,
    /// It listed something.
    Findings,
    /// It could not do all that was asked, and has said so.
    Failed,
    /// A session ended with this exit code.
    Ended(u8),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    // Before the arguments, since they are answered with help and errors in color.
    color(Color::Auto);
    let cli = Cli::parse();
    color(cli.color);
    let result = match cli.command {
        None => help(),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Convert(args)) => convert::run(&args),
        Some(Command::Stats(args)) => stats::run(&args),
        Some(Command::Graph(args)) => graph::run(&args),
        Some(Command::Source(args)) => source::run(&args.command),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Rename(args)) => rename::run(&args),
        Some(Command::Query(args)) => query::run(&args.query),
        Some(Command::Completions(args)) => completions(args.shell),
        Some(Command::Man) => man(),
        Some(Command::Lsp(args)) => lsp(&args),
    };
    match result {
        Ok(Outcome::Ended(code)) => ExitCode::from(code),
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Err(failure) => {
            complain("error", &failure.to_string());
            ExitCode::from(2)
        }
    }
}

/// Says for all that is printed from now on whether it has colors. What anstream does by itself covers
/// NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
fn color(when: Color) {
    let choice = match when {
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
        Color::Auto => {
            by_force_color(|name| std::env::var_os(name).map(|v| v.to_string_lossy().into_owned()))
        }
    };
    choice.write_global();
}

/// What FORCE_COLOR asks for: colors, unless it is `0` or `false`. NO_COLOR goes before it.
fn by_force_color(variable: impl Fn(&str) -> Option<String>) -> anstream::ColorChoice {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return anstream::ColorChoice::Auto;
    }
    match variable("FORCE_COLOR").as_deref() {
        None | Some("") => anstream::ColorChoice::Auto,
        Some("0" | "false") => anstream::ColorChoice::Never,
        Some(_) => anstream::ColorChoice::Always,
    }
}

fn help() -> Result<Outcome, Failure> {
    let help = Cli::command().render_long_help();
    print(|out| write!(out, "{}", help.ansi()))?;
    Ok(Outcome::Clean)
}

fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "slugline", &mut script);
    print(|out| out.write_all(&script))?;
    Ok(Outcome::Clean)
}

/// One page for all commands, as `slugline SUBCOMMAND --help` is the page of each.
fn man() -> Result<Outcome, Failure> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
    rendered.map_err(|error| Failure::new(format!("cannot write the manual page: {error}")))?;
    print(|out| out.write_all(&page))?;
    Ok(Outcome::Clean)
}

/// Prints to standard output, with colors on a terminal that has them. Whoever closes the pipe
/// (`| head`) has read enough: that is no failure.
fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()));
    write(&mut out).and_then(|()| out.flush()).or_else(|error| write_failure(&error))
}

/// What it means that the result could not be printed.
fn write_failure(error: &io::Error) -> Result<(), Failure> {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Failure::new(format!("cannot write the result: {error}"))),
    }
}

/// A message on standard error; `kind` is `error`, `warning` or the like.
fn complain(kind: &str, text: &str) {
    let style = if kind == "error" { "\u{1b}[1;91m" } else { "\u{1b}[1;33m" };
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(err, "{style}{kind}\u{1b}[0m: {}", visible(text));
}

/// A line on standard error that is neither an error nor a warning.
fn tell(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", visible(text));
}

/// `1 note`, `2 notes`, `2 information`.
fn plural(n: usize, what: &str) -> String {
    let s = if n == 1 || what == "information" { "" } else { "s" };
    format!("{n} {what}{s}")
}

/// What `work` gives for each of `items`, notes mostly, by all cores.
fn each<I: Copy + Sync, T: Send>(items: &[I], progress: &Progress, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    let finished = AtomicUsize::new(0);
    let work = |&item: &I| {
        let done = work(item);
        progress.at(finished.fetch_add(1, Ordering::Relaxed) + 1, items.len());
        done
    };
    items.par_iter().map(work).collect()
}

fn lsp(args: &LspArgs) -> Result<Outcome, Failure> {
    allocator::frugal();
    if let Some(port) = args.socket {
        return crate::server::run_socket(port, args.cache.cache()).map(Outcome::Ended).map_err(|error| {
            Failure::new(format!(
                "cannot connect to port {port}: {error}. Start the editor listening on this port first"
            ))
        });
    }
    if let Some(port) = args.listen {
        let ready = |address| complain("listening", &format!("on {address}. Ctrl-C ends it."));
        return match crate::server::run_listen(port, args.cache.cache(), ready) {
            Ok(never) => match never {},
            Err(error) => Err(Failure::new(format!(
                "cannot listen on port {port}: {error}. Choose another, or 0 for any that is free"
            ))),
        };
    }
    if io::stdin().is_terminal() {
        complain(
            "hint",
            "the language server is waiting for an editor on standard input; press Ctrl-C to stop.\n\
             To check notes in a terminal, use `slugline check`.",
        );
    }
    Ok(Outcome::Ended(crate::server::run_stdio(args.cache.cache())))
}
