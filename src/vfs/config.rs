use std::sync::Arc;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::sidecars::is_inside;
use super::{Content, FileReader, ReadError, Root};
use crate::settings::{Applied, Invalid, SETTINGS, Settings};
use crate::text::{Encoding, LineIndex, Span, visible};

/// The file at a vault's root that holds its settings.
pub const CONFIG_FILE: &str = ".slugline.toml";

/// The settings of a vault, and what was wrong with what its file says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The settings that hold.
    pub settings: Arc<Settings>,
    /// The text of the file; `None` where there is none, or it is not read.
    pub text: Option<String>,
    /// What the file sets, by the name of the setting, each with its place in the text.
    pub named: Vec<(&'static str, Span)>,
    /// What was refused, each with its place in the text.
    pub refused: Vec<(Span, Invalid)>,
}

/// More than any file of settings that people write.
const MAX: u64 = 1 << 20;

/// What was read of a vault's file of settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConfigFile {
    /// Its text; `None` where there is none, or it is not read.
    text: Option<String>,
    /// Why it is not read.
    refused: Option<String>,
}

/// Reads the vault's own settings over `base`.
pub fn read_config(root: &Root, base: &Settings) -> Config {
    ConfigFile::read(root).over(base)
}

impl ConfigFile {
    /// Reads that of a vault.
    pub fn read(root: &Root) -> Self {
        match FileReader::new().read(root, CONFIG_FILE, MAX) {
            Ok(Content::Text(text)) => Self { text: Some(text.into_owned()), refused: None },
            Ok(Content::TooLarge(len)) => {
                let why = format!("its {len} bytes are more than the {MAX} that are read");
                Self { text: None, refused: Some(why) }
            }
            Err(ReadError::Gone) => Self::default(),
            Err(error) => Self { text: None, refused: Some(error.to_string()) },
        }
    }

    /// What it says over `base`. Nothing is asked of the disk.
    pub fn over(&self, base: &Settings) -> Config {
        config(self, base)
    }
}

fn config(file: &ConfigFile, base: &Settings) -> Config {
    let mut settings = base.clone();
    let (mut named, mut refused) = (Vec::new(), Vec::new());
    let none_hold = |span: Span, why: &dyn std::fmt::Display| {
        let message = format!("{why}; all settings in this file are ignored");
        (span, Invalid { path: Vec::new(), is_key: false, message })
    };
    refused.extend(file.refused.as_ref().map(|why| none_hold(Span::at(0), why)));
    let text = file.text.clone();
    if let Some(text) = &text {
        match DeTable::parse(text).and_then(|table| Ok((table.into_inner(), toml::from_str::<Value>(text)?)))
        {
            Ok((table, value)) => {
                let mut applied = settings.apply(&value);
                refuse_outside(&mut settings, base, &mut applied);
                let place = |name: &'static str| {
                    let path: Vec<_> = name.split('.').map(str::to_owned).collect();
                    (name, place_of(&table, &path, true))
                };
                named.extend(applied.named.into_iter().map(place));
                let place = |invalid: Invalid| (place_of(&table, &invalid.path, invalid.is_key), invalid);
                refused.extend(applied.invalid.into_iter().map(place));
            }
            Err(error) => {
                let span = error.span().map_or(Span::at(0), Span::from);
                refused.push(none_hold(span, &error.message()));
            }
        }
    }
    Config { settings: Arc::new(settings), text, named, refused }
}

/// Whoever has written a vault's file is not who decides what is read outside of the vault.
fn refuse_outside(settings: &mut Settings, base: &Settings, applied: &mut Applied) {
    const NAME: &str = "sources.paths";
    let Some(at) = applied.named.iter().position(|name| *name == NAME) else { return };
    let Some(outside) = settings.source_paths.iter().find(|folder| !is_inside(folder)) else { return };
    let message = format!(
        "`{outside}` is outside of the vault; only the editor's settings can name folders outside of it"
    );
    let path = NAME.split('.').map(str::to_owned).collect();
    applied.invalid.push(Invalid { path, is_key: false, message });
    applied.named.remove(at);
    settings.source_paths.clone_from(&base.source_paths);
}

