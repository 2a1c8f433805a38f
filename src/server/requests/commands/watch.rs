//! `slugline.watch`: where the source of a note plays, at which moment, and what is said around that, for a player
//! beside the note.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Position, Uri};

use super::{Command, NO_VIDEO, Named, refused};
use crate::ide::{self, Document, WatchedCue, WatchedMoment};
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::View;

pub(super) struct Watch;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Uri,
    /// Where the cursor is.
    #[serde(default)]
    position: Position,
    /// The source, as an earlier answer names it; else that of the link at the cursor, or of the note.
    source: Option<Named>,
    /// The moment; else the one nearest to the cursor.
    second: Option<u32>,
    /// Whether more is wanted than source and moment.
    #[serde(default)]
    plays: bool,
}

impl Command for Watch {
    const NAME: &'static str = "slugline.watch";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, arguments: Self::Arguments) -> Result<Option<Value>> {
        let Arguments { uri, position, source, second, plays } = arguments;
        let about = |answer| About::Document(uri, answer);
        let find = move |view: Option<View>| {
            let view = view?;
            let moment = match source {
                Some(source) => WatchedMoment { source: source.into(), second, is_here: false },
                None => {
                    let cursor = view.cursor(&*view.document()?, position);
                    let found = ide::watched_moment(&view.analysis, cursor)?;
                    WatchedMoment { second: second.or(found.second), ..found }
                }
            };
            found(&view, &moment, plays)
        };
        let found = ask_when(queue, Needs::ALL_READ, about, find).await?;
        found.map(Some).ok_or_else(|| refused(NO_VIDEO))
    }
}

fn found(view: &View, moment: &WatchedMoment, plays: bool) -> Option<Value> {
    let mut found = json!({
        "source": Named::from(moment.source.as_id()),
        "second": moment.second,
        "here": moment.is_here,
    });
    if plays {
        let second = moment.second.unwrap_or_default();
        let player = ide::player(&view.analysis, moment.source.as_id(), view.note, second);
        let document = view.document()?;
        let language = Document::language(&document);
        let captions = ide::captions_around(&view.analysis, moment.source.as_id(), language, second);
        found["player"] = json!({
            "title": player.title,
            "embed": player.embed,
            "file": player.file.and_then(|path| view.answers().uri(&path)),
            "url": player.url,
            "builtIn": player.is_built_in,
        });
        found["captions"] = json!({
            "cues": captions.cues.iter().map(shown).collect::<Vec<_>>(),
            "before": captions.before,
            "after": captions.after,
        });
    }
    Some(found)
}

fn shown(cue: &WatchedCue) -> Value {
    json!({
        "second": cue.second,
        "time": ide::shown_time(cue.second).trim_start(),
        "text": cue.text,
        "notes": cue.notes,
        "cited": cue.cited,
    })
}
