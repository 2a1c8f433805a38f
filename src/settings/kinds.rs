//! The settings of kinds of sources.
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Settings;
use super::apply::{Invalid, strings, table};
use crate::sources::{Definition, InvalidKind, MOST_KINDS, SourceKind, SourceKinds, YOUTUBE};

/// The kinds of sources, and the settings that make them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KindSettings {
    /// Front-matter keys of the built-in kind.
    pub(super) keys: Vec<String>,
    /// Where its sources play; `None`: on YouTube.
    pub(super) url: Option<String>,
    /// The others, by name.
    others: Vec<Arc<SourceKind>>,
    /// What these three make.
    pub(super) all: Arc<SourceKinds>,
}

impl Default for KindSettings {
    fn default() -> Self {
        Self { keys: SourceKind::youtube().keys, url: None, others: Vec::new(), all: Arc::default() }
    }
}

impl KindSettings {
    /// Makes the kinds anew.
    pub(super) fn combine(&mut self) {
        self.all = Arc::new(SourceKinds::new(&self.keys, self.url.as_deref(), &self.others));
    }
}

/// Whether an address on the web can be that of sources.
pub(super) fn is_address(url: &str) -> bool {
    let definition =
        Definition { id: ".+".to_owned(), url: url.to_owned(), links: None, ..SourceKind::youtube() };
    let on_web = url.starts_with("https://") || url.starts_with("http://");
    on_web && url.contains("{id}") && SourceKind::new(definition).is_ok()
}

pub(super) fn schema() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "keys": texts,
                "id": {"type": "string", "format": "regex"},
                "url": {"type": "string", "pattern": "\\{(id|path)\\}"},
                "links": texts,
                "thumbnail": {"type": "string", "pattern": "^https://.*\\{(id|path)\\}"},
                "embed": {"type": "string", "pattern": "^https://.*\\{(id|path)\\}"},
            },
            "additionalProperties": false,
        },
    })
}

pub(super) fn get(settings: &Settings) -> Value {
    let kinds = settings.source_kinds.others.iter().map(|kind| {
        let Definition { name, keys, id, url, thumbnail, embed, links } = kind.definition();
        let mut kind = json!({"keys": keys, "id": id, "url": url});
        if let Some(links) = links {
            kind["links"] = json!(links);
        }
        if let Some(thumbnail) = thumbnail {
            kind["thumbnail"] = json!(thumbnail);
        }
        if let Some(embed) = embed {
            kind["embed"] = json!(embed);
        }
        (name.clone(), kind)
    });
    Value::Object(kinds.collect::<Map<_, _>>())
}

/// Takes the kinds over that are valid.
pub(super) fn set(settings: &mut Settings, value: &Value, invalid: &mut Vec<Invalid>) {
    let Some(kinds) = table(value) else {
        return invalid.push(Invalid::value("expected a table of kinds, each with `keys`, `id` and `url`"));
    };
    let own = &mut settings.source_kinds;
    own.others.clear();
    for (name, value) in kinds.iter().filter(|(_, value)| !value.is_null()) {
        if own.others.len() + 1 >= MOST_KINDS {
            invalid.push(Invalid::key(name, format!("more than {MOST_KINDS} kinds of sources")));
            break;
        }
        let mut wrong = Vec::new();
        own.others.extend(read(name, value, &mut wrong).map(Arc::new));
        invalid.extend(wrong.into_iter().map(|invalid| invalid.below(name)));
    }
    own.combine();
}

