//! `textDocument/semanticTokens/full`: what the links, times and tags of a note are. And what its siblings share:
//! the legend, the encoding, what was answered last.
use std::sync::{Mutex, PoisonError};

use tower_lsp_server::ls_types::request::SemanticTokensFullRequest;
use tower_lsp_server::ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens as Tokens, SemanticTokensDelta,
    SemanticTokensEdit, SemanticTokensFullDeltaResult, SemanticTokensFullOptions, SemanticTokensLegend,
    SemanticTokensOptions, SemanticTokensParams, SemanticTokensResult, SemanticTokensServerCapabilities,
    ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Document, TokenKind, TokenState};
use crate::lsp::Client;
use crate::text::Span;

/// Tokens of a document that are held for the next answer to tell what differs.
const MOST_HELD: usize = 1 << 17;

pub(in crate::server) struct SemanticTokens;

impl Request for SemanticTokens {
    type Protocol = SemanticTokensFullRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        options(capabilities).full = Some(SemanticTokensFullOptions::Delta { delta: Some(true) });
    }
}

impl NoteRequest for SemanticTokens {
    fn uri(params: &SemanticTokensParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, _: SemanticTokensParams) -> Option<SemanticTokensResult> {
        let view = view?;
        let data = tokens(view, &*view.document()?, None);
        let result_id = view.tokens.as_ref().and_then(|last| last.hold(data.clone()));
        Some(SemanticTokensResult::Tokens(Tokens { result_id, data }))
    }
}

/// What the client is told of all requests for tokens.
pub(super) fn options(capabilities: &mut ServerCapabilities) -> &mut SemanticTokensOptions {
    let provider = capabilities.semantic_tokens_provider.get_or_insert_with(|| {
        let legend = SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: modifiers() };
        SemanticTokensOptions { legend, ..SemanticTokensOptions::default() }.into()
    });
    match provider {
        SemanticTokensServerCapabilities::SemanticTokensOptions(options) => options,
        SemanticTokensServerCapabilities::SemanticTokensRegistrationOptions(registration) => {
            &mut registration.semantic_tokens_options
        }
    }
}

/// By the number of [`TokenKind`]; types that the protocol knows, since each theme has colors for them.
const TYPES: [SemanticTokenType; 5] = [
    SemanticTokenType::CLASS,
    SemanticTokenType::MACRO,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::NUMBER,
    SemanticTokenType::ENUM_MEMBER,
];

/// By the bits of [`encoded`].
fn modifiers() -> Vec<SemanticTokenModifier> {
    let own = ["unresolved", "ambiguous", "unwritten"].map(SemanticTokenModifier::new);
    [SemanticTokenModifier::DEFINITION].into_iter().chain(own).collect()
}

/// The tokens of `document`, or of a part of it, as the protocol packs them.
pub(super) fn tokens(view: &View, document: &Document, within: Option<Span>) -> Vec<SemanticToken> {
    let within = within.unwrap_or_else(|| Span::new(0, document.text.len()));
    let (mut line, mut character) = (0, 0);
    let found = ide::semantic_tokens(&view.analysis, view.note, within).into_iter().map(|token| {
        let range = view.answers().range(document, token.span);
        let delta_line = range.start.line - line;
        let before = if delta_line == 0 { character } else { 0 };
        (line, character) = (range.start.line, range.start.character);
        SemanticToken {
            delta_line,
            delta_start: range.start.character - before,
            length: range.end.character - range.start.character,
            token_type: match token.kind {
                TokenKind::Link => 0,
                TokenKind::Embed => 1,
                TokenKind::Anchor => 2,
                TokenKind::Timestamp => 3,
                TokenKind::Tag => 4,
            },
            token_modifiers_bitset: match token.state {
                TokenState::Plain => 0,
                TokenState::Definition => 1,
                TokenState::Unresolved => 2,
                TokenState::Ambiguous => 4,
                // It is unresolved, too.
                TokenState::Unwritten => 2 | 8,
            },
        }
    });
    found.collect()
}

/// The tokens of a document that the client was told last, as long as the document is open.
#[derive(Debug, Default)]
pub(in crate::server) struct LastTokens(Mutex<(u64, Vec<SemanticToken>)>);

impl LastTokens {
    /// Takes these for the last; their name, unless there are too many.
    fn hold(&self, data: Vec<SemanticToken>) -> Option<String> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Also where nothing is held, so that no name is given twice.
        let number = last.0 + 1;
        let few = data.len() <= MOST_HELD;
        *last = (number, if few { data } else { Vec::new() });
        few.then(|| number.to_string())
    }

    /// What makes `data` of the tokens named `previous`; all of them where those are not the last.
    pub(super) fn update(&self, previous: &str, data: Vec<SemanticToken>) -> SemanticTokensFullDeltaResult {
        let edits = {
            let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            (last.0.to_string() == previous).then(|| edits(&last.1, &data))
        };
        let result_id = self.hold(data.clone());
        match edits {
            Some(edits) if result_id.is_some() => {
                SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id, edits })
            }
            _ => SemanticTokensFullDeltaResult::Tokens(Tokens { result_id, data }),
        }
    }
}

/// What makes `new` of `old`: one edit, between what they begin with and what they end with.
fn edits(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let same = |(a, b): &(&SemanticToken, &SemanticToken)| a == b;
    let before = old.iter().zip(new).take_while(same).count();
    let rest = |all: &[SemanticToken]| all.get(before..).unwrap_or_default().to_vec();
    let (old, new) = (rest(old), rest(new));
    let after = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let inserted = new.get(..new.len() - after).unwrap_or_default().to_vec();
    let deleted = old.len() - after;
    if deleted == 0 && inserted.is_empty() {
        return Vec::new();
    }
    // Counted in numbers, of which each token has five.
    let numbers = |tokens: usize| u32::try_from(5 * tokens).unwrap_or(u32::MAX);
    let data = (!inserted.is_empty()).then_some(inserted);
    vec![SemanticTokensEdit { start: numbers(before), delete_count: numbers(deleted), data }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(length: u32) -> SemanticToken {
        SemanticToken { delta_line: 1, delta_start: 0, length, token_type: 0, token_modifiers_bitset: 0 }
    }

    fn all(lengths: &[u32]) -> Vec<SemanticToken> {
        lengths.iter().copied().map(token).collect()
    }

    #[test]
    fn an_update_is_what_lies_between() {
        for (old, new, start, delete, data) in [
            (&[1, 2, 3][..], &[1, 9, 3][..], 5, 5, Some(&[9][..])),
            (&[1, 3], &[1, 2, 3], 5, 0, Some(&[2])),
            (&[1, 1, 1], &[1, 1], 10, 5, None),
            (&[], &[1], 0, 0, Some(&[1])),
        ] {
            let edit = SemanticTokensEdit { start, delete_count: delete, data: data.map(all) };
            assert_eq!(edits(&all(old), &all(new)), [edit]);
        }
        assert_eq!(edits(&all(&[1]), &all(&[1])), []);
    }

    #[test]
    fn an_update_of_what_is_not_held_is_all() {
        let last = LastTokens::default();
        let first = last.hold(all(&[1])).unwrap();
        let is_update = |answer| matches!(answer, SemanticTokensFullDeltaResult::TokensDelta(_));
        assert!(is_update(last.update(&first, all(&[1, 2]))));
        assert!(!is_update(last.update(&first, all(&[1, 2]))));
        assert_eq!(last.hold(vec![token(1); MOST_HELD + 1]), None);
        assert_eq!(last.0.lock().unwrap().1, []);
    }
}
