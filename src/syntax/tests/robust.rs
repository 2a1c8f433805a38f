use proptest::prelude::*;

use super::*;
use crate::text::Span;

fn spans(note: &Note) -> Vec<(&'static str, Span)> {
    let mut all = Vec::new();
    let fixes =
        |fixes: &[Fix]| -> Vec<Span> { fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.0).collect() };
    if let Some(front) = &note.front_matter {
        all.push(("front matter", front.span));
        all.extend(
            front.title.iter().chain(&front.video).chain(&front.aliases).map(|value| ("value", value.span)),
        );
    }
    for heading in &note.headings {
        all.extend([("heading", heading.span), ("content", heading.content)]);
    }
    for link in &note.links {
        all.extend([("link", link.span), ("target", link.target)]);
        all.extend(link.anchor.iter().map(|anchor| ("anchor", anchor.span)));
        all.extend(link.alias.iter().map(|&alias| ("alias", alias)));
    }
    for t in &note.timestamps {
        all.push(("timestamp", t.span));
        all.extend(t.value.iter().chain(&t.label).map(|&span| ("value or label", span)));
        all.extend(t.problem.iter().map(|problem| ("underlined", problem.span)));
        all.extend(t.problem.iter().flat_map(|problem| fixes(&problem.fixes)).map(|span| ("edit", span)));
        all.extend(fixes(&t.actions).into_iter().map(|span| ("action", span)));
    }
    for video in &note.video_links {
        all.extend([("video link", video.span), ("video", video.video), ("text", video.text)]);
    }
    all.extend(note.tags.iter().flat_map(|tag| [("tag", tag.span), ("tag name", tag.name)]));
    all.extend(note.blocks.iter().flat_map(|b| [("block id", b.span), ("id", b.id), ("block", b.block)]));
    all.extend(note.element_ids.iter().flat_map(|e| [("element", e.tag), ("element's id", e.id)]));
    all.extend(note.headings.iter().flat_map(|h| h.id).map(|id| ("heading's id", id)));
    all.extend(note.footnotes.iter().flat_map(|f| [("footnote", f.span), ("label", f.label)]));
    for suppression in &note.suppressions {
        all.extend(suppression.codes.iter().map(|&code| ("code", code)));
    }
    for problem in &note.problems {
        all.push(("problem", problem.span));
        all.extend(fixes(&problem.fixes).into_iter().map(|span| ("edit", span)));
    }
    all
}

/// What holds for any text.
fn check(text: &str) {
    let note = read(text);
    for (what, span) in spans(&note) {
        assert!(text.get(span.range()).is_some(), "{what} {span:?} is not in {text:?}");
    }
    let sorted = |spans: Vec<Span>, what: &str| {
        assert!(spans.is_sorted_by_key(|span| span.start), "{what} in {text:?}")
    };
    sorted(note.headings.iter().map(|x| x.span).collect(), "headings");
    sorted(note.links.iter().map(|x| x.span).collect(), "links");
    sorted(note.timestamps.iter().map(|x| x.span).collect(), "timestamps");
    sorted(note.tags.iter().map(|x| x.span).collect(), "tags");
    sorted(note.element_ids.iter().map(|x| x.id).collect(), "ids of elements");
    sorted(note.blocks.iter().map(|x| x.span).collect(), "blocks");
    sorted(note.footnotes.iter().map(|x| x.span).collect(), "footnotes");
    sorted(note.problems.iter().map(|x| x.span).collect(), "problems");
    let mut end = 0;
    for link in note.links.iter().filter(|link| link.is_wiki()) {
        let body = link.span.of(text);
        let opening = if link.kind == LinkKind::Embed { "![[" } else { "[[" };
        assert!(body.starts_with(opening) && body.ends_with("]]"), "{body:?} in {text:?}");
        assert!(!body.contains(['\n', '\r']), "{body:?} in {text:?}");
        let target = link.target.of(text);
        assert!(!target.contains("[[") && !target.contains('|'), "{body:?} in {text:?}");
        assert!(link.span.covers(link.target), "{body:?} in {text:?}");
        assert!(link.span.start >= end, "wikilinks do not nest: {text:?}");
        end = link.span.end;
    }
    for t in &note.timestamps {
        for fix in t.problem.iter().flat_map(|problem| &problem.fixes).chain(&t.actions) {
            assert!(fix.edits.is_sorted_by(|a, b| a.0.end <= b.0.start), "{:?} in {text:?}", fix.edits);
        }
    }
}

