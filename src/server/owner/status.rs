//! What a status bar shows, in the form that rust-analyzer has made known.

use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::notification::Notification;

use super::super::vault::{Kind, Phase, VaultSession};
use super::Owner;
use crate::text::visible;

/// The notification `experimental/serverStatus`, for clients that ask for it by the capability
/// `experimental.serverStatusNotification`.
enum ServerStatusNotification {}

impl Notification for ServerStatusNotification {
    type Params = ServerStatus;
    const METHOD: &'static str = "experimental/serverStatus";
}

/// How the server is.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct ServerStatus {
    health: Health,
    /// Whether all notes are read.
    quiescent: bool,
    /// In a line for each vault.
    message: String,
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    /// Some of it does not work as it was set up.
    Warning,
}

impl Owner {
    /// Tells the client how the server is, when that has changed.
    pub(super) fn tell_status(&mut self) {
        if !self.client.server_status || !self.initialized {
            return;
        }
        let mut status = ServerStatus { health: Health::Ok, quiescent: true, message: String::new() };
        if !self.pending.is_empty() {
            status.quiescent = false;
            status.message.push_str("scanning for notes");
        }
        for vault in self.vaults.values() {
            status.quiescent &= vault.phase == Phase::Complete;
            if !status.message.is_empty() {
                status.message.push('\n');
            }
            if self.vaults.len() > 1 {
                let name = vault.root.path().file_name().unwrap_or_default();
                status.message.push_str(&format!("{}: ", visible(&name.to_string_lossy())));
            }
            status.message.push_str(&state(vault));
            let refused = vault.config.refused.len();
            if refused > 0 {
                status.health = Health::Warning;
                let s = if refused == 1 { "" } else { "s" };
                status.message.push_str(&format!(", {refused} mistake{s} in .slugline.toml"));
            }
            if vault.kind == Kind::Loose {
                status.health = Health::Warning;
            }
        }
        if self.status.as_ref() != Some(&status) {
            self.out.tell::<ServerStatusNotification>(&status);
            self.status = Some(status);
        }
    }
}

fn state(vault: &VaultSession) -> String {
    let notes = |n: usize| if n == 1 { "1 note".to_owned() } else { format!("{n} notes") };
    match vault.phase {
        _ if vault.kind == Kind::Loose => "too large to index, open notes only".to_owned(),
        Phase::Names(_) => "scanning for notes".to_owned(),
        // In steps of a tenth: nobody reads more, and each is a message.
        Phase::Contents(done, total) => {
            format!("{}, {} % read", notes(total), (done * 10).checked_div(total).unwrap_or(0) * 10)
        }
        Phase::Complete => notes(vault.engine.index().len()),
    }
}
