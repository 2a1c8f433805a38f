//! The program as a user runs it: arguments, output, exit status.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod arguments;
mod check;
mod convert;
mod docs;
mod doctor;
mod fix;
mod output;
mod packaging;
mod query;
mod readme;
mod rename;
mod seeds;
mod source;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The project's folder.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, in `folder`, without a terminal.
fn slugline(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slugline"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    for variable in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// Exit status, standard output and standard error of a run.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = slugline(folder, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// The findings of `check --format json` with more arguments, as `path:line:column code`.
fn findings(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, json, errors) = run(folder, &[&["check", "--format", "json"], args].concat());
    assert_eq!(errors, "");
    let json: Value = serde_json::from_str(&json).unwrap();
    let findings = json["diagnostics"].as_array().unwrap().iter();
    findings
        .map(|it| {
            format!(
                "{}:{}:{} {}",
                it["path"].as_str().unwrap(),
                it["line"],
                it["column"],
                it["code"].as_str().unwrap()
            )
        })
        .collect()
}

/// A vault with these files, in a temporary folder that goes with the guard.
fn vault(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dunce::canonicalize(dir.path()).unwrap();
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (dir, root)
}
