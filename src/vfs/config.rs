use std::sync::Arc;

use serde_json::Value;

use super::{Content, Reader, Root};
use crate::settings::{Invalid, Settings};
use crate::text::Span;

/// The file at a vault's root that holds its settings.
pub const CONFIG_FILE: &str = ".slugline.toml";

/// The settings of a vault, and what was wrong with what its file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The settings that hold.
    pub settings: Arc<Settings>,
    /// The text of the file; `None` where there is none.
    pub text: Option<String>,
    /// What was refused, each with its place in the text.
    pub refused: Vec<(Span, Invalid)>,
}

/// Reads the vault's own settings over `base`.
pub fn read_config(root: &Root, base: &Settings) -> Config {
    let text = root.existing(CONFIG_FILE).and_then(|path| match Reader::new().read(&path, 1 << 20) {
        Ok(Content::Text(text)) => Some(text.into_owned()),
        _ => None,
    });
    let mut settings = base.clone();
    let mut refused = Vec::new();
    if let Some(text) = &text {
        match toml::from_str::<Value>(text) {
            Ok(value) => {
                let invalid = settings.apply(&value);
                refused.extend(invalid.into_iter().map(|invalid| (place_of(text, &invalid.name), invalid)));
            }
            Err(error) => {
                let span = error.span().map_or(Span::at(0), Span::from);
                refused.push((span, Invalid { name: String::new(), message: error.message().to_owned() }));
            }
        }
    }
    Config { settings: Arc::new(settings), text, refused }
}

/// Where `text` sets `name`: the key's bytes, or the first line.
fn place_of(text: &str, name: &str) -> Span {
    let key = name.rsplit('.').next().unwrap_or(name);
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t', '[']);
        let start = offset + line.len() - body.len();
        // A key may stand alone, under its table, or dotted with it.
        for written in [name, key] {
            let rest = body.strip_prefix(written).map(str::trim_start);
            if !written.is_empty() && rest.is_some_and(|rest| rest.starts_with(['=', '.', ']'])) {
                return Span::new(start, start + written.len());
            }
        }
        offset += line.len();
    }
    Span::new(0, text.lines().next().map_or(0, str::len))
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
            ("extensions = [\"txt\"]\nmax_file_size = \"big\"\n", "max_file_size"),
            ("[completion]\nstyle = 3\n", "style"),
            ("completion.style = 3\n", "completion.style"),
            ("a = = 1", "="),
        ] {
            std::fs::write(dir.path().join(CONFIG_FILE), text).unwrap();
            let config = read_config(&root, &Settings::default());
            let [(span, _)] = config.refused.as_slice() else { panic!("{text}: {:?}", config.refused) };
            assert_eq!(span.of(text), at, "{text}");
            assert_eq!(config.settings.max_file_size, Settings::default().max_file_size);
        }
    }
}
