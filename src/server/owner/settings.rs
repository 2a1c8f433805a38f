//! The settings of a session: what the client sets, by folder, below what each vault's own file says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tower_lsp_server::ls_types::request::{RegisterCapability, WorkspaceConfiguration};
use tower_lsp_server::ls_types::{ConfigurationItem, ConfigurationParams, Registration, RegistrationParams};

use super::super::vault::{Kind, VaultId};
use super::{Owner, PendingRequest};
use crate::lsp::uri_of;
use crate::settings::{SETTINGS, Settings, Severity};

/// The section of the client's settings that is ours.
const SECTION: &str = "slugline";
/// What editors keep in that section for themselves: the program to start, how much to log, what they hide.
const OF_EDITORS: [&str; 4] = ["server", "trace", "concealTimestamps", "createOnFollow"];

/// What the client has set.
#[derive(Debug, Default)]
pub(super) struct ClientSettings {
    /// In `initialize`.
    pub(super) options: Value,
    /// For all vaults.
    everywhere: Value,
    /// For workspace folders.
    folders: BTreeMap<PathBuf, Value>,
    /// What has been complained about: once is enough.
    complaints: BTreeSet<String>,
    /// The user has chosen in this session not to be told of links to notes that nobody has written yet.
    pub(super) hides_unwritten: bool,
}

impl ClientSettings {
    /// The settings of the client for a vault at `root`, and the names of those that differ from the
    /// defaults; each refusal goes to `complain`.
    pub(super) fn settings(
        &self,
        root: &Path,
        mut complain: impl FnMut(String),
    ) -> (Settings, Vec<&'static str>) {
        let mut settings = Settings::default();
        let given = self.folders.get(root).unwrap_or(&self.everywhere);
        for value in [&self.options, given] {
            let mut value = value.clone();
            if let Some(table) = value.as_object_mut() {
                table.retain(|key, _| !OF_EDITORS.contains(&key.as_str()));
            }
            for invalid in settings.apply_of_editor(&value).invalid {
                complain(format!("in the editor's settings, {invalid}"));
            }
        }
        if self.hides_unwritten {
            settings.unwritten.get_or_insert(Severity::Off);
        }
        let default = Settings::default();
        let changed = SETTINGS.iter().filter(|setting| setting.value(&settings) != setting.value(&default));
        let changed = changed.map(|setting| setting.name).collect();
        (settings, changed)
    }
}

impl Owner {
    /// The client's settings for a vault at `root`.
    pub(super) fn base(&mut self, root: &Path) -> Settings {
        let mut refused = Vec::new();
        let (settings, _) = self.client_settings.settings(root, |refusal| refused.push(refusal));
        for refusal in refused {
            if self.client_settings.complaints.insert(refusal.clone()) {
                self.out.warn(&refusal);
            }
        }
        settings
    }

    /// Asks the client for its settings, of all vaults and of each workspace folder.
    pub(super) fn ask_settings(&mut self) {
        if !self.client.configuration || !self.initialized {
            return;
        }
        let folders = self.folders.clone();
        let scopes = std::iter::once(None).chain(folders.iter().map(|folder| uri_of(folder)));
        let items = scopes.map(|scope_uri| ConfigurationItem { scope_uri, section: Some(SECTION.into()) });
        let params = ConfigurationParams { items: items.collect() };
        let id = self.out.request::<WorkspaceConfiguration>(&params);
        self.pending_requests.insert(id, PendingRequest::Settings(folders));
    }

    /// Has the client tell when its settings change.
    pub(super) fn register_settings(&mut self) {
        let registration = Registration {
            id: "slugline-settings".into(),
            method: "workspace/didChangeConfiguration".into(),
            register_options: Some(serde_json::json!({"section": SECTION})),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        let id = self.out.request::<RegisterCapability>(&params);
        self.pending_requests.insert(id, PendingRequest::Registration);
    }

    /// The client has answered for all vaults and then for `folders`.
    pub(super) fn settings_answered(&mut self, folders: Vec<PathBuf>, answer: Value) {
        let mut answers = match answer {
            Value::Array(answers) => answers.into_iter(),
            _ => Vec::new().into_iter(),
        };
        let everywhere = answers.next().unwrap_or_default();
        let folders = folders.into_iter().zip(answers).filter(|(_, settings)| !settings.is_null()).collect();
        self.set_given(everywhere, folders);
    }

    /// The client has sent its settings along.
    pub(super) fn settings_sent(&mut self, settings: &Value) {
        if self.client.configuration {
            self.ask_settings();
        } else {
            let own = settings.get(SECTION).cloned().unwrap_or_default();
            self.set_given(own, BTreeMap::new());
        }
    }

    fn set_given(&mut self, everywhere: Value, folders: BTreeMap<PathBuf, Value>) {
        if (&everywhere, &folders) == (&self.client_settings.everywhere, &self.client_settings.folders) {
            return;
        }
        self.client_settings.everywhere = everywhere;
        self.client_settings.folders = folders;
        self.client_settings.complaints.clear();
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            self.reload_config(id);
        }
    }

    /// Takes the settings over that hold in a vault now. It is read again only where they ask for it.
    pub(super) fn reload_config(&mut self, id: VaultId) {
        let Some(root) = self.vaults.get(&id).map(|vault| vault.root.path().to_owned()) else { return };
        let base = self.base(&root);
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let settings = vault.configure(&base);
        if vault.engine.settings().reads_like(&settings) || vault.kind == Kind::Loose {
            if settings != *vault.engine.settings() {
                vault.engine.set_settings(settings);
                self.views_outdated = true;
                vault.survey.iter_mut().for_each(super::Survey::restart);
                for doc in self.docs.values_mut() {
                    if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                        doc.diagnostics.touch();
                    }
                }
            }
            self.publish_config(id);
        } else {
            self.restart(id, Some(settings));
        }
    }

    /// What `slugline.doctor` tells.
    pub(super) fn report(&self) -> String {
        let mut report = format!("slugline {}\n", env!("CARGO_PKG_VERSION"));
        if self.vaults.is_empty() {
            report.push_str("\nNo vault: open a folder or a note.\n");
        }
        for vault in self.vaults.values() {
            let (_, by_editor) = self.client_settings.settings(vault.root.path(), drop);
            report.push('\n');
            report.push_str(&vault.report(&by_editor, !self.client.watches_files));
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_folders_settings_go_before_those_of_all() {
        let given = ClientSettings {
            options: json!({"max_file_size": 1, "exclude": ["x"]}),
            everywhere: json!({"max_file_size": 2, "server": {"path": "/bin/slugline"}, "concealTimestamps": true}),
            folders: BTreeMap::from([("/two".into(), json!({"max_file_size": "big"}))]),
            complaints: BTreeSet::new(),
            hides_unwritten: false,
        };
        let of = |root: &str| {
            let mut refused = 0;
            let (settings, named) = given.settings(Path::new(root), |_| refused += 1);
            (settings.max_file_size, named, refused)
        };
        assert_eq!(of("/one"), (2, vec!["exclude", "max_file_size"], 0));
        assert_eq!(of("/two"), (1, vec!["exclude", "max_file_size"], 1));
    }
}
