//! What the documents say is so: their examples give what they say, and their links lead somewhere.
use slugline::settings::{Code, Severity};

use super::{findings, project, run, vault};

fn text(path: &str) -> String {
    std::fs::read_to_string(project().join(path)).unwrap()
}

/// What is said in the video of the examples.
const SAID: &str = "00:01:00,000 --> 00:01:04,000\nwelcome back to the channel\n\n\
    00:10:36,000 --> 00:10:40,000\na report suggested that Serbia had supplied ammunition worth\n\n\
    00:10:41,000 --> 00:10:45,000\nmore than eight hundred million dollars\n";

/// Every code has a section, and its example has that finding and no other.
#[test]
fn the_examples_of_the_diagnostics_have_them() {
    let page = text("docs/diagnostics.md");
    let sections: Vec<_> = page.split("\n### ").skip(1).collect();
    let mut explained: Vec<_> = sections.iter().map(|section| section.lines().next().unwrap()).collect();
    explained.sort_unstable();
    let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    codes.sort_unstable();
    assert_eq!(explained, codes);
    for section in sections {
        let code = section.lines().next().unwrap();
        let settings = match code.parse::<Code>().unwrap().default_severity() {
            Severity::Off => format!("severity = {{ {code} = \"hint\" }}\n"),
            _ => String::new(),
        };
        let (before, block) = section.split_once("```markdown").unwrap();
        let fence = if before.ends_with('`') { "\n````" } else { "\n```" };
        let (name, block) = block.split_once('\n').unwrap();
        let example = block.split(fence).next().unwrap();
        let name = if name.is_empty() { "example.md" } else { name.trim() };
        let (_dir, root) = vault(&[
            (name, &format!("{example}\n")),
            ("big_topic.md", "## History\n\nText. ^key\n"),
            (".slugline.toml", &settings),
            ("Talk [PdiSU9-Fge4].srt", SAID),
            ("Talk [PdiSU9-Fge4].info.json", "{\"duration\": 820}"),
            ("one/same.md", ""),
            ("two/same.md", ""),
        ]);
        let found = findings(&root, &["--severity", "hint", name]);
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].ends_with(&format!(" {code}")), "{code}: {found:?}");
    }
}

/// The documents are a vault too.
#[test]
fn their_links_lead_somewhere() {
    let pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs"];
    let (status, out, err) = run(project(), &[&["check"], &pages[..]].concat());
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
}

/// The walk through the files names files that are there, and functions that are in them.
#[test]
fn the_walk_of_contributing_can_be_walked() {
    let page = text("CONTRIBUTING.md");
    let mut steps = 0;
    for line in page.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        let Some((_, rest)) = line.split_once("](src/") else { continue };
        let (path, rest) = rest.split_once(')').unwrap();
        let source = text(&format!("src/{path}"));
        let name = rest.split('`').nth(1).unwrap_or_else(|| panic!("no function in {line}"));
        let name = name.rsplit("::").next().unwrap();
        assert!(source.contains(&format!("fn {name}")), "src/{path} has no fn {name}");
        steps += 1;
    }
    assert!(steps >= 10, "the walk has lost its steps");
}

/// The workflows are YAML, and the files that they name are there.
#[test]
fn the_workflows_can_be_read() {
    for workflow in ["check", "release"] {
        let source = text(&format!(".github/workflows/{workflow}.yml"));
        for event in saphyr_parser::Parser::new_from_str(&source) {
            let (event, _) = event.unwrap_or_else(|error| panic!("{workflow}: {error}"));
            let saphyr_parser::Event::Scalar(value, ..) = event else { continue };
            for word in
                value.split_whitespace().filter(|word| word.starts_with("editors/") || *word == ".ci/run")
            {
                assert!(project().join(word).exists(), "{workflow} names {word}");
            }
        }
    }
}
