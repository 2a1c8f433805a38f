//! Kinds of sources: how each names, finds and plays what notes cite.
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use regex::{Regex, RegexBuilder};

use super::name::is_recording;

/// What an id may hold within an address.
const ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same where folders stay apart.
const PATH: &AsciiSet = &ID.remove(b'/');

/// Bytes of the longest id. Whoever writes longer ones means something else.
const LONGEST_ID: usize = 200;
/// Bytes of a pattern or a template.
const LONGEST: usize = 1000;
/// Bytes of a compiled pattern.
const MOST_PATTERN_BYTES: usize = 1 << 19;
/// Keys, and forms of links, of one kind.
const MOST: usize = 32;
/// Kinds of sources, the built-in one included.
pub const MOST_KINDS: usize = 64;

/// The name of the built-in kind.
pub const YOUTUBE: &str = "youtube";

/// A source that notes cite: its kind's number in [`SourceKinds`], and its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId<'s> {
    /// The number of the kind.
    pub kind: u8,
    /// The id, which has the form of its kind's ids.
    pub id: &'s str,
}

/// What a kind of sources is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// Front-matter keys that hold an id of it, in order of precedence.
    pub keys: Vec<String>,
    /// A regular expression for all of an id.
    pub id: String,
    /// Where a source plays: an address on the web, or a path in the vault. `{id}` is the id, `{path}` the same
    /// with its slashes, `{seconds}` the time.
    pub url: String,
    /// The address of a picture of it, `https` only.
    pub thumbnail: Option<String>,
    /// The address of a page that plays it in a frame, likewise; `{seconds}` is the time.
    pub embed: Option<String>,
    /// Regular expressions for the beginning of addresses that lead to one; `{id}` stands for the id. `None`: as
    /// `url` begins.
    pub links: Option<Vec<String>>,
}

/// A kind of sources.
#[derive(Clone)]
pub struct SourceKind {
    definition: Definition,
    id: Regex,
    links: Vec<Regex>,
}

impl PartialEq for SourceKind {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl Eq for SourceKind {}

impl fmt::Debug for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// What cannot be a kind: the part of the [`Definition`], and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidKind {
    /// `keys`, `id`, `url`, `thumbnail`, `embed` or `links`.
    pub part: &'static str,
    /// What is wrong and what is expected.
    pub message: String,
}

/// Where a source plays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// An address on the web, `http` or `https`.
    Web(String),
    /// A recording in the vault, relative to it, and what stands behind the `#` of its address.
    File(String, String),
}

impl Address {
    fn on_web(self) -> Option<String> {
        match self {
            Self::Web(address) => Some(address),
            Self::File(..) => None,
        }
    }
}

/// An address of a source that a markdown link has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The kind's number.
    pub kind: u8,
    /// Where the id stands in the address.
    pub id: Range<usize>,
    /// Seconds from its start, where the address names them.
    pub moment: Option<u32>,
}

/// The kinds of sources that there are, by number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceKinds {
    kinds: Vec<Arc<SourceKind>>,
}

