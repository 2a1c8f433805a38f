use std::io::Read as _;
use std::process::Stdio;

use super::{project, run, slugline, vault};

#[test]
fn without_arguments_it_explains_itself() {
    let (code, out, err) = run(project(), &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    for word in ["Usage: slugline", "check", "stats", "lsp", "Try it:"] {
        assert!(out.contains(word), "{word} in\n{out}");
    }
}

#[test]
fn it_tells_its_version() {
    let (code, out, _) = run(project(), &["--version"]);
    assert_eq!(code, 0);
    assert!(out.starts_with(&format!("slugline {}", env!("CARGO_PKG_VERSION"))), "{out}");
}

#[test]
fn the_help_of_check_names_every_code() {
    let (code, out, _) = run(project(), &["check", "--help"]);
    assert_eq!(code, 0);
    for code in slugline::settings::Code::ALL {
        assert!(out.contains(&format!("  {code} ({})", code.default_severity())), "{code} in\n{out}");
    }
}

#[test]
fn what_cannot_be_run_ends_with_status_2_and_says_why() {
    let (_dir, root) = vault(&[("a.md", "")]);
    for (args, why) in [
        (&["check", "nowhere"] as &[&str], "cannot open nowhere: no such file or directory"),
        (&["check", "/"], "is too large to be a vault"),
        (&["check", "--severity", "off"], "invalid value 'off'"),
        (&["check", "--format", "xml"], "invalid value 'xml'"),
        (&["check", "--ext", "*.md"], "expected an extension such as `txt`"),
        (&["check", "--color", "sometimes"], "invalid value 'sometimes'"),
        (&["stats", "nowhere"], "cannot open nowhere: no such file or directory"),
        (&["chekc"], "unrecognized subcommand 'chekc'"),
    ] {
        let (code, out, err) = run(&root, args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(why), "{args:?}: {err}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let text = "[[no]]\n".repeat(3_000);
    let (_dir, root) = vault(&[("a.md", &text)]);
    for format in ["text", "concise", "json", "github"] {
        let mut command = slugline(&root, &["check", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut some = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
    }
}

/// Every subcommand is in the scripts of shells and on the manual page.
#[test]
fn shells_and_the_manual_know_every_command() {
    let (code, man, err) = run(project(), &["man"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(man.contains(".TH slugline 1"), "{man}");
    let commands = ["check", "convert", "rename", "query", "graph", "source", "stats", "doctor", "lsp"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, err) = run(project(), &["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        for command in commands {
            assert!(script.contains(command), "{shell} {command}");
            assert!(man.contains(&format!("slugline\\-{command}(1)")), "{command}\n{man}");
        }
    }
}
