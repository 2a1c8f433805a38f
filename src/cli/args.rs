use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::settings::Severity;
use crate::vault::Cache;

/// A language server for wiki-style markdown notes
///
/// Notes live in a folder, the vault, and link to each other with [[wikilinks]]. slugline
/// provides go to definition, completion, hover and diagnostics for them, and understands the video
/// timestamps that the notes cite.
#[derive(Parser, Debug)]
#[command(
    name = "slugline",
    version = env!("SLUGLINE_VERSION"),
    max_term_width = 100,
    after_help = "\
Try it:
  slugline check              look for broken links in the notes below this folder
  slugline check --help       all checks, and how to configure them
  slugline stats ~/notes      statistics for a folder of notes
  slugline source list        the videos that the notes below this folder cite

In an editor, the command of the language server is `slugline lsp`."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// When to color the output; without it, NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR decide
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, display_order = 900)]
    pub(super) color: Color,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// In files and pipes, too
    Always,
    /// Never
    Never,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Report broken links and other problems
    #[command(after_long_help = check_help())]
    Check(CheckArgs),
    /// Turn wikilinks into Markdown links, or Markdown links into wikilinks
    #[command(after_long_help = CONVERT_HELP)]
    Convert(ConvertArgs),
    /// Show counts of notes and links, orphans, most linked notes and missing notes
    #[command(after_long_help = STATS_HELP)]
    Stats(ReportArgs),
    /// Rename a note or another file of a vault, with all links to it
    #[command(after_long_help = RENAME_HELP)]
    Rename(RenameArgs),
    /// List notes: those that link to one, those it links to, those with a tag or about a video
    #[command(after_long_help = QUERY_HELP)]
    Query(QueryArgs),
    /// Draw the notes and the links between them, or print them as data
    #[command(after_long_help = GRAPH_HELP)]
    Graph(GraphArgs),
    /// Show the videos that notes cite: what is claimed of each, and what is said in it
    #[command(after_long_help = SOURCE_HELP)]
    Source(SourceArgs),
    /// Run the language server (editors start it)
    ///
    /// Speaks the Language Server Protocol on standard input and output.
    /// Set SLUGLINE_LOG=debug to log to standard error.
    Lsp(LspArgs),
    /// Show the detected vault, its notes, and each setting with its source
    #[command(after_long_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),
    /// Print a script that completes commands and options in a shell
    #[command(after_long_help = COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(after_long_help = MAN_HELP)]
    Man,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct RenameArgs {
    /// The file: a path, or a note's name as in a link
    #[arg(value_name = "OLD")]
    pub(super) old: String,

    /// Its new name; with `/` in it, its new path from the vault's root
    ///
    /// The extension may be left out.
    #[arg(value_name = "NEW")]
    pub(super) new: String,

    /// Print how the links change as a unified diff, and change nothing
    #[arg(long, visible_alias = "dry-run")]
    pub(super) diff: bool,

    #[command(flatten)]
    pub(super) folder: FolderArgs,
}

#[derive(Args, Debug)]
pub(super) struct QueryArgs {
    #[command(subcommand)]
    pub(super) query: Query,
}

#[derive(Subcommand, Debug)]
pub(super) enum Query {
    /// List the notes that link to a note
    Backlinks(OneNote),
    /// List the notes that a note links to
    Outlinks(OneNote),
    /// List the notes that no other note links to
    Orphans(ReportArgs),
    /// List the links to notes and files that do not exist
    Broken(ReportArgs),
    /// List the notes with a tag, or with one below it
    Tag(OneTag),
    /// List the notes that cite a video
    Video(OneSource),
}

#[derive(Args, Debug)]
pub(super) struct OneNote {
    /// The note: a path, or a name as in a link
    #[arg(value_name = "NOTE")]
    pub(super) note: String,

    #[command(flatten)]
    pub(super) of: ReportArgs,
}

#[derive(Args, Debug)]
pub(super) struct OneTag {
    /// The tag, with or without its `#`
    #[arg(value_name = "TAG")]
    pub(super) tag: String,

    #[command(flatten)]
    pub(super) of: ReportArgs,
}

#[derive(Args, Debug)]
pub(super) struct LspArgs {
    /// Use standard input and output (the default)
    #[arg(long)]
    pub(super) stdio: bool,

