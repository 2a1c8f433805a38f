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

/// The table of contents has every page.
#[test]
fn the_table_of_contents_is_complete() {
    let contents = text("docs/README.md");
    for entry in std::fs::read_dir(project().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let listed = contents.contains(&format!("]({name})"));
        assert!(
            listed || !name.ends_with(".md") || name == "README.md",
            "docs/README.md does not list {name}"
        );
    }
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

/// Blocks of a language on a page, each with the heading that it stands under.
fn blocks(path: &str, language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut heading = String::new();
    let mut block: Option<String> = None;
    for line in text(path).lines() {
        match &mut block {
            Some(text) if line != "```" => text.extend([line, "\n"]),
            Some(_) => found.extend(block.take().map(|text| (heading.clone(), text))),
            None if line.strip_prefix("```") == Some(language) => block = Some(String::new()),
            None => heading = line.strip_prefix("## ").unwrap_or(&heading).to_owned(),
        }
    }
    found
}

/// What is there to be copied into the settings of an editor can be read, starts the server, and sets settings that there are.
#[test]
fn the_configurations_of_editors_can_be_copied() {
    let schema = slugline::settings::schema();
    let style = &schema["properties"]["completion"]["properties"]["style"]["enum"];
    let mut editors = Vec::new();
    for (editor, block) in blocks("docs/editors.md", "json") {
        let json: serde_json::Value =
            serde_json::from_str(&block).unwrap_or_else(|error| panic!("{editor}: {error}"));
        let (command, settings) = match editor.as_str() {
            "Kate" => {
                let client = &json["servers"]["markdown"];
                (&client["command"], &client["settings"]["slugline"])
            }
            "Sublime Text" => {
                let client = &json["clients"]["slugline"];
                (&client["command"], &client["settings"]["slugline"])
            }
            "Zed" => (&serde_json::Value::Null, &json["lsp"]["slugline"]["settings"]),
            _ => continue,
        };
        assert!(editor == "Zed" || *command == serde_json::json!(["slugline", "lsp"]), "{editor}: {block}");
        assert!(style.as_array().unwrap().contains(&settings["completion"]["style"]), "{editor}: {block}");
        editors.push(editor);
    }
    assert_eq!(editors, ["Kate", "Sublime Text", "Zed"]);
}

/// What the README has of a configuration is a part of the one in docs/editors.md, which the tests of editors use.
#[test]
fn the_readme_configures_editors_as_their_page_does() {
    let page = text("docs/editors.md");
    for line in blocks("README.md", "elisp").iter().flat_map(|(_, block)| block.lines()) {
        assert!(page.contains(line), "{line}");
    }
    let helix = |path: &str| -> toml::Table {
        let blocks = blocks(path, "toml");
        let (_, block) = blocks.iter().find(|(_, block)| block.contains("language-server")).unwrap();
        block.parse().unwrap()
    };
    let (short, long) = (helix("README.md"), helix("docs/editors.md"));
    assert_eq!(short["language"], long["language"]);
    for key in ["command", "args"] {
        assert_eq!(short["language-server"]["slugline"][key], long["language-server"]["slugline"][key]);
    }
}
