//! How results are printed: formats, colors, and what is for a person at a terminal only.
#[cfg(unix)]
use std::path::Path;

use serde_json::{Value, json};

use super::{run, slugline, vault};

#[test]
fn concise_findings_are_a_line_each() {
    let (_dir, root) =
        vault(&[(".slugline.toml", ""), ("sub/a.md", "Ä [[nowhere]]\n[[#No]] and [[A]]"), ("b.md", "")]);
    let (code, out, err) = run(&root, &["check", "--format", "concise", "--severity", "hint"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with("sub/a.md:1:5: warning[broken-link] "), "{out}");
    assert!(lines[1].starts_with("sub/a.md:2:4: warning[broken-heading] "), "{out}");
    assert_eq!(lines[2..], ["2 notes, 3 links: 2 warnings"]);
}

/// Windows has no such file names.
#[cfg(unix)]
#[test]
fn github_gets_annotations() {
    let (_dir, root) = vault(&[
        (".slugline.toml", "[severity]\nbroken-heading = \"information\""),
        ("50%, a:b.md", "[[100%]]\n[[#No]]"),
        ("c.md", "---\ntitle: [x\n\n---\n"),
    ]);
    let (code, out, err) = run(&root, &["check", "--format", "github", "--severity", "information"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<_> = out.lines().collect();
    let begin = "::warning title=slugline (broken-link),file=50%25%2C a%3Ab.md,line=1,col=3,endLine=1,endColumn=7\
                 ::50%25, a:b.md:1:3: broken-link ";
    assert!(lines[0].starts_with(begin), "{out}");
    assert!(lines[0].contains("100%25"), "{out}");
    assert!(lines[1].starts_with("::notice title=slugline (broken-heading),"), "{out}");
    assert!(lines[2].starts_with("::error title=slugline (front-matter),file=c.md,"), "{out}");
    assert_eq!(lines.len(), 3, "{out}");
}

#[test]
fn several_vaults_are_checked_in_one_call() {
    let (_dir, root) = vault(&[("one/a.md", "[[no]]"), ("two/b.md", "Text."), ("two/c.md", "[[b]]")]);
    let vault_of = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let (one, two) = (vault_of("one"), vault_of("two"));

    let (code, out, err) = run(&root, &["check", "--format", "json", "one", "two"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let mut out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["vaults"][0]["diagnostics"][0]["path"], "a.md");
    out["vaults"][0]["diagnostics"] = json!([]);
    let expected = json!({"version": 1, "vaults": [
        {"vault": one, "notes": 1, "links": 1, "diagnostics": []},
        {"vault": two, "notes": 2, "links": 1, "diagnostics": []},
    ]});
    assert_eq!(out, expected);

    let (code, out, _) = run(&root, &["check", "--format", "concise", "two", "one"]);
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((code, lines.len()), (1, 3), "{out}");
    assert_eq!(lines[0], format!("{two}: 2 notes, 1 link: no problems"));
    assert!(lines[1].starts_with("one/a.md:1:3: warning[broken-link] "), "{out}");
    assert_eq!(lines[2], format!("{one}: 1 note, 1 link: 1 warning"));
}

#[test]
fn quiet_is_the_result_and_nothing_else() {
    let (_dir, root) = vault(&[(".slugline.toml", "nonsense = 1"), ("a.md", "[[no]]")]);
    let (code, out, err) = run(&root, &["check", "-q", "--format", "concise"]);
    assert_eq!((code, out.lines().count(), err.as_str()), (1, 1, ""), "{out}");
    std::fs::remove_file(root.join("a.md")).unwrap();
    assert_eq!(run(&root, &["check", "--quiet"]), (0, String::new(), String::new()));
    let (code, out, err) = run(&root, &["stats", "-q", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with('{'), "{out}");
    // What kept it from running is said all the same.
    assert_eq!(run(&root, &["check", "-q", "nowhere"]).0, 2);
    assert_ne!(run(&root, &["check", "-q", "nowhere"]).2, "");
}

#[test]
fn colors_are_as_asked_for() {
    let (_dir, root) = vault(&[("a.md", "[[no]]")]);
    let colored = |args: &[&str], variables: &[(&str, &str)]| {
        let check = [&["check"], args].concat();
        let out = slugline(&root, &check).envs(variables.iter().copied()).output().unwrap().stdout;
        String::from_utf8(out).unwrap().contains('\u{1b}')
    };
    for (args, variables, expected) in [
        (&[] as &[&str], &[] as &[(&str, &str)], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR", "1")], false),
        (&[], &[("FORCE_COLOR", "1")], true),
        (&[], &[("FORCE_COLOR", "3")], true),
        (&[], &[("FORCE_COLOR", "0")], false),
        (&[], &[("FORCE_COLOR", "")], false),
        (&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "never"], &[("FORCE_COLOR", "1")], false),
        (&["--color", "auto"], &[("FORCE_COLOR", "1")], true),
        (&["--format", "concise"], &[("FORCE_COLOR", "1")], true),
        (&["--format", "concise"], &[], false),
        // What programs read has none.
        (&["--format", "json", "--color", "always"], &[], false),
        (&["--format", "github", "--color", "always"], &[], false),
    ] {
        assert_eq!(colored(args, variables), expected, "{args:?} {variables:?}");
    }
    // Before or after the name of the command.
    let before = slugline(&root, &["--color", "always", "check"]).output().unwrap();
    assert!(before.stdout.contains(&0x1b));
    let help = slugline(&root, &["check", "--help"]).env("FORCE_COLOR", "1").output().unwrap();
    assert!(help.stdout.contains(&0x1b));
}

/// What a person sees of a command at a terminal.
#[cfg(unix)]
fn at_a_terminal(folder: &Path, args: &[&str]) -> String {
    use std::fs::{File, OpenOptions};
    use std::io::Read as _;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let end = OpenOptions::new().read(true).write(true).open(name).unwrap();
    let mut child = slugline(folder, args)
        .env("TERM", "xterm-256color")
        .stdout(end.try_clone().unwrap())
        .stderr(end)
        .spawn()
        .unwrap();
    // The command keeps no end of it open in here, so that reading ends with the program.
    let reader = std::thread::spawn(move || {
        let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
        // Linux answers with an error when the other end is closed.
        while let Ok(n @ 1..) = File::from(terminal.try_clone().unwrap()).read(&mut buffer) {
            seen.extend_from_slice(&buffer[..n]);
        }
        seen
    });
    child.wait().unwrap();
    String::from_utf8(reader.join().unwrap()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_colors_and_for_a_few_notes_no_progress() {
    let notes: Vec<_> = (0..30).map(|n| (format!("{n}.md"), "Text.")).collect();
    let notes: Vec<_> = notes.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let (_dir, root) = vault(&notes);
    assert_eq!(at_a_terminal(&root, &["check"]), "30 notes, 0 links: no problems\r\n");
    std::fs::write(root.join("a.md"), "[[no]]").unwrap();
    assert!(at_a_terminal(&root, &["check"]).contains("\u{1b}[33m"));
    assert!(!at_a_terminal(&root, &["check", "--color", "never"]).contains('\u{1b}'));
}

/// One run of the shape that code scanning takes, with paths from the current folder.
#[test]
fn sarif_has_each_finding_at_its_place() {
    let (_dir, root) = vault(&[("notes/a b.md", "\u{1d11e} [[no]]\n"), ("other/c.md", "[[nor]]\n")]);
    let (code, out, err) = run(&root, &["check", "--format", "sarif", "notes", "other"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let log: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(
        (&run["tool"]["driver"]["name"], &run["columnKind"]),
        (&"slugline".into(), &"unicodeCodePoints".into())
    );
    let found = &run["results"][0];
    let rule = usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "broken-link");
    assert_eq!((&found["ruleId"], &found["level"]), (&"broken-link".into(), &"warning".into()));
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "notes/a%20b.md");
    let region = serde_json::json!({"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 7});
    assert_eq!(place["region"], region);
    assert_eq!(
        run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "other/c.md"
    );
    assert_eq!(run["results"].as_array().unwrap().len(), 2);
}
