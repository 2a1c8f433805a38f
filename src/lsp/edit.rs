//! A change of files as the edit that the client makes.
use std::collections::HashMap;

use tower_lsp_server::ls_types::{
    AnnotatedTextEdit, ChangeAnnotation, CreateFile, CreateFileOptions, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Range, RenameFile, RenameFileOptions,
    ResourceOp, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::{Answers, to_range};
use crate::ide::{Reason, SourceChange};
use crate::text::{PathText, visible};

/// Names of the annotations.
const FILE: &str = "file";
const NAME: &str = "name";
const LINKS: &str = "links";
const KEPT: &str = "kept";
const FORM: &str = "form";

impl Answers<'_> {
    /// A change of files.
    ///
    /// # Errors
    /// Why this client cannot make it, in words for the user.
    pub fn workspace_edit(&self, change: &SourceChange) -> Result<WorkspaceEdit, &'static str> {
        let (analysis, client) = (self.analysis, self.client);
        if !change.create.is_empty() && !client.creates_files {
            return Err("this editor does not support creating files from a language server");
        }
        if !change.moves.is_empty() && !client.renames_files {
            return Err("this editor does not let a language server rename files");
        }
        let mut edited = Vec::new();
        for (note, edits) in &change.edits {
            const GONE: &str = "a note that is to be edited cannot be read; try again";
            let uri = self.uri_of(*note).ok_or(GONE)?;
            let version = self.open(*note).map(|open| open.version);
            let mut document = None;
            let mut placed = Vec::with_capacity(edits.len());
            for edit in edits {
                let range = match edit.range {
                    Some(range) => to_range(range),
                    None => {
                        let document = match &mut document {
                            Some(document) => document,
                            none => none.insert(analysis.unread(*note).ok_or(GONE)?),
                        };
                        self.range(document, edit.span)
                    }
                };
                placed.push((TextEdit::new(range, edit.text.clone()), annotation(edit.reason)));
            }
            edited.push((uri, version, placed));
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
        let uri = |path: &str| self.uri(path).ok_or("the file has no address");
        let mut operations = Vec::new();
        for (path, text) in &change.create {
            let uri = uri(path)?;
            // Never over a file that another program made meanwhile.
            let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
            operations.push(DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
                uri: uri.clone(),
                options: Some(options),
                annotation_id: None,
            })));
            if !text.is_empty() {
                edited.push((uri, None, vec![(TextEdit::new(Range::default(), text.clone()), None)]));
            }
        }
        operations.extend(edited.into_iter().map(|(uri, version, edits)| {
            let edits = edits.into_iter().map(|(text_edit, annotation)| {
                match annotation.filter(|_| client.change_annotations) {
                    Some(id) => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: id.to_owned() }),
                    None => OneOf::Left(text_edit),
                }
            });
            DocumentChangeOperation::Edit(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.collect(),
            })
        }));
        // Notes are edited while the files still have their names.
        for own in &change.moves {
            operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(RenameFile {
                old_uri: uri(&own.from)?,
                new_uri: uri(&own.to)?,
                options: Some(RenameFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) }),
                annotation_id: client.change_annotations.then(|| FILE.to_owned()),
            })));
        }
        let annotations = annotations(change);
        Ok(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(operations)),
            change_annotations: (client.change_annotations && !annotations.is_empty()).then_some(annotations),
            ..WorkspaceEdit::default()
        })
    }
}

/// The annotation of edits; what was asked for needs no word.
fn annotation(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Asked => None,
        Reason::Name => Some(NAME),
        Reason::Link => Some(LINKS),
        Reason::Kept => Some(KEPT),
        Reason::Form => Some(FORM),
    }
}

/// What each part of the edit is for.
fn annotations(change: &SourceChange) -> HashMap<String, ChangeAnnotation> {
    let mut annotations = HashMap::new();
    let warned = !change.warnings.is_empty();
    let mut add = |id: &str, label: String, needs_confirmation: bool| {
        let description = Some(change.warnings.join("; "));
        let description = description.filter(|text| needs_confirmation && !text.is_empty());
        let annotation = ChangeAnnotation {
            label: visible(&label).into_owned(),
            needs_confirmation: needs_confirmation.then_some(true),
            description,
        };
        annotations.insert(id.to_owned(), annotation);
    };
    if let Some(own) = change.moves.first() {
        let (from, to) = (own.from.file_name(), own.to.file_name());
        add(FILE, format!("Rename `{from}` to `{to}`"), warned);
    }
    for (reason, one, what, many) in [
        (Reason::Name, "Rename it here", "Update", "places where it is named"),
        (Reason::Link, "Update 1 link", "Update", "links"),
        (Reason::Kept, "Keep the target of 1 link", "Update", "links that would lead elsewhere"),
        (Reason::Form, "Convert 1 link", "Convert", "links"),
    ] {
        let Some(id) = annotation(reason) else { continue };
        let count = |edits: &[crate::ide::Edit]| edits.iter().filter(|edit| edit.reason == reason).count();
        let counts: Vec<usize> =
            change.edits.iter().map(|(_, edits)| count(edits)).filter(|count| *count > 0).collect();
        let all: usize = counts.iter().sum();
        let notes = if counts.len() == 1 { "1 note".to_owned() } else { format!("{} notes", counts.len()) };
        let label = match all {
            0 => continue,
            1 => one.to_owned(),
            _ => format!("{what} {all} {many} in {notes}"),
        };
        add(id, label, matches!(reason, Reason::Kept | Reason::Form));
    }
    annotations
}
