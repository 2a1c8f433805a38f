//! What the protocol asks of ranges, held for notes of every kind: in the text, on whole characters, in order, in
//! one another.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use proptest::prelude::*;

use slugline::ide::{
    Cursor, DocumentSymbol, MemoryTexts, document_links, document_symbols, foldings, inlay_hints,
    linked_editing, selections, semantic_tokens,
};
use slugline::settings::Settings;
use slugline::text::{LineIndex, Span};
use slugline::vault::Vault;

/// Whether `span` can be cut out of `text`.
fn is_in(text: &str, span: Span) -> bool {
    text.get(span.range()).is_some()
}

fn check_symbols(text: &str, symbols: &[DocumentSymbol]) {
    assert!(symbols.is_sorted_by_key(|symbol| symbol.focus.start), "{symbols:#?}");
    for symbol in symbols {
        assert!(!symbol.name.trim().is_empty() && is_in(text, symbol.span), "{symbol:#?}");
        assert!(symbol.span.covers(symbol.focus), "{symbol:#?}");
        check_symbols(text, &symbol.children);
    }
}

fn check(text: &str) {
    let files = [("note.md", text), ("a.md", "# Another\n## b\n"), ("x/twin.md", ""), ("y/twin.md", "")];
    let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files));
    vault.open("note.md", text);
    let analysis = vault.snapshot();
    let note = analysis.index.note("note.md").unwrap();
    let lines = LineIndex::new(text);

    check_symbols(text, &document_symbols(&analysis, note));

    let all = foldings(&analysis, note, usize::MAX);
    let line = |at: usize| lines.line_of(at);
    let folded: Vec<_> = all.iter().map(|f| (line(f.span.start()), line(f.span.end()))).collect();
    assert!(all.iter().all(|folding| is_in(text, folding.span)));
    assert!(folded.iter().all(|(first, last)| first < last), "{folded:?}");
    assert!(folded.is_sorted_by(|a, b| a.0 < b.0), "{folded:?}");
    assert_eq!(foldings(&analysis, note, 2).len(), all.len().min(2));

    let some = (0..=text.len()).step_by(text.len() / 200 + 1);
    let offsets: Vec<usize> = some.filter(|&at| text.is_char_boundary(at)).collect();
    for (chain, &at) in selections(&analysis, note, &offsets).iter().zip(&offsets) {
        assert!(chain.iter().all(|span| is_in(text, *span) && span.touches(at)), "{at}: {chain:?}");
        assert!(chain.is_sorted_by(|inner, outer| outer.covers(*inner) && outer != inner), "{at}: {chain:?}");
        assert_eq!(chain.last(), Some(&Span::new(0, text.len())), "{at}");
        let linked = linked_editing(&analysis, Cursor { note, offset: at });
        let same = |spans: &[Span]| match spans {
            [] => true,
            [a, b] => a.end <= b.start && a.of(text) == b.of(text) && is_in(text, *a) && is_in(text, *b),
            _ => false,
        };
        assert!(same(&linked), "{at}: {linked:?}");
    }

    let tokens = semantic_tokens(&analysis, note, Span::new(0, text.len()));
    assert!(tokens.iter().all(|token| !token.span.is_empty() && is_in(text, token.span)), "{tokens:?}");
    assert!(tokens.iter().all(|token| line(token.span.start()) == line(token.span.end())), "{tokens:?}");
    assert!(tokens.is_sorted_by(|a, b| a.span.end <= b.span.start), "{tokens:?}");
    // Those of two halves are those of the whole.
    let half = text.floor_char_boundary(text.len() / 2);
    let mut halves = semantic_tokens(&analysis, note, Span::new(0, half));
    halves.extend(semantic_tokens(&analysis, note, Span::new(half, text.len())));
    halves.dedup();
    assert_eq!(halves, tokens);

    for hint in inlay_hints(&analysis, note, Span::new(0, text.len())) {
        assert!(text.is_char_boundary(hint.at) && !hint.label.is_empty(), "{hint:?}");
    }
    let links = document_links(&analysis, note);
    assert!(links.iter().all(|link| !link.span.is_empty() && is_in(text, link.span)), "{links:?}");
    assert!(links.is_sorted_by_key(|link| link.span.start), "{links:?}");
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => proptest::sample::select(&["\n", "\r\n", "\r", "\n\n", " ", "  ", "\t", "word. ", "\u{e9} ", "\u{1f30a} ", "\u{feff}"][..]),
        4 => proptest::sample::select(&["# ", "## ", "### ", "- ", "1. ", "> ", "> [!note] ", "---\n", "===\n", "    ", "```\n", "~~~\n", "| a | b |\n| - | - |\n"][..]),
        4 => proptest::sample::select(&["[[a]] ", "![[a#b|c]] ", "[[twin]] ", "[x](a.md) ", "[[gone#^d]] ", "[[", "]]", "[y]: a.md\n", "[^1] ", "[^1]: ", "#tag/e ", " ^id\n"][..]),
        3 => proptest::sample::select(&["<!-- ", " -->", "<!-- #region -->\n", "<!-- #endregion -->\n", "%% ", "%%\n", "$$", "<div>\n", "</div>\n", "`", "[00:05] ", "[00:05](#00:05) ", "<a data-t=\"00:05\">[00:05]</a> ", "[[00:05]] "][..]),
    ];
    let front = proptest::sample::select(
        &[
            "",
            "",
            "---\ntitle: \"T\u{e9}\"\nvideoId: dQw4w9WgXcQ\ntags: [x]\nup: \"[[a]]\"\n---\n",
            "+++\ntitle = 'x'\n+++\n",
        ][..],
    );
    (front, proptest::collection::vec(piece, 0..40))
        .prop_map(|(front, body)| format!("{front}{}", body.concat()))
}

proptest! {
    #[test]
    fn ranges_are_as_the_protocol_wants_them(text in texts()) {
        check(&text);
    }
}

/// Every note of the sample vault.
#[test]
fn the_ranges_of_the_sample_notes_are_right() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds"))];
    let mut checked = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text: Arc<str> = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into();
                check(&text);
                checked += 1;
            }
        }
    }
    assert!(checked > 10, "{checked} notes");
}
