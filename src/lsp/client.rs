use tower_lsp_server::ls_types::{
    ClientCapabilities, InitializeParams, MarkupKind, PositionEncodingKind, ResourceOperationKind, Uri,
};

use crate::ide::MarkdownView;
use crate::text::Encoding;

/// What the client can do; what it lacks is `false`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Client {
    /// How it counts columns.
    pub encoding: Encoding,
    /// It takes `LocationLink`s.
    pub definition_links: bool,
    /// The same for implementations, which are all that an ambiguous link may mean.
    pub implementation_links: bool,
    /// It shows markdown in hovers.
    pub hover_markdown: bool,
    /// How it shows markdown.
    pub markdown_view: MarkdownView,
    /// It shows markdown beside completions.
    pub completion_markdown: bool,
    /// It shows details beside the labels of completions.
    pub label_details: bool,
    /// It inserts snippets.
    pub snippets: bool,
    /// It takes an item of a completion by a character that the item names.
    pub commit_characters: bool,
    /// It shows other places that belong to a diagnostic.
    pub related_information: bool,
    /// It compares the version of diagnostics.
    pub diagnostic_versions: bool,
    /// It asks for diagnostics, and is not sent them.
    pub pulls_diagnostics: bool,
    /// It takes the diagnostics of other documents along.
    pub related_documents: bool,
    /// It asks for all diagnostics once more when it is told to.
    pub refreshes_diagnostics: bool,
    /// Where the page is that explains the diagnostics.
    pub docs: Option<Uri>,
    /// It shows where a diagnostic is explained.
    pub code_descriptions: bool,
    /// It sends back the data of a diagnostic.
    pub diagnostic_data: bool,
    /// It takes code actions, not only commands.
    pub code_actions: bool,
    /// It marks one code action as the one to take.
    pub preferred_actions: bool,
    /// It asks for the edit of a code action when that is taken.
    pub resolves_actions: bool,
    /// It shows code actions that cannot be taken, with the reason.
    pub disabled_actions: bool,
    /// It takes edits with versions, file operations among them.
    pub document_changes: bool,
    /// It makes files for us.
    pub creates_files: bool,
    /// It renames files for us.
    pub renames_files: bool,
    /// It shows why each part of an edit is made, and asks before some.
    pub change_annotations: bool,
    /// It asks what a rename would rename before it asks for the name.
    pub prepares_rename: bool,
    /// It makes changes when it is asked to.
    pub applies_edits: bool,
    /// It shows documents and addresses when it is asked to.
    pub shows_documents: bool,
    /// It watches files for us.
    pub watches_files: bool,
    /// It shows progress.
    pub progress: bool,
    /// It can be asked for settings.
    pub configuration: bool,
    /// It has to be asked to tell that settings have changed.
    pub registers_settings: bool,
    /// It shows how the server is (`experimental/serverStatus`).
    pub server_status: bool,
    /// It asks for semantic tokens again when it is told to.
    pub refreshes_tokens: bool,
    /// The same of inlay hints.
    pub refreshes_hints: bool,
    /// It shows symbols in one another.
    pub nested_symbols: bool,
    /// It folds whole lines only.
    pub folds_lines: bool,
    /// How many ranges to fold it wants at most, where it says so.
    pub most_foldings: Option<usize>,
    /// It shows tooltips of document links.
    pub link_tooltips: bool,
    /// It saves and shows a note that an action has made, by the command [`OPEN_NOTE`].
    pub opens_notes: bool,
    /// It shows a list of places, by the command [`SHOW_REFERENCES`].
    pub shows_references: bool,
    /// It asks for code lenses again when it is told to.
    pub refreshes_lenses: bool,
    /// It asks its user by itself what to do about thousands of findings (`slugline/manyFindings`).
    pub tells_many: bool,
    /// It shows actions beside a message.
    pub message_actions: bool,
    /// It follows links to notes that are not there, by the command [`FOLLOW_MISSING`].
    pub follows_missing: bool,
}

/// A command of the client, named by it in `experimental.commands` as rust-analyzer has it: the note
/// at the `uri` of its argument is new, and to be saved and shown.
pub const OPEN_NOTE: &str = "slugline.editor.openNote";

/// Another one: shows places beside a position, as the command of a code lens. Its three arguments are the `uri`
/// of a note, a `position` in it, and the `Location`s, all as the protocol writes them. A client that names it
/// also shows by itself what `slugline.backlinks` answers, and is told nothing beside that.
pub const SHOW_REFERENCES: &str = "slugline.editor.showReferences";

/// A third one, by which a document link leads to a note that is not there: its argument has the `uri` of the note with
/// the link and the `position` of the link, as `slugline.missingNote` wants them.
pub const FOLLOW_MISSING: &str = "slugline.editor.followMissing";

