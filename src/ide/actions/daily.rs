//! The note of a day: where it is, and what it begins with.
use jiff::civil::Date;

use super::SourceChange;
use super::create::NewNote;
use super::naming::is_safe;
use super::template::Made;
use crate::ide::obsidian::DailyNotes;
use crate::ide::{Analysis, date};
use crate::text::PathText;

/// The note of `day` (`2026-03-07`), or of today.
///
/// # Errors
/// What keeps it from being made, in words for the user.
pub fn daily_note(analysis: &Analysis, day: Option<&str>) -> Result<NewNote, String> {
    let day = match day {
        None => date::now(),
        Some(day) => match day.parse::<Date>() {
            Ok(day) => day.to_datetime(date::now().time()),
            Err(_) => return Err(format!("`{day}` is not a date; expected YYYY-MM-DD")),
        },
    };
    let settings = analysis.settings();
    let obsidian = DailyNotes::read(analysis);
    let folder = settings.daily_note_folder.as_deref().unwrap_or_else(|| obsidian.folder());
    let format = settings.daily_note_format.as_deref().or(obsidian.format()).unwrap_or("YYYY-MM-DD");
    let template = settings.daily_note_template.as_deref().or(obsidian.template());
    let name = date::format(format, day);
    let extension = settings.extensions.first().map_or("md", String::as_str);
    let path = folder.join(&format!("{name}.{extension}"));
    let path = path.filter(|path| path.segments().all(is_safe)).ok_or_else(|| {
        format!("`{name}` is not a valid file name on all systems; change the setting daily_note.format")
    })?;
    let index = &analysis.index;
    if let Some(note) = index.note(&path) {
        return Ok(NewNote::Known(note));
    }
    if !analysis.texts().creatable(&path) {
        return Err(format!("cannot create note `{path}`: the path is outside the vault or already exists"));
    }
    let text = Made { analysis, from: None, title: name.file_name(), day: Some(day), template }.text();
    Ok(NewNote::New(path.clone(), SourceChange::create(path, text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// The files that the note of a day is made of, or its path where it is there.
    fn made(vault: &str) -> String {
        let fixture = Fixture::new(vault);
        match daily_note(&fixture.analysis, Some("2026-03-07")) {
            Ok(NewNote::Known(note)) => format!("there: {}", fixture.analysis.index.path(note)),
            Ok(NewNote::New(_, change)) => fixture.after(&change),
            Err(why) => why,
        }
    }

    #[test]
    fn the_note_of_a_day_is_where_the_settings_or_obsidian_say() {
        let template = "//- t/day.md\n# {{date:dddd}}\n{{title}}\n";
        for (options, file) in [
            ("", "//- 2026-03-07.md\n---\ntitle: \"2026-03-07\"\n---\n"),
            (
                "//- .slugline.toml\ndaily_note = { folder = \"log\", format = \"YYYY/D MMM\", template = \"t/day\" }\n",
                "//- log/2026/7 Mar.md\n# Saturday\n7 Mar\n",
            ),
            (
                "//- .obsidian/daily-notes.json\n{\"folder\": \"/days/\", \"format\": \"\", \"template\": \"t/day\"}\n",
                "//- days/2026-03-07.md\n# Saturday\n2026-03-07\n",
            ),
            ("//- 2026-03-07.md\nText\n", "there: 2026-03-07.md"),
            (
                "//- .slugline.toml\ndaily_note.format = \"DD:MM\"\n",
                "`07:03` is not a valid file name on all systems; change the setting daily_note.format",
            ),
        ] {
            assert_eq!(made(&format!("//- a.md\n{template}{options}")), file, "{options}");
        }
        let none = daily_note(&Fixture::new("a").analysis, Some("tomorrow"));
        assert_eq!(none, Err("`tomorrow` is not a date; expected YYYY-MM-DD".into()));
    }
}
