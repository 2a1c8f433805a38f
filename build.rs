//! Tells the program its version, with the commit it was built from where there is a git repository.
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    // A debug build names no commit: else every commit would rebuild everything for the tests.
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // Sources unpacked inside somebody else's repository are not of that repository's commit.
    let own = Path::new(&root).join(".git").exists();
    let commit = (release && own).then(|| git(&root, &["log", "-1", "--format=%h %cs"])).flatten();
    match commit {
        Some(commit) => println!("cargo:rustc-env=SLUGLINE_VERSION={version} ({commit})"),
        None => println!("cargo:rustc-env=SLUGLINE_VERSION={version}"),
    }
    if release && own {
        // They change when HEAD moves; in a worktree they are elsewhere than in `.git`.
        for file in ["HEAD", "logs/HEAD"] {
            if let Some(path) = git(&root, &["rev-parse", "--git-path", file]) {
                println!("cargo:rerun-if-changed={path}");
            }
        }
    }
}

fn git(root: &str, args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).current_dir(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
