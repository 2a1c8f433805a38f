//! The links of whole vaults in another form: every link leads where it led.
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::kept::{FILES, texts};
use crate::ide::fixture::Fixture;
use crate::ide::{Analysis, Converted, LinkForm, convert_vault};
use crate::index::{Anchors, Wanted};
use crate::syntax::LinkKind;

/// The files of a vault once its links are converted.
fn converted(files: &BTreeMap<String, String>, form: LinkForm) -> (BTreeMap<String, String>, Converted) {
    let fixture = vault(files);
    let converted = convert_vault(&fixture.analysis, None, form, |_, _| {});
    let mut files = files.clone();
    for (note, edits) in &converted.change.edits {
        let text = files.get_mut(fixture.analysis.index.path(*note)).unwrap();
        assert!(edits.is_sorted_by(|a, b| a.span.end <= b.span.start), "{edits:?}");
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
    }
    (files, converted)
}

fn vault(files: &BTreeMap<String, String>) -> Fixture {
    Fixture::new(&files.iter().map(|(path, text)| format!("//- {path}\n{text}")).collect::<String>())
}

/// Where every link of a vault leads, by note, in order, with what its anchor names; and how many wikilinks there are.
fn leads(analysis: &Analysis) -> (Vec<String>, usize) {
    let (mut leads, mut wikilinks) = (Vec::new(), 0);
    let mut notes: Vec<_> = analysis.index.notes().collect();
    notes.sort_by_key(|&note| analysis.index.path(note));
    for note in notes {
        let document = analysis.document(note).unwrap();
        for link in &document.note.links {
            let found = analysis.resolve_wanted(note, &Wanted::of(link, &document.text));
            let anchor = link.anchor.as_ref().zip(link.anchor_text(&document.text));
            let anchor = anchor.zip(found.note().and_then(|note| analysis.index.facts(note)));
            let anchor = anchor
                .map(|((own, name), facts)| Anchors::new(facts).resolve(&name, own.block, !link.is_wiki()));
            let to = found.note().map(|note| analysis.index.path(note));
            let from = analysis.index.path(note);
            leads.push(format!("{from}: {to:?} {:?} {anchor:?}", found.attachment));
            wikilinks += usize::from(matches!(link.kind, LinkKind::Wiki | LinkKind::Embed));
        }
    }
    (leads, wikilinks)
}

#[test]
fn what_has_no_other_form_stays() {
    let files = [
        ("a.md", "[[b]] [[b#Part]] ![[b]] ![[p.png]] [[gone]] $![[p.png]]$\n"),
        ("b.md", "## Part\n[x](a.md) [[a|`code`]]\n"),
        ("p.png", ""),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    let (markdown, done) = converted(&files, LinkForm::Markdown);
    assert_eq!(
        markdown["a.md"],
        "[b](b.md) [b \\> Part](b.md#part) ![[b]] ![](p.png) [[gone]] $![[p.png]]$\n"
    );
    assert_eq!((done.links, done.left), (4, 3));
    let warning = "3 links are unchanged: they are broken, or cannot be written in the other form";
    assert_eq!(done.change.warnings, [warning]);
    let (wiki, done) = converted(&markdown, LinkForm::Wiki);
    assert_eq!(wiki["a.md"], "[[b]] [[b#Part|b \\> Part]] ![[b]] ![[p.png]] [[gone]] $![[p.png]]$\n");
    assert_eq!(done.links, 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_link_leads_where_it_led(
        texts in proptest::collection::vec(texts(), 3),
        forms in select(&[[LinkForm::Markdown, LinkForm::Wiki], [LinkForm::Wiki, LinkForm::Markdown]][..]),
        obsidian in select(&["shortest", "relative", "absolute"][..]),
    ) {
        let files = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let mut files: BTreeMap<_, _> = files.collect();
        files.insert(".obsidian/app.json".into(), format!("{{\"newLinkFormat\": \"{obsidian}\"}}\n"));
        for (path, text) in ["note.md", "sub/note.md", "other/big topic 2.md"].into_iter().zip(texts) {
            files.insert(path.into(), text);
        }
        let (before, _) = leads(&vault(&files).analysis);
        for form in forms {
            let (then, done) = converted(&files, form);
            let (after, wikilinks) = leads(&vault(&then).analysis);
            prop_assert_eq!(&before, &after, "{:?}: {:#?} {:#?}", form, &files, &then);
            if form == LinkForm::Markdown {
                prop_assert_eq!(wikilinks, done.left, "{:#?}", &then);
            }
            files = then;
        }
    }
}