    /// Connect to an editor that listens on this port of this machine
    #[arg(long, value_name = "PORT", conflicts_with = "stdio", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) socket: Option<u16>,

    /// Listen on this localhost port for one or more editors; 0 picks a free port. Any local program
    /// can connect
    #[arg(long, value_name = "PORT", conflicts_with_all = ["stdio", "socket"])]
    pub(super) listen: Option<u16>,

    #[command(flatten)]
    pub(super) cache: CacheArgs,
}

#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Folder or note [default: current folder]
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub(super) path: PathBuf,

    /// Note file extension, instead of md and markdown; can be repeated
    #[arg(long, value_name = "EXT", value_parser = extension)]
    pub(super) ext: Vec<String>,

    #[command(flatten)]
    pub(super) cache: CacheArgs,
}

/// What all that reads a vault takes.
#[derive(Args, Debug)]
pub(super) struct CacheArgs {
    /// Read all notes, not only those that have changed since the last run, and keep nothing for the next
    #[arg(long)]
    no_cache: bool,
}

impl CacheArgs {
    pub(super) fn cache(&self) -> Cache {
        if self.no_cache { Cache::default() } else { Cache::of_user() }
    }
}

/// What all commands over a vault take.
#[derive(Args, Debug)]
pub(super) struct VaultArgs {
    /// Note file extension, instead of md and markdown; can be repeated
    #[arg(long, value_name = "EXT", value_parser = extension)]
    pub(super) ext: Vec<String>,

    /// Print the result and nothing else: no progress, warnings or summary
    #[arg(short, long)]
    pub(super) quiet: bool,

    #[command(flatten)]
    pub(super) cache: CacheArgs,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Folders or notes to check [default: current folder]
    ///
    /// A folder is a vault of its own, unless a folder above it holds `.slugline.toml` or
    /// `.obsidian`: then that one is the vault, and what lies under PATH is checked. A file
    /// named here is a note whatever its extension.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Apply the certain fixes, those of "Fix all" in an editor, and report what remains
    ///
    /// Of all severities, whatever --severity says. A file that cannot be written, or that another program
    /// changes at the same time, is reported, and the others are fixed.
    #[arg(long)]
    pub(super) fix: bool,

    /// Print what --fix would change as a unified diff, and change nothing
    #[arg(long, conflicts_with = "format")]
    pub(super) diff: bool,

    #[command(flatten)]
    pub(super) vault: VaultArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: CheckFormat,

    /// Minimum severity to report
    #[arg(long, value_name = "SEVERITY", default_value = "warning", value_parser = severity())]
    pub(super) severity: Severity,
}

#[derive(Args, Debug)]
pub(super) struct ConvertArgs {
    /// Folders or notes whose links are converted [default: current folder]
    ///
    /// Vaults are found as for `slugline check`.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// The form that links get
    #[arg(long, value_name = "FORM")]
    pub(super) to: ConvertTo,

    /// Print what would change as a unified diff, and change nothing
    #[arg(long)]
    pub(super) diff: bool,

    #[command(flatten)]
    pub(super) vault: VaultArgs,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ConvertTo {
    /// `[text](note.md)`
    Markdown,
    /// `[[note]]`
    Wiki,
}

/// The vault that a command is about.
#[derive(Args, Debug)]
pub(super) struct FolderArgs {
    /// A folder; without one, this folder
    ///
    /// It is a vault of its own, unless a folder above it holds `.slugline.toml` or `.obsidian`:
    /// then that one is the vault.
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub(super) path: PathBuf,

    #[command(flatten)]
    pub(super) vault: VaultArgs,
}

/// What all commands take that report about a vault.
#[derive(Args, Debug)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) folder: FolderArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ReportFormat,
}

#[derive(Args, Debug)]
pub(super) struct GraphArgs {
    #[command(flatten)]
    pub(super) folder: FolderArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(super) format: GraphFormat,

    /// Only the notes around this one, a name or path as in a link
    #[arg(long, value_name = "NOTE")]
    pub(super) note: Option<String>,

