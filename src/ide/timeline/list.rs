//! Which sources there are.
use rustc_hash::FxHashSet;

use super::{ALL, SourceSummary, meant, summary};
use crate::ide::source::{End, Source};
use crate::ide::{Analysis, nearest};
use crate::sources::SourceId;

/// The sources that notes are about or cite moments of, sorted. Looks at every note.
pub fn source_ids(analysis: &Analysis) -> Vec<SourceId<'_>> {
    ids(analysis, false)
}

/// The same, with those that notes only link to.
pub(super) fn ids(analysis: &Analysis, with_linked: bool) -> Vec<SourceId<'_>> {
    let mut ids: FxHashSet<SourceId<'_>> = FxHashSet::default();
    for note in analysis.index.notes() {
        let Some(facts) = analysis.index.facts(note) else { continue };
        ids.extend(facts.video());
        let links = facts.video_links().filter(|link| with_linked || link.moment.is_some());
        ids.extend(links.map(|link| link.video));
    }
    let mut ids: Vec<SourceId<'_>> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

/// What is known of the source `id`, and how far notes cite it.
pub fn source_summary(analysis: &Analysis, id: SourceId<'_>) -> SourceSummary {
    let source = Source::of(analysis, id, None);
    let limit = source.end().map(End::limit);
    let citations = analysis.index.citations(id, ALL);
    let moments: Vec<u32> = citations.iter().map(|citation| meant(citation.moment, limit)).collect();
    summary(analysis, id, &source, &moments)
}

/// The source that a user means by `named`: an id, an address of it, or the path of a note that is about it.
/// `None` where no note and no file in the vault is about such a one.
pub fn source_named<'a>(analysis: &'a Analysis, named: &'a str) -> Option<SourceId<'a>> {
    let kinds = analysis.settings().kinds();
    let is_known = |id: &SourceId<'_>| {
        !analysis.index.citing(*id).is_empty() || !analysis.library.sidecars(analysis, id.id).is_empty()
    };
    if let Some(id) = kinds.with_id(named).find(is_known) {
        return Some(id);
    }
    if let Some(found) = kinds.in_address(named) {
        let id = SourceId { kind: found.kind, id: named.get(found.id)? };
        return is_known(&id).then_some(id);
    }
    analysis.index.facts(analysis.index.note(named)?)?.video()
}

/// Of the sources `ids` those whose ids are nearest to `wanted`, at most `limit`: first those that hold it.
pub fn nearest_sources<'i>(ids: &[SourceId<'i>], wanted: &str, limit: usize) -> Vec<&'i str> {
    let lower = wanted.to_ascii_lowercase();
    let holds = |id: &&str| !lower.is_empty() && id.to_ascii_lowercase().contains(&lower);
    let ids = || ids.iter().map(|id| id.id);
    let mut near: Vec<&str> = ids().filter(holds).take(limit).collect();
    let others = nearest::nearest(wanted, ids().filter(|id| !holds(id)).map(|id| (id, id)), limit);
    near.extend(others.into_iter().map(|(id, _)| id).take(limit - near.len()));
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VAULT: &str = "\
//- a.md
---
videoId: twD4yMo0n-1
---
It rises [00:04:32].
//- b.md
[x](https://youtu.be/L0ngitud3-H?t=5) [y](https://youtu.be/linkedonly1)
//- B3nf0rd-Law.srt
00:00:01,000 --> 00:00:02,000
x
";

    fn names<'i>(ids: &[SourceId<'i>]) -> Vec<&'i str> {
        ids.iter().map(|id| id.id).collect()
    }

    #[test]
    fn sources_are_those_that_notes_cite() {
        let fixture = Fixture::new(VAULT);
        let listed = source_ids(&fixture.analysis);
        assert_eq!(names(&listed), ["L0ngitud3-H", "twD4yMo0n-1"]);
        assert_eq!(names(&ids(&fixture.analysis, true)), ["L0ngitud3-H", "linkedonly1", "twD4yMo0n-1"]);
        let near = nearest_sources(&listed, "twd4ymoon-1", 3);
        assert_eq!(near, ["twD4yMo0n-1"]);
        assert_eq!(nearest_sources(&listed, "TWD4", 3), ["twD4yMo0n-1"]);
        assert_eq!(nearest_sources(&listed, "", 3), [""; 0]);
    }

    #[test]
    fn a_source_is_named_by_id_address_or_note() {
        let fixture = Fixture::new(VAULT);
        for (named, id) in [
            ("twD4yMo0n-1", Some("twD4yMo0n-1")),
            ("linkedonly1", Some("linkedonly1")),
            ("B3nf0rd-Law", Some("B3nf0rd-Law")),
            ("https://www.youtube.com/watch?v=twD4yMo0n-1&t=3s", Some("twD4yMo0n-1")),
            ("https://youtu.be/nobodyknows", None),
            ("https://example.org/", None),
            ("a.md", Some("twD4yMo0n-1")),
            ("b.md", None),
            ("gone.md", None),
            ("", None),
        ] {
            assert_eq!(source_named(&fixture.analysis, named).map(|id| id.id), id, "{named}");
        }
    }

    #[test]
    fn minutes_written_as_hours_count_as_minutes() {
        let fixture = Fixture::new(
            "//- a.md\n---\nvideoId: twD4yMo0n-1\n---\n[00:05:10] [05:08:00]\n//- twD4yMo0n-1.info.json\n{\"duration\": 600}\n",
        );
        let found = source_summary(&fixture.analysis, SourceId { kind: 0, id: "twD4yMo0n-1" });
        assert_eq!((found.citations, found.covered, found.covered_percent), (2, 62, Some(10)));
    }
}
