//! Where else in a note that is named which the cursor is on.
use super::references::occurrences_of_in;
use super::{Analysis, Cursor, Occurrence, Part, Role, symbol_at};

/// The places in the note of the cursor that name what it is on, in order. Of a moment those
/// in the same cue or some seconds around.
pub fn highlights(analysis: &Analysis, at: Cursor) -> Vec<Occurrence> {
    let named = symbol_at(analysis, at).filter(|named| named.part != Part::FirstLine);
    let Some(named) = named else { return Vec::new() };
    let mut found = occurrences_of_in(analysis, &named, at.note);
    // A note without a title is declared by its beginning, which is nothing to see.
    found.retain(|found| found.role != Role::Declaration || found.place.length > 0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(source: &str) {
        let fixture = Fixture::new(source);
        let document = fixture.analysis.document(fixture.cursor().note).unwrap();
        let found = highlights(&fixture.analysis, fixture.cursor());
        fixture.check(|note| {
            let own = found.iter().filter(|found| found.note == note);
            own.map(|found| (document.span(found.place), String::new())).collect()
        });
    }

    #[test]
    fn the_same_in_this_note() {
        check(
            "
            # Head
            [[ot$0her]] [[Other|x]] [[other#A]] [[else]]
            ^^^^^^^^^
                      ^^^^^^^^^^^
                                  ^^^^^^^^^^^
            //- other.md
            # A
            [[other]]
            ",
        );
        check(
            "## He$0ad\n^^^^^^^\n[[#head]] [[note#Head]] [[other#Head]]\n^^^^^^^^^\n          ^^^^^^^^^^^^^\n//- other.md\n# Head\n",
        );
        check("# He$0ad\n^^^^^^\n[[#head]] [[note]] [[#other]]\n^^^^^^^^^\n          ^^^^^^^^\n");
        check("#a/b #A$0 #ab\n^^^^\n     ^^\n//- other.md\n#a\n");
        check("x[^1]\n ^^^^\n\n[^1$0]: y\n^^^^\n");
        check("[[gone$0]] [[Gone|x]] [[gone2]]\n^^^^^^^^\n         ^^^^^^^^^^\n");
        check("plain$0 text\n[[note]]\n");
    }

    #[test]
    fn the_same_moment_of_a_video() {
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            ---
            [00:0$07] and [00:18] and [0:07] and [00:17]
            ^^^^^^^
                                    ^^^^^^
                                               ^^^^^^^
            [x](https://youtu.be/dQw4w9WgXcQ?t=7) [y](https://youtu.be/aaaaaaaaaaa?t=7)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            ",
        );
    }
}
