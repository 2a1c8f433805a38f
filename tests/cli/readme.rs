//! What the README and the page on the command line say is so.
use super::{project, run};

fn page(path: &str) -> String {
    std::fs::read_to_string(project().join(path)).unwrap()
}

/// The examples are what the program prints.
#[test]
fn the_examples_are_what_is_printed() {
    let page = page("docs/command-line.md");
    let mut examples = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, expected) = block.split_once('\n').unwrap();
        let args: Vec<_> = command.strip_prefix("$ slugline ").unwrap().split(' ').collect();
        let (_, out, err) = run(project(), &args);
        assert_eq!(err, "");
        // `…` on a line of its own stands for any lines.
        let mut rest = out.as_str();
        for (at, part) in expected.split("…\n").enumerate() {
            let found =
                rest.find(part).unwrap_or_else(|| panic!("{command} does not print\n{part}\nbut\n{out}"));
            assert!(at > 0 || found == 0, "{command} begins with\n{out}");
            rest = &rest[found + part.len()..];
        }
        assert!(rest.is_empty() || expected.ends_with("…\n"), "{command} goes on with\n{rest}");
        examples += 1;
    }
    assert!(examples >= 2, "the page has lost its examples");
}

/// What the README and its picture say of speed is in the tables.
#[test]
fn the_figures_are_those_of_the_tables() {
    let tables = page("docs/speed.md");
    let readme = page("README.md");
    let section = readme.split("\n## How fast it is\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut figures = 0;
    for text in [section, &page("docs/images/speed.svg")] {
        let words: Vec<_> = text.split([' ', '\n', '>', '<', '(', ')']).collect();
        for pair in words.windows(2) {
            let [number, unit] = pair else { continue };
            let unit = unit.trim_end_matches([',', '.']);
            if ["ms", "MB"].contains(&unit) && number.starts_with(|c: char| c.is_ascii_digit()) {
                assert!(tables.contains(&format!("{number} {unit}")), "{number} {unit} is in no table");
                figures += 1;
            }
        }
    }
    assert!(figures >= 20, "{figures} figures are few");
}
