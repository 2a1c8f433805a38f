//! Where a picture goes that is pasted into a note, what it is called, and how it is embedded there.
use super::actions::is_safe;
use super::completion::{self, Style};
use super::obsidian::Obsidian;
use super::{Analysis, date, spelling};
use crate::index::NoteId;
use crate::syntax::LinkKind;
use crate::text::PathText;

/// Pictures of one second that get names of their own by number.
const MOST_NAMES: usize = 1000;
/// Letters of the name of a note that the name of its picture begins with.
const STEM: usize = 80;
/// Letters of an extension.
const EXTENSION: usize = 5;
/// Notes in which it is looked for how pictures are embedded.
const SAMPLE: usize = 128;

/// A file that is to be made, and what embeds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAttachment {
    /// Where it goes, relative to the vault: nothing is there yet.
    pub path: String,
    /// `![[name.png]]`, or as a markdown image.
    pub embed: String,
}

/// A place for a picture that is pasted into `note`: `note-20260307-142501.png` in the folder that the settings or
/// Obsidian name. `number`: how many were pasted before it at once.
///
/// # Errors
/// What keeps it from being made, in words for the user.
pub fn new_attachment(
    analysis: &Analysis,
    note: NoteId,
    extension: &str,
    number: usize,
) -> Result<NewAttachment, String> {
    let (index, settings) = (&analysis.index, analysis.settings());
    let is_extension = (1..=EXTENSION).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && !settings.is_note(&format!("x.{extension}"));
    if !is_extension {
        return Err(format!("`{extension}` is not the extension of a picture"));
    }
    let own = index.path(note).folder();
    let obsidian = Obsidian::read(analysis);
    let set = settings.attachments_folder.as_deref().or(obsidian.attachment_folder());
    let folder = match set.map(|set| (set, set.strip_prefix('.'))) {
        None => Some(own.to_owned()),
        Some((_, Some("" | "/"))) => Some(own.to_owned()),
        Some((set, Some(below))) if below.starts_with('/') => own.join(set.trim_end_matches('/')),
        Some((set, _)) => "".join(set.trim_end_matches('/')).or_else(|| set.is_empty().then(String::new)),
    };
    let outside = || "the folder for attachments is not in the vault".to_owned();
    let folder = folder.filter(|folder| folder.segments().all(|part| part.is_empty() || is_safe(part)));
    let folder = folder.ok_or_else(outside)?;
    // No character of it ends a wikilink, or has to be encoded in a destination where that can be helped.
    let stem: String = index.stem(note).chars().take(STEM).collect();
    let stem = stem.replace(['#', '^', '[', ']', '|', '\\', '%', ':', '?', '*', '"', '<', '>'], " ");
    let stem = stem.split_whitespace().collect::<Vec<_>>().join(" ");
    let stem = if stem.is_empty() { "picture" } else { &*stem };
    let at = date::format("YYYYMMDD-HHmmss", date::now());
    let names = std::iter::once(format!("{stem}-{at}.{extension}"))
        .chain((2..MOST_NAMES).map(|number| format!("{stem}-{at}-{number}.{extension}")));
    let mut free = names.filter_map(|name| folder.join(&name)).filter(|path| {
        is_safe(path.file_name()) && !index.has_file(path) && analysis.texts().creatable(path)
    });
    let path = free.nth(number).ok_or_else(outside)?;
    let embed = match embeds_by_markdown(analysis) {
        true => spelling::markdown("", &spelling::destination(index.path(note), &path), true, |_, _| true),
        // By its name where that is enough: no other file is named after this second.
        false => Some(path.file_name())
            .filter(|name| spelling::is_writable(name))
            .map(|name| format!("![[{name}]]")),
    };
    let embed = embed.ok_or_else(|| format!("no link can lead to `{path}`"))?;
    Ok(NewAttachment { path, embed })
}