#[expect(clippy::unwrap_used, reason = "literal patterns, compiled by the tests")]
static BUILT_IN: LazyLock<Arc<SourceKind>> =
    LazyLock::new(|| Arc::new(SourceKind::new(SourceKind::youtube()).unwrap()));

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static START: LazyLock<Regex> = LazyLock::new(|| {
    // Not `\d`: digits of all scripts would take a quarter of a megabyte.
    Regex::new(
        r"(?x) [?&\#;] (?:t|start|at|time|seconds)= (?:npt:)?
        (?: (?:([0-9]{1,3})h)? (?:([0-9]{1,4})m)? (?:([0-9]{1,7})(?:\.[0-9]+)?s?)?
          | (?:([0-9]{1,3}):)? ([0-9]{1,4}) : ([0-9]{2}) (?:\.[0-9]+)? )
        (?:,[^&\#]*)? (?:&|\#|$)",
    )
    .unwrap()
});

impl SourceKind {
    /// What YouTube is made of.
    pub fn youtube() -> Definition {
        const SITE: &str = r"(?:https?:)?//(?:www\.|m\.|music\.)?";
        Definition {
            name: YOUTUBE.to_owned(),
            keys: vec!["videoId".to_owned()],
            id: "[A-Za-z0-9_-]{1,64}".to_owned(),
            url: "https://www.youtube.com/watch?v={id}&t={seconds}s".to_owned(),
            thumbnail: Some("https://i.ytimg.com/vi/{id}/mqdefault.jpg".to_owned()),
            embed: Some(
                "https://www.youtube-nocookie.com/embed/{id}?start={seconds}&enablejsapi=1".to_owned(),
            ),
            links: Some(vec![
                format!(r"{SITE}youtu\.be/{{id}}"),
                format!(r"{SITE}youtube(?:-nocookie)?\.com/(?:embed|shorts|live|v)/{{id}}"),
                format!(r"{SITE}youtube(?:-nocookie)?\.com/watch/?\?(?:[^#]*?&(?:amp;)?)??v={{id}}"),
            ]),
        }
    }

    /// Checks a definition.
    ///
    /// # Errors
    /// When a pattern or a template cannot be used: the first such part.
    pub fn new(definition: Definition) -> Result<Self, InvalidKind> {
        let wrong = |part, message: String| InvalidKind { part, message };
        let keys = &definition.keys;
        if keys.len() > MOST || keys.iter().any(|key| key.is_empty() || key.len() > LONGEST_ID) {
            return Err(wrong("keys", "expected a list of keys, such as [\"episode\"]".to_owned()));
        }
        let id = compile(&definition.id, "", "").map_err(|why| wrong("id", why))?;
        check_url(&definition.url).map_err(|why| wrong("url", why))?;
        if let Some(thumbnail) = &definition.thumbnail {
            let is_safe = thumbnail.starts_with("https://") && !thumbnail.contains("{seconds}");
            let checked = if is_safe { check_url(thumbnail) } else { Err(String::new()) };
            checked
                .map_err(|_| wrong("thumbnail", "expected an https address with {id} in it".to_owned()))?;
        }
        if let Some(embed) = &definition.embed {
            let checked = if embed.starts_with("https://") { check_url(embed) } else { Err(String::new()) };
            checked.map_err(|_| wrong("embed", "expected an https address with {id} in it".to_owned()))?;
        }
        let derived = derived(&definition.url);
        let links = definition.links.as_deref().unwrap_or(derived.as_slice());
        if links.len() > MOST {
            return Err(wrong("links", format!("more than {MOST} forms of links")));
        }
        let links = links.iter().map(|link| {
            let (before, behind) = link
                .split_once("{id}")
                .filter(|(_, behind)| !behind.contains("{id}"))
                .ok_or_else(|| format!("`{link}` has to contain {{id}} once"))?;
            compile(&definition.id, before, behind).map_err(|why| format!("`{link}`: {why}"))
        });
        let links = links.collect::<Result<_, _>>().map_err(|why| wrong("links", why))?;
        Ok(Self { definition, id, links })
    }

    /// What it is made of.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Whether no setting has made it another than [`SourceKind::youtube`], but for its keys.
    pub fn is_built_in(&self) -> bool {
        let youtube = Self::youtube();
        self.definition == Definition { keys: self.definition.keys.clone(), ..youtube }
    }

    /// Whether `id` has the form of its ids.
    pub fn matches(&self, id: &str) -> bool {
        let is_file = !is_on_web(&self.definition.url);
        let is_path = |id: &str| id.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let as_path = is_file || self.definition.url.contains("{path}");
        !id.is_empty()
            && id.len() <= LONGEST_ID
            && !id.contains(char::is_control)
            && self.id.is_match(id)
            && (!as_path || is_path(id))
            && (!is_file || is_recording(id) && !id.contains(['\\', ':']))
    }

    fn named(&self, address: &str) -> Option<Range<usize>> {
        let found = self.links.iter().find_map(|link| link.captures(address)?.name("id"))?;
        self.matches(found.as_str()).then(|| found.range())
    }

    fn filled(&self, template: &str, id: &str, seconds: u32) -> Option<Address> {
        if !self.matches(id) {
            return None;
        }
        let seconds = seconds.to_string();
        // The id comes last: nothing in it is filled in.
        if is_on_web(template) {
            let encoded = utf8_percent_encode(id, ID).to_string();
            let path = utf8_percent_encode(id, PATH).to_string();
            let filled = template.replace("{seconds}", &seconds);
            return Some(Address::Web(filled.replace("{id}", &encoded).replace("{path}", &path)));
        }
        let (path, fragment) = template.split_once('#').unwrap_or((template, ""));
        let path = path.replace("{id}", "{path}").replace("{path}", id);
        Some(Address::File(path, fragment.replace("{seconds}", &seconds)))
    }
}

impl Default for SourceKinds {
    fn default() -> Self {
        Self { kinds: vec![Arc::clone(&BUILT_IN)] }
    }
}

impl SourceKinds {
    /// The built-in kind, by `keys` and with another address where that is set, and `others` behind it. One of
    /// these that is called [`YOUTUBE`] takes its place.
    pub fn new(keys: &[String], url: Option<&str>, others: &[Arc<SourceKind>]) -> Self {
        let mut first = Arc::clone(&BUILT_IN);
        if first.definition.keys != keys || url.is_some_and(|url| url != first.definition.url) {
            let mut own = SourceKind::clone(&first);
            own.definition.keys = keys.to_vec();
            if let Some(url) = url.filter(|url| *url != own.definition.url) {
                // Another site has other ids, and other pictures and frames.
                let definition = Definition {
                    id: ".+".to_owned(),
                    url: url.to_owned(),
                    thumbnail: None,
                    embed: None,
                    links: None,
                    ..own.definition.clone()
                };
                if let Ok(other) = SourceKind::new(definition) {
                    own = Self::beside_youtube(other, &own);
                }
            }
            first = Arc::new(own);
        }
        let is_first = |kind: &&Arc<SourceKind>| kind.definition.name == YOUTUBE;
        let first = others.iter().find(is_first).unwrap_or(&first);
        let rest = others.iter().filter(|kind| !is_first(kind)).take(MOST_KINDS - 1);
        Self { kinds: std::iter::once(first).chain(rest).cloned().collect() }
    }

    /// The kind of another site, with which links to YouTube go too.
    fn beside_youtube(mut other: SourceKind, youtube: &SourceKind) -> SourceKind {
        other.links.extend(youtube.links.iter().cloned());
        other
    }

    /// The kind with this number.
    pub fn get(&self, kind: u8) -> Option<&SourceKind> {
        self.kinds.get(usize::from(kind)).map(|kind| &**kind)
    }

    /// All kinds, by number.
    pub fn all(&self) -> impl Iterator<Item = (u8, &SourceKind)> {
        (0u8..).zip(self.kinds.iter().map(|kind| &**kind))
    }

    /// The front-matter keys that hold an id, in order of precedence. A key of several kinds is there several
    /// times.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().flat_map(|kind| &kind.definition.keys).map(String::as_str)
    }

    /// The key that a note without a source should have.
    pub fn first_key(&self) -> &str {
        self.keys().next().unwrap_or("videoId")
    }

    /// The key that holds an id of the kind with this number.
    pub fn key_of(&self, kind: u8) -> &str {
        let own = self.get(kind).and_then(|kind| kind.definition.keys.first());
        own.map_or_else(|| self.first_key(), String::as_str)
    }

    /// Whether a front-matter key holds an id. Case does not count.
    pub fn is_key(&self, key: &str) -> bool {
        self.keys().any(|own| own.eq_ignore_ascii_case(key))
    }

    /// The kind of source that has `value` under this key, and the rank of the key; the kind is `None` where the
    /// value has the form of none.
    pub fn of_value(&self, key: &str, value: &str) -> Option<(usize, Option<u8>)> {
        let mut rank = 0;
        let mut first = None;
        for (number, kind) in self.all() {
            for own in &kind.definition.keys {
                if own.eq_ignore_ascii_case(key) {
                    if kind.matches(value) {
                        return Some((rank, Some(number)));
                    }
                    first.get_or_insert(rank);
                }
                rank += 1;
            }
        }
        first.map(|rank| (rank, None))
    }

    /// The sources that an id may be of, one of each kind whose ids have its form.
    pub fn with_id<'s>(&self, id: &'s str) -> impl Iterator<Item = SourceId<'s>> {
        self.all().filter(move |(_, kind)| kind.matches(id)).map(move |(kind, _)| SourceId { kind, id })
    }

    /// The source that the address of a markdown link leads to.
    pub fn in_address(&self, address: &str) -> Option<Named> {
        let (kind, id) = self.all().find_map(|(number, kind)| Some((number, kind.named(address)?)))?;
        Some(Named { kind, id, moment: moment(address) })
    }

    /// Where a source plays from `seconds` on; `None` where the id has not the form of its kind's.
    pub fn address(&self, source: SourceId<'_>, seconds: u32) -> Option<Address> {
        let kind = self.get(source.kind)?;
        kind.filled(&kind.definition.url, source.id, seconds)
    }

    /// The address of a picture of a source, where its kind has one.
    pub fn thumbnail(&self, source: SourceId<'_>) -> Option<String> {
        let kind = self.get(source.kind)?;
        kind.filled(kind.definition.thumbnail.as_deref()?, source.id, 0)?.on_web()
    }

    /// The address of a page that plays a source in a frame from `seconds` on, likewise.
    pub fn embed(&self, source: SourceId<'_>, seconds: u32) -> Option<String> {
        let kind = self.get(source.kind)?;
        kind.filled(kind.definition.embed.as_deref()?, source.id, seconds)?.on_web()
    }

    /// What decides how notes read by it: only where something plays, or its picture, does not.
    pub(crate) fn reading(&self) -> impl PartialEq + fmt::Debug + use<> {
        let read = |kind: &SourceKind| {
            let Definition { keys, id, .. } = kind.definition.clone();
            let is_file = !is_on_web(&kind.definition.url);
            let links: Vec<_> = kind.links.iter().map(|link| link.as_str().to_owned()).collect();
            (keys, id, links, is_file, kind.definition.url.contains("{path}"))
        };
        self.kinds.iter().map(|kind| read(kind)).collect::<Vec<_>>()
    }
}