    /// How many links around the note, in either direction; the nearest 2,000 notes at most
    #[arg(long, value_name = "N", default_value = "1", requires = "note")]
    pub(super) hops: u8,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum GraphFormat {
    /// JSON, for scripts
    Json,
    /// A page to look at: one file, that needs no network
    Html,
    /// For Graphviz
    Dot,
    /// XML for Gephi, yEd and NetworkX
    Graphml,
}

#[derive(Args, Debug)]
pub(super) struct SourceArgs {
    #[command(subcommand)]
    pub(super) command: SourceCommand,
}

#[derive(Subcommand, Debug)]
pub(super) enum SourceCommand {
    /// List the videos that notes cite, the most cited first
    ///
    /// A video is covered where a citation is at most 30 seconds away.
    List(ReportArgs),
    /// Print every claim of every note about a video, in the order of the video
    Timeline(OneSource),
    /// Print what is said in a video, with the notes that cite it
    Transcript(OneSource),
    /// Find words in all captions, and the links that play them
    Search(SearchArgs),
}

#[derive(Args, Debug)]
pub(super) struct OneSource {
    /// The video: its ID, its address, or a note about it
    // IDs may begin with a hyphen.
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    pub(super) id: String,

    #[command(flatten)]
    pub(super) of: ReportArgs,
}

#[derive(Args, Debug)]
pub(super) struct SearchArgs {
    /// The words, in quotes where there are several
    #[arg(value_name = "WORDS", value_parser = words())]
    pub(super) words: String,

    #[command(flatten)]
    pub(super) of: ReportArgs,

