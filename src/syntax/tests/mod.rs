//! The tables of docs/links.md and docs/diagnostics.md, and what must hold for any text at all.

mod changes;
mod defines;
mod grammar;
mod plain;
mod prose;
mod robust;
#[path = "../../../benches/shapes/mod.rs"]
mod shapes;
mod timestamps;

use super::*;

/// A note that has a video.
const SOURCE: &str = "---\nvideoId: PdiSU9-Fge4\n---\n";

fn read(text: &str) -> Note {
    parse(text, &Options::default())
}

/// `text` with a fix applied.
fn fixed(text: &str, fix: &Fix) -> String {
    let mut out = text.to_owned();
    for (span, new) in fix.edits.iter().rev() {
        out.replace_range(span.range(), new);
    }
    out
}
