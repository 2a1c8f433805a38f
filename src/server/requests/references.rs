//! `textDocument/references`: every place that names what the cursor is on.
use serde_json::value::{RawValue, to_raw_value};
use tower_lsp_server::ls_types::{OneOf, ReferenceParams, ServerCapabilities, Uri, request};

use super::{NoteRequest, Request, View, written};
use crate::ide::{self, Role};
use crate::lsp::Client;

pub(in crate::server) struct References;

written!(request::References, ReferenceParams);

impl Request for References {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.references_provider = Some(OneOf::Left(true));
    }
}

impl NoteRequest for References {
    const WAITS: bool = true;

    fn uri(params: &ReferenceParams) -> Option<Uri> {
        Some(params.text_document_position.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: ReferenceParams) -> Option<Box<RawValue>> {
        Self::find(view?, params)
    }
}

impl References {
    fn find(view: &View, params: ReferenceParams) -> Option<Box<RawValue>> {
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position.position);
        let named = ide::symbol_at(&view.analysis, cursor)?;
        let mut found = ide::occurrences_of(&view.analysis, &named);
        found.retain(|found| params.context.include_declaration || found.role != Role::Declaration);
        let answers = view.answers();
        let locations = answers.written_locations(found.into_iter().map(|found| (found.note, found.place)));
        let rest = view.partial.stream(params.partial_result_params.partial_result_token, locations);
        to_raw_value(&rest).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::ide::{Cursor, MemoryTexts, Texts};
    use crate::index::{Change, Facts};
    use crate::lsp::Answers;
    use crate::settings::Settings;
    use crate::syntax;
    use crate::vault::Vault;

    /// Texts that count how often one is read.
    struct Counted(MemoryTexts, AtomicUsize);

    impl Texts for Counted {
        fn exists(&self, path: &str) -> bool {
            self.0.exists(path)
        }

        fn is_folder(&self, path: &str) -> bool {
            self.0.is_folder(path)
        }

        fn read(&self, path: &str) -> Option<Arc<str>> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.read(path)
        }

        fn uri(&self, path: &str) -> String {
            self.0.uri(path)
        }

        fn creatable(&self, path: &str) -> bool {
            self.0.creatable(path)
        }
    }

    /// References open only notes in which something that is not ASCII stands before a link on its line, each
    /// once.
    #[test]
    fn no_note_is_opened_for_what_the_index_knows() {
        let files = [
            ("a.md", "# A\n\n[[#A]] #tag\n"),
            ("b.md", "[[a]] [[a#A]] #tag\n\u{e9}\n"),
            ("c.md", "[00:07] [[a]]\n"),
            ("d.md", "\u{e9} [[a]] [[a]]\n\u{e9} [[a]] \u{e9} #tag\n"),
        ];
        let settings = Settings::default();
        let facts = files.map(|(path, text)| {
            let note = syntax::parse(text, &settings.syntax_options());
            Change::Facts(path.into(), Facts::new(text, &note, &settings))
        });
        let texts = Arc::new(Counted(MemoryTexts::from_iter(files), AtomicUsize::new(0)));
        let mut vault = Vault::new(Arc::new(settings.clone()), texts.clone());
        vault.apply(facts);
        vault.open("a.md", files[0].1);
        let (analysis, client) = (vault.snapshot(), Client::default());
        let answers = Answers { analysis: &analysis, client: &client, open: &[] };
        // The title, the anchor, the tag.
        for (offset, locations, opened) in [(3, 7, 1), (8, 3, 0), (14, 3, 1)] {
            let at = Cursor { note: analysis.index.note("a.md").unwrap(), offset };
            let found = ide::occurrences(&analysis, &ide::symbol_at(&analysis, at).unwrap().symbol);
            assert_eq!(texts.1.load(Ordering::Relaxed), 0);
            let shown = answers.locations(found.iter().map(|found| (found.note, found.place)));
            assert_eq!((shown.count(), texts.1.swap(0, Ordering::Relaxed)), (locations, opened), "{offset}");
        }
    }
}
