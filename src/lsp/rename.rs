//! What a rename changes, as the edit that the client makes.
use std::collections::HashMap;

use tower_lsp_server::ls_types::{
    AnnotatedTextEdit, ChangeAnnotation, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, RenameFile, RenameFileOptions, ResourceOp, TextDocumentEdit,
    TextEdit, WorkspaceEdit,
};

use super::{Answers, Asked, Client};
use crate::ide::{Analysis, Reason, Rename};
use crate::index::NoteId;
use crate::text::{PathText, visible};

/// Names of the annotations.
const FILE: &str = "file";
const NAME: &str = "name";
const LINKS: &str = "links";
const KEPT: &str = "kept";

/// The edit of a rename. `open`: the name and version of a note that the client has open.
///
/// # Errors
/// Why this client cannot make it, in words for the user.
pub fn rename_edit<'a>(
    analysis: &'a Analysis,
    client: &'a Client,
    open: impl Fn(NoteId) -> Option<Asked<'a>>,
    renamed: &Rename,
) -> Result<WorkspaceEdit, &'static str> {
    /// A note that cannot be read any more.
    const GONE: &str = "a note that links there cannot be read; try again";
    if !renamed.moves.is_empty() && !client.renames_files {
        return Err("this editor does not let a language server rename files");
    }
    let mut edited = Vec::new();
    for (note, edits) in &renamed.edits {
        let own = Answers { analysis, client, asked: open(*note) };
        let document = own.analysis.unread(*note).ok_or(GONE)?;
        let uri = own.uri_of(*note).ok_or(GONE)?;
        let version = own.asked.map(|asked| asked.version);
        let edits = edits
            .iter()
            .map(|edit| (TextEdit::new(own.range(&document, edit.span), edit.text.clone()), edit.reason));
        edited.push((uri, version, edits.collect::<Vec<_>>()));
    }
    let mut operations = Vec::new();
    for own in &renamed.moves {
        let answers = Answers { analysis, client, asked: None };
        let uri = |path: &str| answers.uri(path).ok_or("the file has no address");
        operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(RenameFile {
            old_uri: uri(&own.from)?,
            new_uri: uri(&own.to)?,
            // Never over a file that another program made meanwhile.
            options: Some(RenameFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) }),
            annotation_id: client.change_annotations.then(|| FILE.to_owned()),
        })));
    }
    if !client.document_changes {
        // Only a map: one entry a file.
        #[allow(clippy::mutable_key_type, reason = "the protocol's own type; nothing in a Uri changes")]
        let changes: HashMap<_, _> = edited
            .into_iter()
            .map(|(uri, _, edits)| (uri, edits.into_iter().map(|(edit, _)| edit).collect()))
            .collect();
        return Ok(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let edits = edited.into_iter().map(|(uri, version, edits)| {
        let edits = edits.into_iter().map(|(text_edit, reason)| match client.change_annotations {
            true => {
                OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: annotation(reason).to_owned() })
            }
            false => OneOf::Left(text_edit),
        });
        DocumentChangeOperation::Edit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.collect(),
        })
    });
    // While the files still have their names.
    let operations = edits.chain(operations).collect();
    Ok(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        change_annotations: client.change_annotations.then(|| annotations(renamed)),
        ..WorkspaceEdit::default()
    })
}

fn annotation(reason: Reason) -> &'static str {
    match reason {
        Reason::Name => NAME,
        Reason::Link => LINKS,
        Reason::Kept => KEPT,
    }
}

/// What each part of the edit is for.
fn annotations(renamed: &Rename) -> HashMap<String, ChangeAnnotation> {
    let mut annotations = HashMap::new();
    let warned = !renamed.warnings.is_empty();
    let mut add = |id: &str, label: String, needs_confirmation: bool| {
        let description = needs_confirmation.then(|| renamed.warnings.join("; "));
        let annotation = ChangeAnnotation {
            label: visible(&label).into_owned(),
            needs_confirmation: needs_confirmation.then_some(true),
            description,
        };
        annotations.insert(id.to_owned(), annotation);
    };
    if let Some(own) = renamed.moves.first() {
        let (from, to) = (own.from.file_name(), own.to.file_name());
        add(FILE, format!("Rename `{from}` to `{to}`"), warned);
    }
    for (reason, one, many) in [
        (Reason::Name, "Rename it here", "places where it is named"),
        (Reason::Link, "Update 1 link", "links"),
        (Reason::Kept, "Keep 1 link leading where it leads", "links that would lead elsewhere"),
    ] {
        let count = |edits: &[crate::ide::Edit]| edits.iter().filter(|edit| edit.reason == reason).count();
        let counts: Vec<usize> =
            renamed.edits.iter().map(|(_, edits)| count(edits)).filter(|count| *count > 0).collect();
        let all: usize = counts.iter().sum();
        let notes = if counts.len() == 1 { "1 note".to_owned() } else { format!("{} notes", counts.len()) };
        let label = match all {
            0 => continue,
            1 => one.to_owned(),
            _ => format!("Update {all} {many} in {notes}"),
        };
        add(annotation(reason), label, reason == Reason::Kept);
    }
    annotations
}