impl Config {
    /// The settings that hold and where each comes from, and what was refused. `other` knows those
    /// that are set neither by the file nor by default.
    pub fn report(&self, settings: &Settings, other: impl Fn(&str) -> Option<&'static str>) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        let lines = LineIndex::new(text);
        let line = |span: Span| lines.position(text, span.start(), Encoding::Utf32).line + 1;
        let mut report = String::from(match &self.text {
            Some(_) => "settings\n",
            None if self.refused.is_empty() => "settings   (no .slugline.toml)\n",
            None => "settings   (.slugline.toml is not read)\n",
        });
        let widest = SETTINGS.iter().map(|setting| setting.name.len()).max().unwrap_or(0);
        for setting in SETTINGS {
            let by_file = self.named.iter().find(|(name, _)| *name == setting.name);
            let origin = match (by_file, other(setting.name)) {
                (Some((_, span)), _) => format!("{CONFIG_FILE}:{}", line(*span)),
                (None, Some(other)) => other.to_owned(),
                (None, None) => "default".to_owned(),
            };
            let value = setting.value(settings);
            let value = value.to_string();
            let value = visible(&value);
            report.push_str(&format!("  {:widest$}  {value}  ({origin})\n", setting.name));
        }
        for (span, invalid) in &self.refused {
            let invalid = invalid.to_string();
            let invalid = visible(&invalid);
            report.push_str(&format!("  invalid: {CONFIG_FILE}:{}: {invalid}\n", line(*span)));
        }
        report
    }
}

/// Where the key at the end of `path` stands, or its value; of a table, always the key.
fn place_of(table: &DeTable<'_>, path: &[String], is_key: bool) -> Span {
    let Some((first, rest)) = path.split_first() else { return Span::at(0) };
    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref().as_ref() == first) else {
        return Span::at(0);
    };
    match value.get_ref() {
        DeValue::Table(table) if !rest.is_empty() => place_of(table, rest, is_key),
        DeValue::Table(_) => key.span().into(),
        _ if is_key => key.span().into(),
        _ => value.span().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_named_with_its_place_and_the_default_holds() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(dir.path()).unwrap();
        assert_eq!(read_config(&root, &Settings::default()).text, None);
        for (text, at) in [
            ("extensions = [\"txt\"]\nmax_file_size = \"big\"\n", "\"big\""),
            ("[completion]\nstyle = 3\n", "3"),
            ("completion.style = 3\n", "3"),
            ("completion = 3\n", "3"),
            ("severity.broken-lnk = 'off'\n", "broken-lnk"),
            ("[severity]\nbroken-link = 'loud'\n", "'loud'"),
            ("[folders.\"a b\".severity]\n\"broken-link\" = ['off']\n", "['off']"),
            ("[colour]\nbrown = 1\n", "colour"),
            ("exclude = [\n  'a',\n  2,\n]\n", "[\n  'a',\n  2,\n]"),
            ("a = = 1", "="),
            ("sources.paths = ['captions', '../captions']\n", "['captions', '../captions']"),
            ("[sources]\npaths = ['~/captions']\n", "['~/captions']"),
            ("[sources]\npaths = ['/captions']\n", "['/captions']"),
        ] {
            std::fs::write(dir.path().join(CONFIG_FILE), text).unwrap();
            let config = read_config(&root, &Settings::default());
            let [(span, _)] = config.refused.as_slice() else { panic!("{text}: {:?}", config.refused) };
            assert_eq!(span.of(text), at, "{text}");
            assert_eq!(config.settings.max_file_size, Settings::default().max_file_size);
        }
    }

    /// Nobody should look for a mistake in a file that is not even read.
    #[test]
    fn a_file_that_is_not_read_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        std::fs::create_dir(&vault).unwrap();
        let root = Root::new(&vault).unwrap();
        let place = vault.join(CONFIG_FILE);
        let told = |why: &str| {
            let config = read_config(&root, &Settings::default());
            let [(span, invalid)] = config.refused.as_slice() else { panic!("{why}: {:?}", config.refused) };
            assert_eq!(*span, Span::at(0));
            assert_eq!(invalid.to_string(), format!("{why}; all settings in this file are ignored"));
            let report = config.report(&config.settings, |_| None);
            assert!(report.starts_with("settings   (.slugline.toml is not read)\n"), "{report}");
            assert!(report.contains(&format!(" .slugline.toml:1: {why}; all")), "{report}");
        };
        std::fs::write(&place, vec![b'\n'; (1 << 20) + 1]).unwrap();
        told("its 1048577 bytes are more than the 1048576 that are read");
        std::fs::remove_file(&place).unwrap();
        std::fs::create_dir(&place).unwrap();
        told("not a regular file");
        #[cfg(unix)]
        {
            std::fs::remove_dir(&place).unwrap();
            std::fs::write(dir.path().join("outside.toml"), "").unwrap();
            std::os::unix::fs::symlink("../outside.toml", &place).unwrap();
            told("it is a link that leads out of the vault");
        }
    }
}