pub(super) const PARTS: &[&str] = &[
    "[[",
    "]]",
    "[",
    "]",
    "|",
    "\\|",
    "!",
    "#",
    "^",
    "a",
    "b_c",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "    ",
    "`",
    "```",
    "$",
    "$$",
    "%%",
    "\\",
    "<!--",
    "-->",
    "<a class=\"yt-timestamp\" data-t=\"",
    "00:01:02",
    "9:07",
    "\">",
    "</a>",
    "< a yt-timestamp",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<svg>",
    "</svg>",
    "<div>",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "(",
    ")",
    "](",
    "](#",
    "[^1]",
    "[^1]: ",
    "[d]: ",
    "| a | b |\n|---|---|\n",
    "---\n",
    "title: ",
    "videoId: x\n",
    "aliases: [",
    "tags: ",
    "\"",
    "'",
    ": ",
    ":",
    "#tag",
    " ^id",
    "é",
    "😀",
    "e\u{301}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "https://youtu.be/x?t=1",
    "&amp;",
    "slugline: allow a, b",
    "From: ",
    "=\n",
    "## ",
    "![",
    "<p id=x name='y'>",
    " {#z}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_mixture_of_marks_is_read(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40), source in any::<bool>()) {
        let body = parts.concat();
        check(&if source { format!("{SOURCE}{body}") } else { body });
    }

    #[test]
    fn any_front_matter_is_read(parts in prop::collection::vec(prop::sample::select(PARTS), 0..20)) {
        check(&format!("---\n{}\n---\n[[a]]", parts.concat()));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        check(&text);
    }
}

/// Texts made to hang a parser: each is read, and the tests would stand still were one quadratic.
#[test]
fn a_long_run_of_marks_is_read() {
    for part in PARTS.iter().copied().chain([
        "<a ",
        "> > >",
        "[[a|",
        "[[a|]",
        "[00:01:02](",
        "<a b=\"",
        "$a",
        "[a](",
        "[[x]]",
        "%%\n",
        "<!-- ",
    ]) {
        let count = (1 << 17) / part.len();
        let text = part.repeat(count);
        let note = read(&text);
        let inside = spans(&note).iter().all(|(_, span)| text.get(span.range()).is_some());
        assert!(inside, "{part:?}");
    }
}

/// What is said about a text is no more than in proportion to it, however its brackets are nested.
#[test]
fn nested_links_are_told_of_in_proportion_to_the_text() {
    for (open, close) in
        [("[[|", "]]"), ("[[a|", "]]"), ("![[", "]]"), ("[[", "]"), ("![", "]()"), ("[", "]()")]
    {
        let text = format!("{}x{}", open.repeat(500), close.repeat(500));
        let note = read(&text);
        let fixes = note.problems.iter().flat_map(|problem| &problem.fixes).flat_map(|fix| &fix.edits);
        let written: usize = fixes.map(|(_, new)| new.len()).sum();
        assert!(written < 2 * text.len(), "{open} {close}: {written}");
    }
    let kinds = |text: &str| read(text).problems.iter().map(|problem| problem.kind).collect::<Vec<_>>();
    assert_eq!(kinds("[[ |a]]"), [ProblemKind::EmptyLink]);
    assert_eq!(kinds("[[b|a [[|c]] d]]"), [ProblemKind::UnclosedLink, ProblemKind::EmptyLink]);
}

/// A mark of quotes before a comment, a long line of comments, and each is about its line.
#[test]
fn comments_of_one_line_are_about_that_line() {
    let line = "<!-- slugline: allow broken-link --> x ".repeat(3);
    let text = format!("> {line}\n\n<!-- slugline: allow empty-link -->\nnext\n");
    let scopes: Vec<_> = read(&text).suppressions.iter().map(|suppression| suppression.scope).collect();
    let line_end = text.find('\n').unwrap() + 1;
    assert_eq!(scopes[..3], [Scope::Lines(Span::new(0, line_end)); 3]);
    let next = text.find("next").unwrap();
    assert_eq!(scopes[3..], [Scope::Lines(Span::new(next, next + 5))]);
}
