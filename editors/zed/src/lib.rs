//! slugline in Zed: which program is started, and the settings that it is given.
//!
//! ```json
//! "lsp": { "slugline": { "binary": { "path": "…" }, "settings": { "completion": { "style": "title" } } } }
//! ```

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{
    Command, Extension, LanguageServerId, Result, Worktree, register_extension, serde_json,
};

/// The name of the server, in `extension.toml` and in the settings.
const SERVER: &str = "slugline";

struct Slugline;

impl Extension for Slugline {
    fn new() -> Self {
        Self
    }

    /// The program of the settings, else the one on PATH. Nothing is downloaded.
    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree(SERVER, worktree)?.binary;
        let (path, arguments, env) =
            binary.map_or((None, None, None), |binary| (binary.path, binary.arguments, binary.env));
        let command = path.or_else(|| worktree.which(SERVER)).ok_or(
            "slugline is not on PATH. Install it, or set \"lsp\": { \"slugline\": { \"binary\": { \"path\": \"…\" } } }",
        )?;
        let args = arguments.unwrap_or_else(|| vec!["lsp".to_owned()]);
        // What a terminal in the folder has, such as a PATH; the settings come last and so take precedence.
        let env = worktree.shell_env().into_iter().chain(env.unwrap_or_default()).collect();
        Ok(Command { command, args, env })
    }

    /// The server asks for the section `slugline`.
    fn language_server_workspace_configuration(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        let settings = LspSettings::for_worktree(SERVER, worktree)?.settings.unwrap_or_default();
        Ok(Some(serde_json::json!({ SERVER: settings })))
    }

    fn language_server_initialization_options(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(SERVER, worktree)?.initialization_options)
    }
}

register_extension!(Slugline);