/// A kind; what it does not say is, of the built-in one, as it is there.
fn read(name: &str, value: &Value, invalid: &mut Vec<Invalid>) -> Option<SourceKind> {
    let Some(parts) = table(value) else {
        invalid.push(Invalid::value("expected a table with `keys`, `id` and `url`"));
        return None;
    };
    let is_built_in = name == YOUTUBE;
    let mut definition = match is_built_in {
        true => SourceKind::youtube(),
        false => Definition {
            name: name.to_owned(),
            keys: Vec::new(),
            id: String::new(),
            url: String::new(),
            thumbnail: None,
            embed: None,
            links: None,
        },
    };
    let mut wrong = false;
    for (part, value) in parts.iter().filter(|(_, value)| !value.is_null()) {
        let text = value.as_str().map(str::to_owned);
        let taken = match part.as_str() {
            "keys" => strings(value).map(|keys| definition.keys = keys),
            "links" => strings(value).map(|links| definition.links = Some(links)),
            "id" => text.map(|id| definition.id = id),
            "url" => text.map(|url| definition.url = url),
            "thumbnail" => text.map(|address| definition.thumbnail = Some(address)),
            "embed" => text.map(|address| definition.embed = Some(address)),
            _ => {
                let message = "expected one of: keys, id, url, links, thumbnail, embed";
                invalid.push(Invalid::key(part, message));
                continue;
            }
        };
        if taken.is_none() {
            let expected =
                if matches!(part.as_str(), "keys" | "links") { "a list of texts" } else { "a text" };
            invalid.push(Invalid::value(format!("expected {expected}")).below(part));
            wrong = true;
        }
    }
    let missing = ["keys", "id", "url"].into_iter().find(|part| !is_built_in && !parts.contains_key(*part));
    match missing {
        _ if wrong => None,
        Some(missing) => {
            invalid.push(Invalid::value(format!("`{missing}` is missing")));
            None
        }
        None => SourceKind::new(definition)
            .map_err(|InvalidKind { part, message }| invalid.push(Invalid::value(message).below(part)))
            .ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_cannot_be_used_is_told_of_and_the_others_hold() {
        let mut settings = Settings::default();
        let applied = settings.apply(&json!({"sources": {"kinds": {
            "a": {"keys": ["a"], "id": "(", "url": "https://x/{id}"},
            "b": {"keys": ["b"], "id": ".+", "url": "command:{id}"},
            "c": {"keys": "c", "id": ".+", "url": "https://x/{id}"},
            "d": {"keys": ["d"], "id": ".+"},
            "e": {"keys": ["e"], "id": "[0-9]+", "url": "https://x/{id}", "color": "red"},
            "f": 1,
            "g": {"keys": ["g"], "id": r"\w{1000}{1000}", "url": "https://x/{id}"},
            "youtube": {"url": "https://piped.video/watch?v={id}&t={seconds}"},
        }}}));
        let invalid: Vec<_> = applied.invalid.iter().map(ToString::to_string).collect();
        assert_eq!(
            invalid,
            [
                "`sources.kinds.a.id`: not a regular expression: unclosed group; using the default",
                "`sources.kinds.b.url`: expected an http or https address with {id} in it, or a path in the vault with {path} in it; using the default",
                "`sources.kinds.c.keys`: expected a list of texts; using the default",
                "`sources.kinds.d`: `url` is missing; using the default",
                "`sources.kinds.e.color`: expected one of: keys, id, url, links, thumbnail, embed",
                "`sources.kinds.f`: expected a table with `keys`, `id` and `url`; using the default",
                "`sources.kinds.g.id`: the pattern is too large; using the default",
            ]
        );
        assert_eq!(settings.kinds().keys().collect::<Vec<_>>(), ["videoId", "e"]);
        let youtube = settings.kinds().get(0).unwrap().definition();
        assert_eq!(youtube.url, "https://piped.video/watch?v={id}&t={seconds}");
        assert_eq!(youtube.links, SourceKind::youtube().links);
    }

    #[test]
    fn notes_are_read_again_only_where_they_read_otherwise() {
        let settings = |value: Value| {
            let mut settings = Settings::default();
            assert_eq!(settings.apply(&json!({"sources": value})).invalid, []);
            settings
        };
        let plain = settings(json!({}));
        let kind = |id: &str, url: &str| {
            settings(json!({"kinds": {"k": {"keys": ["k"], "id": id, "url": url, "links": []}}}))
        };
        assert!(plain.reads_like(&settings(json!({"keys": ["videoId"]}))));
        assert!(!plain.reads_like(&settings(json!({"keys": ["video"]}))));
        assert!(!plain.reads_like(&kind("x", "https://x/{id}")));
        assert!(kind("x", "https://x/{id}").reads_like(&kind("x", "https://y/{id}")));
        assert!(!kind("x", "https://x/{id}").reads_like(&kind("y", "https://x/{id}")));
    }
}
