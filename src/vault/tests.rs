use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::ide;
use crate::text::{Position, PositionRange};

/// Files that change while a vault is over them.
#[derive(Default)]
struct Files(Mutex<MemoryTexts>);

impl Files {
    fn now(&self) -> MemoryTexts {
        self.0.lock().unwrap().clone()
    }
}

impl Texts for Files {
    fn exists(&self, path: &str) -> bool {
        self.now().exists(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.now().is_folder(path)
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.now().read(path)
    }

    fn uri(&self, path: &str) -> String {
        self.now().uri(path)
    }

    fn creatable(&self, path: &str) -> bool {
        self.now().creatable(path)
    }
}

/// What is found in each note, by its path.
fn found(vault: &Vault) -> BTreeMap<String, Vec<String>> {
    let analysis = vault.snapshot();
    let notes = analysis.index.notes().map(|note| {
        let found = ide::diagnostics(&analysis, note, None).into_iter();
        let found = found.map(|found| format!("{:?} {}", found.span, found.message));
        (analysis.index.path(note).to_owned(), found.collect())
    });
    notes.collect()
}

const PATHS: [&str; 6] = ["a.md", "b.md", "d/a.md", "d/e/c.md", "d/x.png", "plain.txt"];
const TEXTS: [&str; 6] = [
    "",
    "[[a]] [[b]] [[c]]\n",
    "# One\n\n[[a#One]] [[c#One]] ![[x.png]]\n",
    "---\naliases: [c]\n---\n[[d/a]] [[plain.txt]]\n",
    "[one](d/a.md) [two](../b.md)\n",
    "[[plain]]\n",
];

#[derive(Clone, Debug)]
enum Step {
    Open(usize, usize),
    Edit(usize, usize),
    Close(usize),
    /// Another program writes a file.
    Write(usize, usize),
    /// Another program deletes a file or a folder.
    Delete(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let (path, text) = (0..PATHS.len(), 0..TEXTS.len());
    prop_oneof![
        (path.clone(), text.clone()).prop_map(|(path, text)| Step::Open(path, text)),
        (path.clone(), text.clone()).prop_map(|(path, text)| Step::Edit(path, text)),
        path.clone().prop_map(Step::Close),
        (path, text).prop_map(|(path, text)| Step::Write(path, text)),
        prop::sample::select(["a.md", "d", "d/e", "d/x.png", "plain.txt"].to_vec()).prop_map(Step::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// However a vault came about, it is the one that is read from its files and open notes at once.
    #[test]
    fn a_vault_is_what_its_files_and_open_notes_say(steps in prop::collection::vec(step(), 0..24)) {
        let files = Arc::new(Files::default());
        let mut vault = Vault::new(Arc::default(), Arc::<Files>::clone(&files));
        vault.set_complete(true);
        let mut open = BTreeMap::<&str, String>::new();
        for step in steps {
            match step {
                Step::Open(path, text) => {
                    let (path, text) = (PATHS[path], TEXTS[text]);
                    vault.open(path, text);
                    open.insert(path, text.to_owned());
                }
                Step::Edit(path, text) => {
                    let (path, text) = (PATHS[path], TEXTS[text]);
                    let at = PositionRange { start: Position::new(0, 0), end: Position::new(0, 1) };
                    vault.edit(path, &[Edit { range: Some(at), text: text.into() }], Encoding::Utf8).unwrap();
                    let before = open.get(path).cloned().or_else(|| Some(files.read(path)?.to_string()));
                    let before = before.unwrap_or_default();
                    let kept = before.strip_prefix(|c| c != '\n').unwrap_or(&before);
                    open.insert(path, format!("{text}{kept}"));
                }
                Step::Close(path) => {
                    if open.remove(PATHS[path]).is_some() {
                        vault.close(PATHS[path]);
                    }
                }
                Step::Write(path, text) => {
                    let (path, text) = (VaultPath::from(PATHS[path]), Arc::<str>::from(TEXTS[text]));
                    files.0.lock().unwrap().0.insert(path.to_string(), Arc::clone(&text));
                    vault.apply([match Settings::default().is_note(path.file_name()) {
                        true => Change::Facts(path, read(text, &Settings::default()).1),
                        false => Change::File(path),
                    }]);
                }
                Step::Delete(path) => {
                    files.0.lock().unwrap().0.retain(|file, _| !file.is_within(path));
                    vault.apply([Change::Gone(path.into())]);
                }
            }
            let mut now = files.now();
            let mut whole = Vault::in_memory(Settings::default(), now.clone());
            for (path, text) in &open {
                whole.open(path, text);
                now.0.insert((*path).to_owned(), text.as_str().into());
            }
            prop_assert_eq!(found(&vault), found(&whole));
            let notes = found(&vault).into_keys().collect::<BTreeSet<_>>();
            let is_note = |path: &String| open.contains_key(&**path) || path.ends_with(".md");
            prop_assert_eq!(notes, now.0.into_keys().filter(is_note).collect::<BTreeSet<_>>());
        }
    }
}

#[test]
fn a_snapshot_stays_as_it_is() {
    let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter([("a.md", "[[b]]\n")]));
    let before = vault.snapshot();
    vault.open("b.md", "");
    assert_eq!(before.index.note("b.md"), None);
    assert_eq!(found(&vault)["a.md"], [""; 0]);
}

#[test]
fn an_edit_that_ends_before_it_starts_changes_nothing() {
    let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter([("a.md", "one\n")]));
    let range =
        |start, end| Some(PositionRange { start: Position::new(0, start), end: Position::new(0, end) });
    let edits = [(range(0, 1), "[[b]]"), (range(2, 1), "x")];
    let edits = edits.map(|(range, text)| Edit { range, text: text.into() });
    assert!(vault.edit("a.md", &edits, Encoding::Utf16).is_err());
    assert!(!vault.is_open("a.md"));
    vault.edit("a.md", &edits[..1], Encoding::Utf16).unwrap();
    assert_eq!(vault.open_notes(), [("a.md".into(), "[[b]]ne\n".into())]);
}

/// Open notes keep the texts of their editor while the vault is read anew.
#[test]
fn a_watched_vault_keeps_its_open_notes() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| std::fs::write(dir.path().join(path), text).unwrap();
    write("a.md", "[[b]]\n");
    write("b.txt", "");
    let mut watch = Vault::load(dir.path(), &|_, _| {}).unwrap().watch();
    assert_eq!(found(watch.vault())["a.md"].len(), 1);
    watch.vault_mut().open("a.md", "[[b]] [[c]]\n");
    assert_eq!(found(watch.vault())["a.md"].len(), 2);
    write(".slugline.toml", "extensions = ['md', 'txt']\n");
    while found(watch.vault())["a.md"].len() != 1 {
        assert!(watch.wait());
    }
    assert!(watch.vault().is_open("a.md"));
    assert_eq!(watch.troubles(), [""; 0]);
}

/// The number of a note that went may be that of another one: the open text is not that note's.
#[test]
fn an_open_note_that_goes_leaves_nothing_to_the_next() {
    let files = Arc::new(Files::default());
    let mut vault = Vault::new(Arc::default(), Arc::<Files>::clone(&files));
    vault.open("d/a.md", "# Open");
    vault.opened(&"d/a.md".into());
    let gone = vault.index().note("d/a.md").unwrap();
    vault.close("d/a.md");
    files.0.lock().unwrap().0.insert("b.md".to_owned(), "# Other".into());
    vault.apply([Change::Note("b.md".into())]);
    let (next, snapshot) = (vault.index().note("b.md").unwrap(), vault.snapshot());
    assert_eq!(next, gone);
    assert!(!snapshot.is_open(next) && snapshot.recent.is_empty());
    assert_eq!(&*snapshot.document(next).unwrap().text, "# Other");
    // What is open stays as it is while the folder around it goes.
    vault.open("d/a.md", "# Open");
    vault.apply([Change::Gone("d".into()), Change::Note("d/c.md".into())]);
    let snapshot = vault.snapshot();
    let texts = snapshot.index.notes().filter(|&note| snapshot.is_open(note));
    let texts: Vec<_> = texts.map(|note| snapshot.index.path(note).to_owned()).collect();
    assert_eq!(texts, ["d/a.md"]);
}

/// What the disk shows of all other notes comes at once, beside the texts of those that are open.
#[test]
fn what_is_open_stays_when_a_first_reading_is_taken_over() {
    let mut vault = Vault::new(Arc::default(), Arc::<Files>::default());
    vault.open("a.md", "# Open\n[[other]]");
    vault.open("unsaved.md", "[[a]]");
    let (_, on_disk) = read("# On the disk".into(), &Settings::default());
    let (_, other) = read("---\ntitle: Other\n---\n".into(), &Settings::default());
    let notes = [("0.md", None), ("a.md", Some(on_disk)), ("b.md", Some(other))];
    let notes = notes.map(|(path, facts)| (path.into(), facts));
    vault.adopt(Index::from_scratch(Arc::default(), notes, ["x.png".into()]));
    let analysis = vault.snapshot();
    let index = &analysis.index;
    let open: Vec<_> =
        index.notes().filter(|&note| analysis.is_open(note)).map(|note| index.path(note)).collect();
    assert_eq!(open, ["a.md", "unsaved.md"]);
    let a = index.note("a.md").unwrap();
    assert_eq!((index.title(a), &*analysis.text(a).unwrap()), ("Open", "# Open\n[[other]]"));
    assert_eq!(index.resolve(a, "other").note(), index.note("b.md"));
    assert_eq!(index.len(), 4);
}

/// An index of a reading that began under other settings brings the notes, and not those settings.
#[test]
fn settings_that_changed_during_a_reading_stay() {
    let files = [("a.md", "[[gone]]\n")];
    let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files));
    let read = vault.index().clone();
    let mut off = Settings::default();
    off.apply(&serde_json::json!({"severity": {"broken-link": "off"}}));
    vault.set_settings(Arc::new(off));
    assert_eq!(found(&vault)["a.md"], [""; 0]);
    vault.adopt(read);
    assert_eq!(found(&vault)["a.md"], [""; 0]);
}

/// Captions that are too large are told of, and cost nothing.
#[test]
fn captions_of_500_megabytes_are_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let note = "---\nvideoId: PdiSU9-Fge4\n---\nSaid [00:00:01].\n";
    std::fs::write(dir.path().join("a.md"), note).unwrap();
    // It takes no room on the disk.
    let file = std::fs::File::create(dir.path().join("PdiSU9-Fge4.vtt")).unwrap();
    file.set_len(500 << 20).unwrap();
    let vault = Vault::load(dir.path(), &|_, _| {}).unwrap().vault;
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    vault.library().tell_to(move |fault| sink.lock().unwrap().push(fault.to_owned()));
    let analysis = vault.snapshot();
    let at = ide::Cursor { note: analysis.index.note("a.md").unwrap(), offset: note.find("00:00").unwrap() };
    let shown = ide::hover(&analysis, at).unwrap().markdown.to_plain_text();
    assert!(shown.contains("Cited here for: “Said”"), "{shown}");
    assert_eq!(
        *told.lock().unwrap(),
        ["PdiSU9-Fge4.vtt: its 524288000 bytes are more than the 33554432 that are read"]
    );
}
