//! A vault with thousands of links to notes that are not there, as a wiki that was imported: it is said once, with what
//! can be done about it, rather than left as a yellow tree.
//!
//! They are counted by what the index knows, up to where they are many; no text is read.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp_server::ls_types::notification::Notification;
use tower_lsp_server::ls_types::request::ShowMessageRequest;
use tower_lsp_server::ls_types::{MessageActionItem, MessageType, ShowMessageRequestParams, Uri};

use super::super::events::Event;
use super::super::pool::{Class, Job};
use super::super::vault::{Kind, Phase, VaultId};
use super::{Owner, PendingRequest};
use crate::index::{Cancel, Index, catch};
use crate::lsp::uri_of;
use crate::settings::{Code, Severity};

/// Links from which on it is said.
const MANY: usize = 1000;
/// Names that a message has.
const NAMED: usize = 10;

const SHOW: &str = "Show";
const HIDE: &str = "Hide";

/// What was found of the links of a vault to notes that are not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::server) enum Missing {
    /// There are [`MANY`] of them or more.
    Many,
    /// How many names they have, and the most wanted ones, each with the number of notes that want it.
    Most { names: usize, most: Vec<String> },
}

/// `slugline/manyFindings`, for a client that says `manyFindings` among its experimental capabilities: it asks its user
/// what to do, and remembers that it has.
#[derive(Debug)]
enum ManyFindings {}

impl Notification for ManyFindings {
    type Params = Told;
    const METHOD: &'static str = "slugline/manyFindings";
}

#[derive(Debug, Serialize, Deserialize)]
struct Told {
    /// The folder of the vault.
    uri: Uri,
    /// There are so many or more.
    links: usize,
}

impl Owner {
    /// A vault is read for the first time: looks whether much is missing in it.
    pub(super) fn count_missing(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|_| self.initialized) else { return };
        let settings = vault.engine.settings();
        // Whoever has chosen need not be asked.
        let is_shown =
            settings.unwritten.is_none() && settings.severity(Code::BrokenLink, "") <= Severity::Warning;
        if vault.phase != Phase::Complete || std::mem::replace(&mut vault.is_counted, true) {
            return;
        }
        if !is_shown || vault.kind != Kind::Workspace {
            return;
        }
        self.find_missing(id, |index| index.wants_at_least(MANY).then_some(Missing::Many));
    }

    /// Has the pool find something of the links to notes that are not there.
    fn find_missing(&mut self, id: VaultId, find: fn(&Index) -> Option<Missing>) {
        let Some(vault) = self.vaults.get(&id) else { return };
        let (queue, epoch, cancel) = (self.queue.clone(), vault.epoch, Cancel::new());
        let index = vault.engine.index().clone().with_cancel(cancel.clone());
        let work = Box::new(move || {
            if let Ok(Some(missing)) = catch(|| find(&index)) {
                queue.post(Event::Missing { vault: id, epoch, missing });
            }
        });
        self.pool.run(Job { class: Class::Diagnostics, key: Some(format!("missing {id}")), cancel, work });
    }

    /// Says it.
    pub(super) fn take_missing(&mut self, id: VaultId, epoch: u64, missing: Missing) {
        let Some(vault) = self.vaults.get(&id).filter(|vault| vault.epoch == epoch) else { return };
        if let Missing::Most { names, most } = missing {
            let more = names.saturating_sub(most.len());
            return self.out.inform(&format!("{}, and {more} more", most.join(", ")));
        }
        let place = vault.root.path();
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if self.client.tells_many {
            let Some(uri) = uri_of(place) else { return };
            return self.out.tell::<ManyFindings>(&Told { uri, links: MANY });
        }
        let message = format!(
            "{name} has {MANY} links or more to notes that do not exist yet. The setting \
             `diagnostics.unwritten` says how they are shown: \"hint\", or \"off\" to hide them"
        );
        if !self.client.message_actions {
            return self.out.inform(&message);
        }
        let action =
            |title: &str| MessageActionItem { title: title.to_owned(), properties: Default::default() };
        let request = self.out.request::<ShowMessageRequest>(&ShowMessageRequestParams {
            typ: MessageType::INFO,
            message: crate::text::visible(&message).into_owned(),
            actions: Some(vec![action(SHOW), action(HIDE)]),
        });
        self.pending_requests.insert(request, PendingRequest::Missing(id));
    }

    /// The user has chosen what to do about them: to see the most wanted, or to see none until the session ends.
    pub(super) fn missing_answered(&mut self, id: VaultId, answer: &Value) {
        match answer["title"].as_str() {
            Some(SHOW) => self.find_missing(id, |index| {
                let wanted = index.most_wanted();
                let names = wanted.len();
                let most = wanted.take(NAMED).map(|(name, notes)| format!("{name} ({notes})"));
                Some(Missing::Most { names, most: most.collect() })
            }),
            Some(HIDE) => {
                self.client_settings.hides_unwritten = true;
                for id in self.vaults.keys().copied().collect::<Vec<_>>() {
                    self.reload_config(id);
                }
            }
            _ => {}
        }
    }
}