impl Client {
    /// Reads what the client says in `initialize`.
    pub fn new(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let completion = text.and_then(|t| t.completion.as_ref()?.completion_item.as_ref());
        let publish = text.and_then(|t| t.publish_diagnostics.as_ref());
        let pull = text.and_then(|t| t.diagnostic.as_ref());
        let pulls = pull.is_some();
        // One that can do neither would show what is wrong with a note as it was before another one changed.
        let related_documents = pull.is_some_and(|p| p.related_document_support == Some(true));
        let refreshes_diagnostics =
            workspace.is_some_and(|w| w.diagnostics.as_ref().and_then(|d| d.refresh_support) == Some(true));
        let actions = text.and_then(|t| t.code_action.as_ref());
        let edits = workspace.and_then(|w| w.workspace_edit.as_ref());
        let watching = workspace.and_then(|w| w.did_change_watched_files.as_ref());
        let operations = edits.and_then(|e| e.resource_operations.as_deref()).unwrap_or_default();
        // Operations on files go nowhere else: Neovim takes them and does not say so otherwise.
        let document_changes =
            !operations.is_empty() || edits.is_some_and(|e| e.document_changes == Some(true));
        let markdown = |kinds: Option<&Vec<MarkupKind>>| {
            kinds.is_some_and(|kinds| kinds.contains(&MarkupKind::Markdown))
        };
        let commands = capabilities.experimental.as_ref().and_then(|e| e["commands"]["commands"].as_array());
        let has_command =
            |name: &str| commands.is_some_and(|commands| commands.iter().any(|command| command == name));
        Self {
            encoding: encoding(capabilities),
            definition_links: text.and_then(|t| t.definition.as_ref()?.link_support).unwrap_or(false),
            implementation_links: text.and_then(|t| t.implementation.as_ref()?.link_support).unwrap_or(false),
            hover_markdown: markdown(text.and_then(|t| t.hover.as_ref()?.content_format.as_ref())),
            markdown_view: markdown_view(params),
            completion_markdown: markdown(completion.and_then(|c| c.documentation_format.as_ref())),
            label_details: completion.is_some_and(|c| c.label_details_support == Some(true)),
            snippets: completion.is_some_and(|c| c.snippet_support == Some(true)),
            commit_characters: completion.is_some_and(|c| c.commit_characters_support == Some(true)),
            related_information: publish.is_some_and(|p| p.related_information == Some(true)),
            diagnostic_versions: publish.is_some_and(|p| p.version_support == Some(true)),
            pulls_diagnostics: pulls && (related_documents || refreshes_diagnostics || publish.is_none()),
            related_documents,
            refreshes_diagnostics,
            docs: None,
            code_descriptions: publish.is_some_and(|p| p.code_description_support == Some(true))
                || pull.is_some_and(|p| p.code_description_support == Some(true)),
            diagnostic_data: publish.is_some_and(|p| p.data_support == Some(true))
                || pull.is_some_and(|p| p.data_support == Some(true)),
            code_actions: actions.is_some_and(|a| a.code_action_literal_support.is_some()),
            preferred_actions: actions.is_some_and(|a| a.is_preferred_support == Some(true)),
            resolves_actions: actions.is_some_and(|a| {
                let properties = a.resolve_support.as_ref().map_or(&[][..], |support| &support.properties);
                a.data_support == Some(true) && properties.iter().any(|property| property == "edit")
            }),
            disabled_actions: actions.is_some_and(|a| a.disabled_support == Some(true)),
            document_changes,
            creates_files: operations.contains(&ResourceOperationKind::Create),
            renames_files: operations.contains(&ResourceOperationKind::Rename),
            change_annotations: edits.is_some_and(|e| e.change_annotation_support.is_some()),
            prepares_rename: text.and_then(|t| t.rename.as_ref()?.prepare_support).unwrap_or(false),
            applies_edits: workspace.is_some_and(|w| w.apply_edit == Some(true)),
            shows_documents: capabilities
                .window
                .as_ref()
                .and_then(|w| w.show_document.as_ref())
                .is_some_and(|show| show.support),
            watches_files: watching.is_some_and(|w| w.dynamic_registration == Some(true)),
            progress: capabilities.window.as_ref().is_some_and(|w| w.work_done_progress == Some(true)),
            configuration: workspace.is_some_and(|w| w.configuration == Some(true)),
            registers_settings: workspace
                .and_then(|w| w.did_change_configuration.as_ref()?.dynamic_registration)
                .unwrap_or(false),
            server_status: capabilities
                .experimental
                .as_ref()
                .is_some_and(|e| e["serverStatusNotification"] == serde_json::Value::Bool(true)),
            tells_many: capabilities
                .experimental
                .as_ref()
                .is_some_and(|e| e["manyFindings"] == serde_json::Value::Bool(true)),
            message_actions: capabilities.window.as_ref().is_some_and(|w| w.show_message.is_some()),
            opens_notes: has_command(OPEN_NOTE),
            shows_references: has_command(SHOW_REFERENCES),
            follows_missing: has_command(FOLLOW_MISSING),
            refreshes_tokens: workspace
                .and_then(|w| w.semantic_tokens.as_ref()?.refresh_support)
                .unwrap_or(false),
            refreshes_lenses: workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support).unwrap_or(false),
            refreshes_hints: workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support).unwrap_or(false),
            nested_symbols: text
                .and_then(|t| t.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                .unwrap_or(false),
            folds_lines: text.and_then(|t| t.folding_range.as_ref()?.line_folding_only).unwrap_or(false),
            most_foldings: text.and_then(|t| usize::try_from(t.folding_range.as_ref()?.range_limit?).ok()),
            link_tooltips: text.and_then(|t| t.document_link.as_ref()?.tooltip_support).unwrap_or(false),
        }
    }
}

/// No capability says it, so the two that show markdown as its source are known by their names.
fn markdown_view(params: &InitializeParams) -> MarkdownView {
    match params.client_info.as_ref().map(|client| &*client.name) {
        Some("Neovim" | "Eglot") => MarkdownView::Source,
        _ => MarkdownView::Rendered,
    }
}

/// UTF-8 where the client offers it, for nothing is counted then; else what it likes best, and
/// UTF-16, which the protocol demands of all, where it says nothing.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let offered = capabilities.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or(&[]);
    if offered.contains(&PositionEncodingKind::UTF8) {
        return Encoding::Utf8;
    }
    let known = offered.iter().find_map(|kind| match kind.as_str() {
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    known.unwrap_or_default()
}
