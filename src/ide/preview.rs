//! A note as a markdown preview shows it, which knows no wikilinks, embeds and timestamps: what stands for each there.
//!
//! Inline HTML rather than markdown: it reads the same in tables, headings and blocks of HTML, and lines stay where they
//! are. Text of notes goes in as character references, so that nothing of it is live.
use std::cell::Cell;
use std::path::Path;

use super::definition::section;
use super::document_link::shown;
use super::excerpt::BlockKind;
use super::markdown::{Markdown, MarkdownView};
use super::{Analysis, Document, excerpt, prose, spelling, video};
use crate::index::{AnchorOutcome, Anchors, NoteId, Resolution, Wanted, github_anchors};
use crate::syntax::{Link, LinkKind, Timestamp, is_time};
use crate::text::Span;

/// Characters of a note that an embed shows.
const EMBEDDED: usize = 1_000;

/// Embeds whose notes are read; more are links.
const EMBEDS: usize = 50;

/// File name extensions of what a preview shows as a picture.
const PICTURES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp"];

/// What the preview of a note has instead of each wikilink, embed and timestamp; in the order of the text.
pub fn preview(analysis: &Analysis, note: NoteId, document: &Document) -> Vec<(Span, String)> {
    let page = Page { analysis, note, document, embeds: Cell::new(0) };
    let front = document.note.front_matter.as_ref().map_or(0, |front| front.span.end());
    let links = document.note.links.iter().filter(|link| link.is_wiki() && link.span.start() >= front);
    let links = links.filter_map(|link| Some((link.span, page.link(link)?)));
    let times = document.note.timestamps.iter().filter_map(|it| Some((it.span, page.timestamp(it)?)));
    let mut edits: Vec<_> = analysis.index.cancel().over(links.chain(times)).collect();
    edits.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    // A timestamp in the alias of a link goes with the link.
    let mut behind = 0;
    edits.retain(|(span, _)| {
        let is_free = span.start() >= behind;
        behind = behind.max(span.end());
        is_free
    });
    edits
}

struct Page<'a> {
    analysis: &'a Analysis,
    note: NoteId,
    document: &'a Document,
    /// How many embeds have been read.
    embeds: Cell<usize>,
}

impl Page<'_> {
    fn link(&self, link: &Link) -> Option<String> {
        let text = &self.document.text;
        let found = self.analysis.resolve_wanted(self.note, &Wanted::of(link, text));
        let name = link.shown().of(text).replace("\\|", "|");
        if found.is_broken() {
            let target = link.target.of(text);
            let title = attribute(&format!("Not found: {target}"));
            // A time in brackets is a timestamp, or nothing.
            return (link.anchor.is_some() || !is_time(target)).then(|| {
                format!("<span class=\"slugline-missing\" title=\"{title}\">{}</span>", inline(&name))
            });
        }
        let (path, anchor) = self.destination(link, &found)?;
        let href = attribute(&format!("{path}{anchor}"));
        if link.kind == LinkKind::Embed {
            if let Some(target) = found.note() {
                let title = inline(self.analysis.index.title(target));
                let text = self.embedded(link, target);
                return Some(format!(
                    "<span class=\"slugline-embed\"><a href=\"{href}\">{title}</a>{text}</span>"
                ));
            }
            let extension = Path::new(found.attachment.as_deref()?).extension()?.to_str()?.to_lowercase();
            if PICTURES.contains(&&*extension) {
                return Some(self.picture(link, &path));
            }
        }
        Some(format!("<a class=\"slugline-link\" href=\"{href}\">{}</a>", inline(&name)))
    }

    /// Where a link leads, from the note's folder, percent-encoded; and the anchor as previews have it.
    fn destination(&self, link: &Link, found: &Resolution) -> Option<(String, String)> {
        let index = &self.analysis.index;
        let Some(target) = found.note() else {
            let path = spelling::destination(index.path(self.note), found.attachment.as_deref()?);
            return Some((path, String::new()));
        };
        let path = match target == self.note {
            true => String::new(),
            false => spelling::destination(index.path(self.note), index.path(target)),
        };
        let heading = self.heading(link, target).and_then(|at| github_anchors(index.facts(target)?).nth(at));
        let anchor = heading.map_or_else(String::new, |anchor| format!("#{}", spelling::encoded(&anchor)));
        Some((path, anchor))
    }

    /// The heading that a link names.
    fn heading(&self, link: &Link, target: NoteId) -> Option<usize> {
        let anchor = link.anchor.as_ref()?;
        let facts = self.analysis.index.facts(target)?;
        let name = link.anchor_text(&self.document.text)?;
        match Anchors::new(facts).resolve(&name, anchor.block, false) {
            AnchorOutcome::Heading(at) => Some(at),
            _ => None,
        }
    }

    /// The beginning of a note or section, one line of HTML.
    fn embedded(&self, link: &Link, target: NoteId) -> String {
        if self.embeds.replace(self.embeds.get().saturating_add(1)) >= EMBEDS {
            return String::new();
        }
        let Some(document) = self.analysis.document(target) else { return String::new() };
        let front = document.note.front_matter.as_ref().map_or(0, |front| front.span.end());
        let all = Span::new(front, document.text.len());
        let part = self.heading(link, target).and_then(|at| {
            let facts = self.analysis.index.facts(target)?;
            section(facts, at, &document).map(|(_, section)| section)
        });
        let mut left = EMBEDDED;
        let mut html = String::new();
        // The heading of a section is in its link.
        let blocks = excerpt::blocks(&document, part.unwrap_or(all)).into_iter();
        for block in blocks.skip_while(|block| block.kind == BlockKind::Heading) {
            let plain = block.plain();
            let cut = prose::cut(&plain, left);
            html.push_str("<br>");
            html.push_str(&inline(cut.and_then(|cut| plain.get(..cut)).unwrap_or(&plain)));
            if cut.is_some() {
                html.push_str(" …");
                break;
            }
            left = left.saturating_sub(plain.chars().count());
        }
        html
    }

    /// A picture; an alias that is a size is one, as in Obsidian.
    fn picture(&self, link: &Link, path: &str) -> String {
        let alias = link.alias.map_or("", |alias| alias.of(&self.document.text));
        let (width, height) = alias.split_once('x').map_or((alias, None), |(w, h)| (w, Some(h)));
        let is_number =
            |it: &str| !it.is_empty() && it.len() < 6 && it.bytes().all(|byte| byte.is_ascii_digit());
        let is_size = is_number(width) && height.is_none_or(is_number);
        let alt = if is_size { "" } else { alias };
        let mut html = format!("<img src=\"{}\" alt=\"{}\"", attribute(path), attribute(alt));
        if is_size {
            html.push_str(&format!(" width=\"{width}\""));
            if let Some(height) = height {
                html.push_str(&format!(" height=\"{height}\""));
            }
        }
        html + ">"
    }

    /// A timestamp that opens its video.
    fn timestamp(&self, timestamp: &Timestamp) -> Option<String> {
        let seconds = timestamp.moment?;
        let id = self.document.video()?;
        let url = attribute(&video::url(self.analysis, id, seconds)?);
        let label = shown(&self.document.text, timestamp).of(&self.document.text);
        let label = label.trim_matches(['[', ']']);
        Some(format!("<a class=\"slugline-timestamp\" href=\"{url}\">{}</a>", inline(label)))
    }
}