/// Whether pictures are embedded as markdown has it: as Obsidian has been told, or as most of them are.
fn embeds_by_markdown(analysis: &Analysis) -> bool {
    if Style::of(analysis).markdown {
        return true;
    }
    let (mut markdown, mut wiki) = (0usize, 0usize);
    for (_, facts) in completion::sample(&analysis.index, SAMPLE) {
        for link in facts.links() {
            match link.kind {
                LinkKind::Image | LinkKind::Markdown => markdown += 1,
                LinkKind::Wiki | LinkKind::Embed => wiki += 1,
                LinkKind::Definition => {}
            }
        }
    }
    markdown > wiki
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// Where a picture goes, with the second as `NOW`, and what embeds it.
    #[track_caller]
    fn check(vault: &str, expected: &str) {
        let fixture = Fixture::new(vault);
        let now = regex_of_second();
        let note = fixture.analysis.index.notes().next().unwrap();
        let found = match new_attachment(&fixture.analysis, note, "png", 0) {
            Ok(NewAttachment { path, embed }) => format!("{path} {embed}"),
            Err(why) => why,
        };
        assert_eq!(now(&found), expected, "{vault}");
    }

    /// What takes the time out of a name.
    fn regex_of_second() -> impl Fn(&str) -> String {
        |text: &str| {
            let mut out = String::new();
            let mut rest = text;
            while let Some(at) = rest.find("-2") {
                let stamp = rest.get(at + 1..at + 16).filter(|stamp| {
                    stamp
                        .bytes()
                        .enumerate()
                        .all(|(at, b)| if at == 8 { b == b'-' } else { b.is_ascii_digit() })
                });
                let Some(_) = stamp else { break };
                out.push_str(&rest[..at]);
                out.push_str("-NOW");
                rest = &rest[at + 16..];
            }
            out + rest
        }
    }

    #[test]
    fn a_picture_goes_where_the_settings_or_obsidian_say() {
        check("//- in/a note.md\n", "in/a note-NOW.png ![[a note-NOW.png]]");
        let set =
            |folder: &str| format!("//- in/a.md\n//- .slugline.toml\nattachments.folder = \"{folder}\"\n");
        check(&set("img/x"), "img/x/a-NOW.png ![[a-NOW.png]]");
        check(&set("./img"), "in/img/a-NOW.png ![[a-NOW.png]]");
        check(&set("."), "in/a-NOW.png ![[a-NOW.png]]");
        check(&set(".git/hooks"), "the folder for attachments is not in the vault");
        let told = |folder: &str| {
            format!("//- in/a.md\n//- .obsidian/app.json\n{{\"attachmentFolderPath\": \"{folder}\"}}\n")
        };
        check(&told("/"), "a-NOW.png ![[a-NOW.png]]");
        check(&told("./"), "in/a-NOW.png ![[a-NOW.png]]");
        check(&told("./files"), "in/files/a-NOW.png ![[a-NOW.png]]");
        check(&told("files"), "files/a-NOW.png ![[a-NOW.png]]");
        check(&told("../files"), "the folder for attachments is not in the vault");
    }

    #[test]
    fn a_picture_is_embedded_as_the_vault_embeds() {
        let markdown = "//- in/a b.md\n[c](c.md) ![](x.png)\n//- in/c.md\n";
        check(markdown, "in/a b-NOW.png ![](a%20b-NOW.png)");
        check(
            "//- in/a.md\n[[x]]\n//- .obsidian/app.json\n{\"useMarkdownLinks\": true, \"attachmentFolderPath\": \"f\"}\n",
            "f/a-NOW.png ![](../f/a-NOW.png)",
        );
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let fixture = Fixture::new("//- a.md\n");
        let note = fixture.note("a.md");
        for extension in ["md", "", "a/b", "../x", "toolong"] {
            assert!(new_attachment(&fixture.analysis, note, extension, 0).is_err(), "{extension}");
        }
        let of = |number| new_attachment(&fixture.analysis, note, "png", number).unwrap().path;
        assert_ne!(of(0), of(1));
    }
}
