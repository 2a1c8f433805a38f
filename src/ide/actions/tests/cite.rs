use super::*;

const SAID: &str = "\
//- x/Talk [dQw4w9WgXcQ].en.srt
00:01,000 --> 00:04,000
so what is a fractal

00:30,000 --> 00:34,000
the coast of Britain is rough <b>everywhere</b>

00:35,000 --> 00:39,000
however closely you look at it

01:10,000 --> 01:14,000
what has dimension two is the square

02:00,000 --> 02:04,000
and the coast of Norway is rougher still
";
const FRONT: &str = "//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\n";

/// What is offered to cite at the cursor, and what the first makes of the text behind the front matter.
#[track_caller]
fn check(note: &str, titles: &[&str], after: &str) {
    let (fixture, actions) = offered(&format!("{SAID}{FRONT}{note}\n"), &Wish::default());
    let cite = actions.iter().filter(|action| action.title.starts_with("Cite the source at "));
    let found: Vec<_> = cite.clone().map(|a| a.title.trim_start_matches("Cite the source at ")).collect();
    assert_eq!(found, titles, "{note}");
    assert!(cite.clone().all(|action| action.kind == ActionKind::Rewrite && !action.preferred));
    if let Some(first) = cite.clone().next() {
        let text = fixture.after(change(first));
        assert_eq!(text.trim_start_matches(FRONT).trim_end(), after);
    }
}

const COAST: &str = "0:30: “the coast of Britain is rough everywhere”";
const NORWAY: &str = "2:00: “and the coast of Norway is rougher still”";

#[test]
fn the_moments_that_fit_a_sentence_best() {
    check(
        "A fractal. The coast of **Norway**$0 or of [[b|Britain]] is rough. Then\n",
        &[COAST, NORWAY],
        "A fractal. The coast of **Norway** or of [[b|Britain]] is rough <a class=\"yt-timestamp\" data-t=\"00:00:30\">[00:00:30]</a>. Then",
    );
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    for note in [
        "Elephants never forget$0 anything at all.",
        "The coast$0.",
        "# The coast of Britain is rough$0",
        "```\nThe coast of Britain$0 is rough.\n```",
        "`The coast of Britain$0 is rough`",
        "The coast of Britain$0 is rough [00:31].",
        "The coast of Britain$0 is rough. <a class=\"yt-timestamp\" data-t=\"00:00:31\">[00:00:31]</a> Then",
        "- [00:30] The coast of Britain$0 is rough.",
        "The coast$0 is rough [0:30](https://youtu.be/dQw4w9WgXcQ?t=30).",
        "A fractal\n\nThe coast$0 of Britain.\n\nis$0 rough",
    ] {
        check(note, &[], "");
    }
    let (_, actions) =
        offered("---\nvideoId: dQw4w9WgXcQ\n---\nThe coast of Britain$0 is rough.", &Wish::default());
    assert!(!actions.iter().any(|action| action.title.starts_with("Cite")));
}

/// Before the full stop or behind it as the note does it, in the form that the note has.
#[test]
fn a_timestamp_stands_where_those_of_the_note_stand() {
    check(
        "One. [00:10] Two, [00:20] three. [00:25]\n\nThe coast of Britain$0 is rough.",
        &[COAST, NORWAY],
        "One. [00:10] Two, [00:20] three. [00:25]\n\nThe coast of Britain is rough. [00:30]",
    );
    check(
        "One [00:10].\n\n| a | b |\n| --- | --- |\n| x | the coast of Britain$0 is rough! |\n",
        &[COAST, NORWAY],
        "One [00:10].\n\n| a | b |\n| --- | --- |\n| x | the coast of Britain is rough [00:30]! |",
    );
    check(
        "- One [00:10]\n- Of Britain, the *coast\n  is rough$0*\n- Two\n",
        &[COAST, NORWAY],
        "- One [00:10]\n- Of Britain, the *coast\n  is rough* [00:30]\n- Two",
    );
    check(
        "[00:10] One. The $0coast of Britain$0 is rough. Two",
        &[COAST, NORWAY],
        "[00:10] One. The coast of Britain [00:30] is rough. Two",
    );
}

/// Of moments that fit alike, the one next to where the note is in the video goes first.
#[test]
fn a_note_goes_along_with_its_video() {
    check(
        "A [01:50].\n\nThe coast of something$0",
        &[NORWAY, COAST],
        "A [01:50].\n\nThe coast of something [02:00]",
    );
}