/// The second that an address names: `?t=62`, `&t=1h2m3s`, `#t=1:02`, `#t=62.5,70`.
fn moment(address: &str) -> Option<u32> {
    let captures = START.captures(address)?;
    let group = |n: usize| captures.get(n).and_then(|found| found.as_str().parse::<u32>().ok());
    let [h, m, s] =
        if group(5).is_some() { [group(4), group(5), group(6)] } else { [group(1), group(2), group(3)] };
    let is_named = h.is_some() || m.is_some() || s.is_some();
    is_named.then(|| h.unwrap_or(0) * 3600 + m.unwrap_or(0) * 60 + s.unwrap_or(0))
}

fn is_on_web(template: &str) -> bool {
    template.starts_with("https://") || template.starts_with("http://")
}

/// The pattern of an id, for all of a text or between what stands around it at the beginning of an address.
fn compile(id: &str, before: &str, behind: &str) -> Result<Regex, String> {
    let build = |pattern: &str| {
        let mut builder = RegexBuilder::new(pattern);
        builder.size_limit(MOST_PATTERN_BYTES).dfa_size_limit(MOST_PATTERN_BYTES).nest_limit(50);
        builder.case_insensitive(!before.is_empty()).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            error => {
                // Its last line says what is wrong, those before draw where.
                let error = error.to_string();
                let line = error.lines().last().unwrap_or_default();
                format!("not a regular expression: {}", line.strip_prefix("error: ").unwrap_or(line))
            }
        })
    };
    if id.is_empty() || id.len().max(before.len() + behind.len()) > LONGEST {
        return Err(format!("expected a regular expression of at most {LONGEST} bytes"));
    }
    // What stands around them closes none of their brackets.
    [id, before, behind].into_iter().try_for_each(|part| build(part).map(drop))?;
    if before.is_empty() && behind.is_empty() {
        build(&format!("^(?:{id})$"))
    } else {
        build(&format!("^(?:{before})(?P<id>{id})(?:{behind})(?:$|[^A-Za-z0-9_-])"))
    }
}

