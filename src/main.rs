//! The one binary: the language server and the command line.

fn main() -> std::process::ExitCode {
    slugline::cli::main()
}