    /// Number of passages to print at most
    #[arg(long, value_name = "N", default_value = "20")]
    pub(super) limit: usize,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CheckFormat {
    /// With the source lines
    Text,
    /// One line each: `path:line:column: severity[code] message`
    Concise,
    /// JSON, for scripts
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReportFormat {
    /// Human-readable text
    Text,
    /// JSON, for scripts
    Json,
}

const STATS_HELP: &str = "\
Examples:
  slugline stats ~/notes                  the vault in that folder
  slugline stats ~/notes --format json    everything, not only the first of each list

A link's tier is how its target was resolved; earlier tiers are more reliable.";

const CONVERT_HELP: &str = "\
Examples:
  slugline convert --to markdown --diff    show what would change below this folder
  slugline convert --to markdown ~/notes   change it
  slugline convert --to wiki a.md          the links of one note

Each link leads where it led: it is resolved again before anything is written. Left as they are: links that lead
nowhere or to the nearest of several notes, embedded notes, links in front matter and HTML, and links without
which the text would be read in another way. A file that cannot be written, or that another program changes at
the same time, is reported, and the others are converted.

Exit status: 0 converted, or nothing to convert; 1 with --diff, if there is; 2 error.";

const RENAME_HELP: &str = "\
Examples:
  slugline rename old_name new_name         the note of this vault that a link would call old_name
  slugline rename ideas/tides.md tides      a note by its path
  slugline rename tides archive/tides       moves it to another folder of the vault
  slugline rename old new --diff ~/notes    show how links would change there

Links keep their own spelling, text and anchors, and each resolves to the note that it resolved to. A title in
the note stays as it is. Nothing is changed where one of the files cannot be read or changed.

Exit status: 0 renamed, or with --diff nothing prevents it; 2 error.";

const QUERY_HELP: &str = "\
Examples:
  slugline query backlinks tides            who links to the note that a link would call tides
  slugline query orphans ~/notes            notes without backlinks
  slugline query broken                     each broken link, as path:line:column: target
  slugline query tag project/open           #project/open and what is below it
  slugline query video PdiSU9-Fge4          notes about a video, or that cite it

Each note is a line with its path. JSON is {\"version\", \"vault\", \"notes\": [{\"path\", \"title\"}]}, and that of
broken links {\"version\", \"vault\", \"links\": [{\"path\", \"line\", \"column\", \"target\"}]}; paths are relative to the vault.

Exit status: 0 something found, 1 nothing found, 2 error.";

const COMPLETIONS_HELP: &str = "\
Examples:
  slugline completions bash > ~/.local/share/bash-completion/completions/slugline
  slugline completions zsh > ~/.zfunc/_slugline
  slugline completions fish > ~/.config/fish/completions/slugline.fish";

const MAN_HELP: &str = "\
Example:
  slugline man > ~/.local/share/man/man1/slugline.1";

const GRAPH_HELP: &str = "\
Examples:
  slugline graph ~/notes --format html -o graph.html    a page that draws all notes
  slugline graph --note ideas --hops 2 --format dot     what is two links around a note
  slugline graph | jq '.nodes[] | select(.missing)'     names that no note has

JSON is {\"version\", \"vault\", \"nodes\": [{\"id\", \"title\", \"missing\", \"tags\", \"video\"}],
\"edges\": [{\"source\", \"target\", \"links\"}], \"cut\"}: `source` and `target` are places in the list of nodes, from 0;
the id of a note is its path, that of a missing one its name behind `?`.";

const SOURCE_HELP: &str = "\
Examples:
  slugline source list ~/notes                      the videos that the notes there cite
  slugline source timeline PdiSU9-Fge4              what is claimed of this video
  slugline source timeline https://youtu.be/PdiSU9-Fge4
  slugline source timeline talks/serbia.md          the same, by a note about it
  slugline source transcript PdiSU9-Fge4            what is said in it, and who cites that
  slugline source search 'sanctions on russia'      where these words are said

Captions and metadata are read from files beside the notes; docs/sources.md says which, and
docs/source.schema.json describes the JSON. Put `--` before an ID that begins like an option.

Exit status: 0 printed, 1 search found nothing, 2 error.";

const DOCTOR_HELP: &str = "\
Exit status: 0 no problems, 1 problems found, 2 error.

Settings from an editor are not shown; run the command `slugline.doctor` in the editor for them.";

fn check_help() -> String {
    let mut help = String::from(
        "\
Examples:
  slugline check                            this folder and all below it
  slugline check ~/notes/drafts             one folder, with the links into the rest of its vault
  slugline check --severity hint            all problems, including hints
  slugline check --ext txt --ext md notes   notes that end in .txt, too
  slugline check --diff                     show what could be fixed automatically
  slugline check --fix                      fix it
  slugline check --format json | jq         for programs
  slugline check --format github            annotations, in a GitHub workflow
  slugline check --format sarif > out.sarif for code scanning

JSON is {\"version\", \"vault\", \"notes\", \"links\", \"diagnostics\"}, with paths relative to the vault. Where
the paths belong to several vaults, it is {\"version\", \"vaults\"}: a list of the same objects. With
--fix, \"diagnostics\" are those that remain, and \"fixed\" is how many are fixed.

Exit status: 0 no problems, 1 problems found, 2 error. With --fix, of the problems that remain; with
--diff, 1 if there is anything to fix.

Codes, with their default severity:
",
    );
    for code in crate::settings::Code::ALL {
        help.push_str(&format!("  {code} ({})\n      {}\n", code.default_severity(), code.description()));
    }
    help.push_str(
        "
Suppress a code for one line with `<!-- slugline: allow CODE -->` at its end or alone on the line
before, for a note by `<!-- slugline: allow-file CODE -->`, and set to another severity for a vault
or a folder in it by `.slugline.toml`:

  [severity]
  inexact-link = \"off\"

  [folders.drafts.severity]
  broken-link = \"hint\"",
    );
    help
}

fn severity() -> impl clap::builder::TypedValueParser<Value = Severity> {
    let names = Severity::ALL.into_iter().filter(|s| *s != Severity::Off).map(Severity::name);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Severity>())
}

/// Words to search for: without a letter or digit nothing is said.
fn words() -> impl clap::builder::TypedValueParser<Value = String> {
    clap::builder::NonEmptyStringValueParser::new().try_map(|words| {
        if words.contains(char::is_alphanumeric) { Ok(words) } else { Err("expected a word") }
    })
}

/// An extension with or without its dot.
fn extension(given: &str) -> Result<String, String> {
    let extension = given.strip_prefix('.').unwrap_or(given);
    if extension.is_empty() || extension.contains(['/', '\\', '.', '*']) {
        return Err("expected an extension such as `txt`".into());
    }
    Ok(extension.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_extension_may_have_its_dot() {
        assert_eq!(extension(".txt").as_deref(), Ok("txt"));
        assert_eq!(extension("md").as_deref(), Ok("md"));
        for bad in ["", ".", "*.md", "tar.gz"] {
            assert!(extension(bad).is_err(), "{bad}");
        }
    }
}
