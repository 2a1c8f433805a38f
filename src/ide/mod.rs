//! What an editor or the command line asks about a vault, one file a feature.
//!
//! Every feature takes an [`Analysis`] (one consistent state of one vault) and byte offsets, and
//! gives plain structs. Absent from this layer: the protocol's types, threads, the disk but for
//! [`Texts`].

mod actions;
mod analysis;
mod around;
mod attachment;
mod change;
mod claim;
mod code_lens;
mod completion;
mod copy_link;
mod cursor;
mod date;
mod definition;
mod diagnostics;
mod document_link;
mod document_symbols;
mod excerpt;
#[cfg(test)]
mod fixture;
mod folding;
mod graph;
mod graph_columns;
mod hierarchy;
mod highlight;
mod hover;
mod inlay_hints;
mod insert_timestamp;
mod library;
mod linked_editing;
mod markdown;
mod mention_counts;
mod mentions;
mod near;
mod nearest;
mod obsidian;
mod preview;
mod prose;
mod references;
mod rename;
mod resolution;
mod selection;
mod semantic_tokens;
mod source;
mod spelling;
mod statistics;
mod symbol;
mod timeline;
mod timestamp_form;
mod timestamps;
mod video;
mod watch;
mod workspace_symbols;

pub use actions::{
    Action, ActionKind, Changes, Converted, LinkForm, NewNote, Repair, Wish, code_actions, convert_links,
    convert_vault, daily_note, insert_link, new_note, repair, templates,
};
use analysis::Piece;
pub use analysis::{Analysis, Cursor, Document, MemoryTexts, Place, Texts};
pub use attachment::{NewAttachment, new_attachment};
pub use change::{Edit, Move, Reason, SourceChange};
pub use code_lens::{CodeLens, backlink_count, backlinks, code_lenses};
pub use completion::{
    Completion, CompletionKind, Completions, Moment, completion, give_block_id,
    resolve as resolve_completion, resolve_moment,
};
pub use copy_link::{CopiedLink, copy_link};
pub use definition::{Destination, Target, definition, implementation};
pub use diagnostics::{Diagnostic, Outcomes, diagnostics, diagnostics_after, diagnostics_of};
pub use document_link::{DocumentLink, Opens, attachment, document_links, missing_links, source_at};
pub use document_symbols::{DocumentSymbol, DocumentSymbolKind, document_symbols};
pub use folding::{Folding, FoldingKind, foldings};
pub use graph::{Graph, GraphEdge, Node, NoteEdges, graph, graph_around, note_edges};
pub use graph_columns::GraphColumns;
pub use hierarchy::{Called, Caller, hierarchy_root, incoming, outgoing};
pub use highlight::highlights;
pub use hover::{Hover, hover};
pub use inlay_hints::{InlayHint, inlay_hints};
pub use insert_timestamp::{NewTimestamp, insert_timestamp};
pub use library::Library;
pub use linked_editing::{TIME_PATTERN, linked_editing};
pub use markdown::{Markdown, MarkdownView};
pub use mention_counts::{MentionCounts, Mentioned, mentioned};
pub use mentions::{MentionedIn, link_mention_at, link_mentions_of, mentions_of};
pub use near::{MissingNote, NearNames, Search, missing_note};
pub use preview::preview;
pub use references::{Occurrence, Role, declaration, occurrences, occurrences_of};
pub use rename::{Prepared, broken_without, move_files, moves_of, prepare_rename, rename, rename_path};
pub use resolution::{Explanation, explain, step_name};
pub use selection::selections;
pub use semantic_tokens::{SemanticToken, TokenKind, TokenState, semantic_tokens};
pub use statistics::{Counted, NoteLinks, Statistics, TIERS, note_links, statistics};
pub use symbol::{Named, Part, Symbol, symbol_at};
pub use timeline::{
    CitedMoment, CitedMoments, MOST_MOMENTS, SearchedSource, SourceHit, SourceHits, SourceKey, SourceSearch,
    SourceSummary, Timeline, TimelineChapter, TimelineEntry, TimelineLine, TimelineLineKind, Transcript,
    TranscriptCue, cited_moments, nearest_sources, searchable_sources, shown_time, source_ids, source_named,
    source_summary, source_under, timeline, timeline_entry_near, timeline_lines, transcript,
};
pub use timestamps::{WrittenTimestamp, timestamps};
pub use watch::{
    Player, WatchedCaptions, WatchedCue, WatchedMoment, captions_around, player, watched_moment,
};
pub use workspace_symbols::{SymbolKind, WorkspaceSymbol, workspace_symbols};