/// Checks where a source plays.
fn check_url(template: &str) -> Result<(), String> {
    let expected =
        "expected an http or https address with {id} in it, or a path in the vault with {path} in it";
    let bare = template.replace("{seconds}", "").replace("{id}", "").replace("{path}", "");
    let fills = template.contains("{id}") || template.contains("{path}");
    if !fills || template.len() > LONGEST || template.contains(char::is_control) {
        return Err(expected.to_owned());
    }
    if bare.contains(['{', '}']) {
        return Err("only {id}, {path} and {seconds} are filled in".to_owned());
    }
    if let Some(rest) = template.strip_prefix("https://").or_else(|| template.strip_prefix("http://")) {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return if host.is_empty() || host.contains(['{', '@', '\\']) {
            Err("the id must not decide which site is opened".to_owned())
        } else {
            Ok(())
        };
    }
    let (path, fragment) = template.split_once('#').unwrap_or((template, ""));
    let inside =
        !path.contains([':', '\\', '?']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let is_filled = path.contains("{id}") || path.contains("{path}");
    if inside
        && is_filled
        && !path.contains("{seconds}")
        && !fragment.contains("{id}")
        && !fragment.contains("{path}")
    {
        Ok(())
    } else {
        Err(expected.to_owned())
    }
}

/// The form of link that leads where a source plays: as its address begins, up to what follows the id. None of
/// recordings in the vault: a link to a file is one.
fn derived(url: &str) -> Vec<String> {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Vec::new();
    };
    let found = ["{id}", "{path}"].into_iter().find_map(|slot| rest.split_once(slot));
    let Some((before, behind)) = found.filter(|(before, _)| !before.contains(['{'])) else {
        return Vec::new();
    };
    let behind = behind.split(['?', '&', '#', '{']).next().unwrap_or_default();
    vec![format!("(?:https?:)?//{}{{id}}{}", regex::escape(before), regex::escape(behind))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, id: &str, url: &str) -> Definition {
        Definition {
            name: name.to_owned(),
            keys: vec![name.to_owned()],
            id: id.to_owned(),
            url: url.to_owned(),
            thumbnail: None,
            embed: None,
            links: None,
        }
    }

    fn kinds() -> SourceKinds {
        let all = [
            kind("media", ".+", "{path}#t={seconds}"),
            kind("podcast", "[a-z0-9-]+", "https://cdn.example.org/show/{id}.mp3#t={seconds}"),
            kind("vimeo", r"\d{1,12}", "https://vimeo.com/{id}#t={seconds}s"),
        ];
        let all = all.map(|definition| Arc::new(SourceKind::new(definition).unwrap()));
        SourceKinds::new(&["videoId".to_owned()], None, &all)
    }

    #[test]
    fn addresses_name_source_and_second() {
        let kinds = kinds();
        for (address, expected) in [
            ("https://youtu.be/PdiSU9-Fge4?t=62", Some(("youtube", "PdiSU9-Fge4", Some(62)))),
            ("https://youtu.be/PdiSU9-Fge4?si=x&t=62s", Some(("youtube", "PdiSU9-Fge4", Some(62)))),
            (
                "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=1h2m3s",
                Some(("youtube", "PdiSU9-Fge4", Some(3723))),
            ),
            ("https://m.youtube.com/watch?app=x&v=PdiSU9-Fge4", Some(("youtube", "PdiSU9-Fge4", None))),
            (
                "https://www.youtube.com/watch?t=2m&amp;v=PdiSU9-Fge4",
                Some(("youtube", "PdiSU9-Fge4", Some(120))),
            ),
            ("http://www.youtube.com/watch?t=2m&v=PdiSU9-Fge4", Some(("youtube", "PdiSU9-Fge4", Some(120)))),
            (
                "HTTPS://WWW.YouTube-nocookie.com/embed/PdiSU9-Fge4?start=9",
                Some(("youtube", "PdiSU9-Fge4", Some(9))),
            ),
            ("https://youtube.com/shorts/PdiSU9-Fge4", Some(("youtube", "PdiSU9-Fge4", None))),
            ("https://youtu.be/PdiSU9-Fge4#t=9", Some(("youtube", "PdiSU9-Fge4", Some(9)))),
            ("https://youtu.be/PdiSU9-Fge4?t=", Some(("youtube", "PdiSU9-Fge4", None))),
            ("https://www.youtube.com/@channel", None),
            ("https://example.org/youtu.be/x", None),
            ("https://vimeo.com/76979871#t=62s", Some(("vimeo", "76979871", Some(62)))),
            ("//vimeo.com/76979871", Some(("vimeo", "76979871", None))),
            ("https://vimeo.com/76979871abc", None),
            ("https://vimeo.com/about", None),
            ("https://vimeoxcom/1", None),
            ("https://cdn.example.org/show/ep-12.mp3#t=90", Some(("podcast", "ep-12", Some(90)))),
            ("https://cdn.example.org/show/ep-12.mp3#t=1:02:03", Some(("podcast", "ep-12", Some(3723)))),
            (
                "https://cdn.example.org/show/ep-12.mp3#t=npt:02:03.5,130",
                Some(("podcast", "ep-12", Some(123))),
            ),
            ("https://cdn.example.org/show/ep-12.mp3#t=62.9,70", Some(("podcast", "ep-12", Some(62)))),
            ("https://cdn.example.org/show/EP-12.mp3", None),
            ("https://cdn.example.org/show/../ep-12.mp3", None),
            ("media/talk.mp4#t=5", None),
        ] {
            let found = kinds.in_address(address).map(|named| {
                let name = &*kinds.get(named.kind).unwrap().definition().name;
                (name, &address[named.id], named.moment)
            });
            assert_eq!(found, expected, "{address}");
        }
    }

    #[test]
    fn what_is_no_id_has_no_address() {
        let kinds = kinds();
        let web = |address: &str| Some(Address::Web(address.to_owned()));
        let address = |name: &str, id| {
            let kind = kinds.all().find(|(_, kind)| kind.definition.name == name).unwrap().0;
            kinds.address(SourceId { kind, id }, 62)
        };
        assert_eq!(
            address("youtube", "PdiSU9-Fge4"),
            web("https://www.youtube.com/watch?v=PdiSU9-Fge4&t=62s")
        );
        assert_eq!(address("podcast", "ep-12"), web("https://cdn.example.org/show/ep-12.mp3#t=62"));
        assert_eq!(address("vimeo", "76979871"), web("https://vimeo.com/76979871#t=62s"));
        let file = Some(Address::File("media/my talk.mp4".to_owned(), "t=62".to_owned()));
        assert_eq!(address("media", "media/my talk.mp4"), file);
        for (name, id) in [
            ("youtube", ""),
            ("youtube", "a b"),
            ("youtube", "PdiSU9-Fge4\n"),
            ("youtube", "x&list=y"),
            ("youtube", "{seconds}"),
            ("youtube", "\u{202e}x"),
            ("vimeo", "1/../2"),
            ("podcast", "../../secret"),
            ("media", "../talk.mp4"),
            ("media", "/etc/talk.mp4"),
            ("media", "a/./talk.mp4"),
            ("media", "run.sh"),
            ("media", "run.desktop#x.mp4/"),
            ("media", "http://x/talk.mp4"),
            ("media", "C:\\talk.mp4"),
        ] {
            assert_eq!(address(name, id), None, "{name} {id:?}");
        }
        assert_eq!(kinds.address(SourceId { kind: 200, id: "x" }, 0), None);
        let long = "x".repeat(LONGEST_ID + 1);
        assert_eq!(address("podcast", &long), None);
    }

    #[test]
    fn a_frame_plays_ids_alone_and_only_where_its_kind_has_one() {
        let embed = |kinds: &SourceKinds, id| kinds.embed(SourceId { kind: 0, id }, 62);
        let youtube = SourceKinds::default();
        let address = "https://www.youtube-nocookie.com/embed/PdiSU9-Fge4?start=62&enablejsapi=1";
        assert_eq!(embed(&youtube, "PdiSU9-Fge4").as_deref(), Some(address));
        for id in ["", "a b", "x?autoplay=1", "../x", "\"><script>", "{seconds}"] {
            assert_eq!(embed(&youtube, id), None, "{id}");
        }
        assert!(youtube.get(0).unwrap().is_built_in());
        let keys = ["video".to_owned()];
        assert!(SourceKinds::new(&keys, None, &[]).get(0).unwrap().is_built_in());
        let other = SourceKinds::new(&keys, Some("https://p/{id}"), &[]);
        assert_eq!(embed(&other, "PdiSU9-Fge4"), None);
        assert!(!other.get(0).unwrap().is_built_in());
        let vimeo = Definition {
            embed: Some("https://player.vimeo.com/video/{id}#t={seconds}s".to_owned()),
            ..kind("youtube", r"\d+", "https://vimeo.com/{id}")
        };
        let vimeo = SourceKinds::new(&keys, None, &[Arc::new(SourceKind::new(vimeo).unwrap())]);
        assert_eq!(embed(&vimeo, "12").as_deref(), Some("https://player.vimeo.com/video/12#t=62s"));
        assert!(!vimeo.get(0).unwrap().is_built_in());
    }

    #[test]
    fn an_id_is_written_into_an_address_as_text() {
        let kinds = SourceKinds::new(&["id".to_owned()], Some("https://p/{id}/{path}?{seconds}"), &[]);
        let address = |id| kinds.address(SourceId { kind: 0, id }, 7);
        let web = |address: &str| Some(Address::Web(address.to_owned()));
        assert_eq!(
            address("a b/\u{e9}?#{x}"),
            web("https://p/a%20b%2F%C3%A9%3F%23%7Bx%7D/a%20b/%C3%A9%3F%23%7Bx%7D?7")
        );
        assert_eq!(address("{seconds}"), web("https://p/%7Bseconds%7D/%7Bseconds%7D?7"));
        assert_eq!(address("{path}"), web("https://p/%7Bpath%7D/%7Bpath%7D?7"));
        assert_eq!(address("a/../b"), None);
    }

    #[test]
    fn a_definition_that_cannot_be_used_is_refused() {
        let wrong = |definition: Definition| SourceKind::new(definition).unwrap_err();
        let of_id = |id: &str| wrong(kind("k", id, "https://x/{id}"));
        let message = |id: &str| (of_id(id).part, of_id(id).message);
        assert_eq!(message("("), ("id", "not a regular expression: unclosed group".to_owned()));
        assert_eq!(of_id("a)|(b").part, "id");
        assert_eq!(message(r"\w{1000}{1000}"), ("id", "the pattern is too large".to_owned()));
        assert_eq!(of_id("").part, "id");
        for url in [
            "",
            "https://x/",
            "javascript:{id}",
            "command:{id}",
            "file:///{id}",
            "https://{id}/",
            "https://a@{id}.org/",
            "https://x/{id}{other}",
            "/etc/{path}",
            "../{path}",
            "a/../{path}",
            "{path}?{seconds}",
            "a.mp4#{path}",
            "https://x/{id}\n",
        ] {
            assert_eq!(wrong(kind("k", ".+", url)).part, "url", "{url}");
        }
        for thumbnail in ["http://x/{id}", "https://x/", "javascript:{id}", "https://{id}", "{path}.jpg"] {
            let definition =
                Definition { thumbnail: Some(thumbnail.to_owned()), ..kind("k", ".+", "https://x/{id}") };
            assert_eq!(wrong(definition).part, "thumbnail", "{thumbnail}");
        }
        for embed in ["http://x/{id}", "https://x/", "javascript:{id}", "https://{id}", "https://a@x/{id}"] {
            let definition =
                Definition { embed: Some(embed.to_owned()), ..kind("k", ".+", "https://x/{id}") };
            assert_eq!(wrong(definition).part, "embed", "{embed}");
        }
        for links in
            [vec!["https://x/"], vec!["{id}{id}"], vec!["({id})"], vec!["(?P<id>x){id}"], vec!["{id}"; 33]]
        {
            let links = Some(links.into_iter().map(str::to_owned).collect());
            let definition = Definition { links, ..kind("k", ".+", "https://x/{id}") };
            assert_eq!(wrong(definition.clone()).part, "links", "{definition:?}");
        }
    }

    #[test]
    fn the_first_key_whose_value_is_an_id_counts() {
        let kinds = kinds();
        assert_eq!(kinds.keys().collect::<Vec<_>>(), ["videoId", "media", "podcast", "vimeo"]);
        assert_eq!(kinds.of_value("VIDEOID", "x"), Some((0, Some(0))));
        assert_eq!(kinds.of_value("vimeo", "12"), Some((3, Some(3))));
        assert_eq!(kinds.of_value("vimeo", "x"), Some((3, None)));
        assert_eq!(kinds.of_value("title", "x"), None);
        assert_eq!(kinds.with_id("12").map(|source| source.kind).collect::<Vec<_>>(), [0, 2, 3]);
    }
}
