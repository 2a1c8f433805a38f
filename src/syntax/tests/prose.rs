use crate::syntax::{Options, prose};

#[test]
fn prose_is_where_a_link_may_stand() {
    for (text, words) in [
        ("One two *three*.\n", "One two *three*."),
        ("---\ntitle: x\n---\n# Heading\n\ntext\n", "text"),
        ("a `code` b\n\n```\nfence\n```\n\n    indented\n", "a · b"),
        ("a [[link]] b [t](x.md) c ![p](y.png) d <https://e.org> e\n", "a · b · c · d · e"),
        ("a <b title=\"x\">c</b> <!-- d --> e $f$ %% g %% h\n", "a ·c· · e · · h"),
        ("- item #tag\n  > quote[^1]\n\n[^1]: note\n", "item ·quote·note"),
        ("| a | b |\n|---|---|\n| c | `d` |\n", "| a | b |·| c | · |"),
        ("%%\nhidden\n\nhidden\n%%\n\nshown\n", "shown"),
    ] {
        let found = prose(text, &Options::default());
        let found: Vec<_> = found.iter().map(|part| part.span.of(text)).collect();
        assert_eq!(found.join("·"), words, "{text}");
    }
}