/// Text between tags: character references for all that markdown or HTML would read.
fn inline(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A pipe would end the cell of a table.
    Markdown::new().text(&one_line).to_commonmark(MarkdownView::Rendered).replace('|', "&#124;")
}

/// Text of an attribute between double quotes; in a table as well.
fn attribute(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    html_escape::encode_double_quoted_attribute(&text).replace('|', "&#124;").replace('`', "&#96;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let fixture = Fixture::new(source);
        let note = fixture.note("note.md");
        let document = fixture.analysis.document(note).unwrap();
        let mut text = document.text.to_string();
        for (span, new) in preview(&fixture.analysis, note, &document).into_iter().rev() {
            text.replace_range(span.start()..span.end(), &new);
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn links_lead_to_notes() {
        check(
            "//- note.md\n[[big topic]] [[Big Topic#The End|the *end*]] [[gone|x]] `[[big topic]]` [[#Own]]\n\
             | [[big topic\\|a \"b\"]] |\n# Own\n//- in/big_topic.md\n## The End\n",
            "<a class=\"slugline-link\" href=\"in/big_topic.md\">big topic</a> \
             <a class=\"slugline-link\" href=\"in/big_topic.md#the-end\">the &#42;end&#42;</a> \
             <span class=\"slugline-missing\" title=\"Not found: gone\">x</span> `[[big topic]]` \
             <a class=\"slugline-link\" href=\"#own\">Own</a>\n\
             | <a class=\"slugline-link\" href=\"in/big_topic.md\">a \"b\"</a> |\n# Own\n",
        );
    }

    #[test]
    fn embeds_are_shown() {
        check(
            "//- note.md\n![[other#Part]] ![[p.png|300]] ![[p.png]]\n//- other.md\n# Other\n## Part\n\
             One *two* <script>\n\nThree [[note]].\n## Next\n//- p.png\n",
            "<span class=\"slugline-embed\"><a href=\"other.md#part\">Other</a><br>One two<br>Three note.</span> \
             <img src=\"p.png\" alt=\"\" width=\"300\"> <img src=\"p.png\" alt=\"\">\n",
        );
    }

    /// Each embed is a note to read, so a note of nothing but embeds shows the first ones.
    #[test]
    fn embeds_are_bounded() {
        let embeds = "![[other]] ".repeat(EMBEDS + 9);
        let fixture = Fixture::new(&format!("//- note.md\n{embeds}\n//- other.md\nInside\n"));
        let note = fixture.note("note.md");
        let document = fixture.analysis.document(note).unwrap();
        let shown = preview(&fixture.analysis, note, &document);
        assert_eq!(shown.len(), EMBEDS + 9);
        assert_eq!(shown.iter().filter(|(_, html)| html.contains("Inside")).count(), EMBEDS);
    }

    #[test]
    fn timestamps_open_the_video() {
        check(
            "//- note.md\n---\nvideoId: PdiSU9-Fge4\nx: \"[[note]]\"\n---\n\
             So <a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>.\n",
            "---\nvideoId: PdiSU9-Fge4\nx: \"[[note]]\"\n---\n\
             So <a class=\"slugline-timestamp\" href=\"https://www.youtube.com/watch?v=PdiSU9-Fge4&amp;t=272s\">\
             00:04:32</a>.\n",
        );
    }

    /// Whatever a name holds, it ends neither its tag nor its cell, and is no markup.
    #[test]
    fn text_of_notes_is_text() {
        check(
            "//- note.md\n[[a|<img src=x onerror=y>]] [[x\"><b>|`y`]]\n//- a.md\n",
            "<a class=\"slugline-link\" href=\"a.md\">&lt;img src=x onerror=y></a> \
             <span class=\"slugline-missing\" title=\"Not found: x&quot;&gt;&lt;b&gt;\">&#96;y&#96;</span>\n",
        );
    }
}
