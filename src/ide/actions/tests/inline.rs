//! Notes in place of the links that name them.
use super::{check, offered};
use crate::ide::{ActionKind, Wish};

const OTHER: &str = "
//- b/other.md
---
title: Other
---
From: [[channel]] <br/>

Text of [[near]], [near](near.md), [[#One]] and note[^1].

## One
A claim ^claim

### Deep
[x][ref]

[^1]: Their note.

[ref]: near.md
//- b/near.md
//- a/near.md
";

#[test]
fn a_note_takes_the_place_of_its_link() {
    check(
        "Replace link with the text of `Other`",
        &format!("//- a/note.md\n## Here\nMine[^1].\n![[other$0]]\nMore.\n\n[^1]: My note.\n{OTHER}"),
        "
//- a/note.md
## Here
Mine[^1].

Text of [[b/near]], [near](../b/near.md), [[other#One]] and note[^1-2].

### One
A claim ^claim

#### Deep
[x][ref]

[^1-2]: Their note.

[ref]: ../b/near.md

More.

[^1]: My note.
",
    );
}

#[test]
fn a_section_or_a_block_takes_the_place_of_its_link() {
    for (link, text) in [
        ("![[other#Deep$0]]", "### Deep\n[x][ref]\n\n[^1]: Their note.\n\n[ref]: ../b/near.md"),
        ("[[other#^claim$0]]", "A claim ^claim"),
        ("[deep$0](../b/other.md#deep)", "### Deep\n[x][ref]\n\n[^1]: Their note.\n\n[ref]: ../b/near.md"),
    ] {
        let source = |text: &str| format!("//- a/note.md\n# Top\n\n{text}\n\nEnd.\n");
        check("Replace link", &(source(link) + OTHER), &source(text));
    }
    // Underlined headings have two levels only.
    check(
        "Replace link",
        "//- note.md\n## Here\n[[other$0]]\n//- other.md\nBig\nheading\n===\nx\n\nSmall\n---\ny\n",
        "//- note.md\n## Here\n\n### Big heading\nx\n\n#### Small\ny\n",
    );
    // The id is another block's here.
    check(
        "Replace link",
        &format!("//- a/note.md\nMine ^claim\n\n[[other#^claim$0]]\n{OTHER}"),
        "//- a/note.md\nMine ^claim\n\nA claim\n",
    );
}

#[test]
fn what_cannot_be_taken_in_says_why() {
    let vault = "
//- other.md
text
//- talk.md
---
videoId: dQw4w9WgXcQ
---
[00:01:02]
//- x/same.md
//- y/same.md
//- new.md (unread)
";
    for (line, reason) in [
        ("[[note$0]]", Some("It is this note")),
        ("[[same$0]]", Some("The link may mean several notes")),
        ("[[new$0]]", Some("The note has not been read")),
        ("![[other#gone$0]]", Some("The note has no such heading or block")),
        ("![[talk$0]]", Some("Its timestamps are of another video")),
        ("See [[other$0]]", None),
        ("- [[other$0]]", None),
        ("[[gone$0]]", None),
    ] {
        let (_, actions) = offered(&format!("//- note.md\n{line}\n{vault}"), &Wish::default());
        let inline = actions.iter().find(|action| action.kind == ActionKind::Inline);
        assert_eq!(inline.and_then(|inline| inline.disabled.as_deref()), reason, "{line}");
        assert_eq!(inline.is_some(), reason.is_some(), "{line}");
    }
}
