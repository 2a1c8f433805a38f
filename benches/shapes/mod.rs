//! Texts in which one or two pieces of syntax come again and again.
#![allow(dead_code, reason = "the unit tests need only a part")]
use std::fmt;

/// Bytes of the texts that are compared: n, 4 n and 16 n.
pub(crate) const LENGTHS: [usize; 3] = [1 << 11, 1 << 13, 1 << 15];

/// What texts are made of; `№` is another number each time. The first [`STRUCTURAL`] open, close or
/// continue something.
const PIECES: &[&str] = &[
    "[[",
    "]",
    "[",
    "]]",
    "- ",
    "> ",
    "=\n",
    "[a]: b\n",
    "`",
    "<a x=\"",
    "](",
    "|",
    "\n",
    "$",
    "%%",
    "<",
    "*",
    "<!--",
    "# ",
    "[^a]: ",
    "![[",
    "![",
    "(",
    ")",
    "]: ",
    "``",
    "$$",
    "-->",
    ">",
    "<a>",
    "</a>",
    "<pre>",
    "</pre>",
    "<![CDATA[",
    "]]>",
    "<?",
    "<x@y.z>",
    "**",
    "_",
    "~~",
    "~",
    "\\",
    "!",
    "&amp;",
    "&",
    "1. ",
    "1) ",
    "+ ",
    "- [ ] ",
    "\n\n",
    "\r",
    "\r\n",
    "---\n",
    "|-|\n",
    "|a|b|\n|-|-|\n",
    "```\n",
    "~~~",
    "[^a]",
    "[a]",
    "[a][b]",
    "[a](b)",
    "[[x]]",
    "[[x|y]]",
    "[[x#y]]",
    "![[x",
    "#tag",
    "^id",
    "{#id}",
    "00:01:02",
    "[00:01:02]",
    "[00:01:02](",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">",
    "slugline: allow ",
    "<!-- slugline: allow broken-link -->",
    "From: ",
    "a: ",
    "\"",
    "'",
    "{",
    "}",
    "{{",
    ",",
    "\t",
    "    ",
    "  ",
    " ",
    "a",
    "1",
    "\u{e9}",
    "\u{1f600}",
    "\0",
    "[[|",
    "[[a|",
    "[[x№]] ",
    "#tag№ ",
    "[^n№] ",
    "[^n№]: x\n",
    "x ^id№\n\n",
    "# h№\n",
    "[[#h№]] ",
    "[r№]: x\n",
    "[r№] ",
    "t№,",
    "- t№\n",
    "k№: v\n",
    "<b id=\"i№\">",
    "[x](y№.md) ",
    "h {#e№}\n=\n",
];
const STRUCTURAL: usize = 10;

/// How two pieces `a` and `b` make a text.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `abab`
    Repeated,
    /// `aabb`
    Nested,
    /// `ab` on lines of their own.
    Lines,
    /// `aa`, and `b` on lines below.
    Above,
}

const FORMS: [Form; 4] = [Form::Repeated, Form::Nested, Form::Lines, Form::Above];

/// Where the text stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Body,
    /// In a note with a video, behind a character of several bytes.
    WithVideo,
    FrontMatter,
    Tags,
}

/// A text that can be made at any length.
pub(crate) struct Shape {
    place: Place,
    form: Form,
    a: usize,
    b: Option<usize>,
}

/// Every shape there is.
pub(crate) fn all() -> Vec<Shape> {
    let mut shapes = Vec::new();
    let places = [Place::Body, Place::WithVideo, Place::FrontMatter, Place::Tags];
    for place in places {
        for a in 0..PIECES.len() {
            shapes.extend([Form::Repeated, Form::Lines].map(|form| Shape { place, form, a, b: None }));
        }
    }
    for place in [Place::Body, Place::FrontMatter] {
        for form in FORMS {
            for a in 0..PIECES.len() {
                let others = (0..PIECES.len()).filter(|&b| b != a);
                shapes.extend(others.map(|b| Shape { place, form, a, b: Some(b) }));
            }
        }
    }
    shapes
}

impl Shape {
    fn pieces(&self) -> (&'static str, &'static str) {
        (PIECES[self.a], self.b.map_or("", |b| PIECES[b]))
    }

    /// Whether it is one of the few that every run of the tests looks at.
    pub(crate) fn is_quick(&self) -> bool {
        match self.b {
            None => self.form == Form::Repeated && matches!(self.place, Place::Body | Place::Tags),
            Some(b) => {
                let nested = matches!(self.form, Form::Nested | Form::Above);
                self.place == Place::Body && self.a < STRUCTURAL && b < STRUCTURAL && nested
            }
        }
    }

    /// About `length` bytes of it.
    pub(crate) fn text(&self, length: usize) -> String {
        let (a, b) = self.pieces();
        let (before, behind) = match self.place {
            Place::Body => ("", ""),
            Place::WithVideo => ("---\nvideoId: x\n---\n\u{1f600}", ""),
            Place::FrontMatter => ("---\n", "\n---\n"),
            Place::Tags => ("---\ntags: [", "]\n---\n"),
        };
        let half = |piece: &str| piece.repeat(length / 2 / piece.len());
        let body = match self.form {
            Form::Repeated => [a, b].concat().repeat(length / (a.len() + b.len())),
            Form::Lines => format!("{a}{b}\n").repeat(length / (a.len() + b.len() + 1)),
            Form::Nested => half(a) + &half(b),
            Form::Above => half(a) + "\n" + &half(&format!("{b}\n")),
        };
        let mut text = before.to_owned();
        for (number, part) in body.split('№').enumerate() {
            if number > 0 {
                text += &number.to_string();
            }
            text += part;
        }
        text + behind
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = self.pieces();
        match self.place {
            Place::Body => {}
            Place::WithVideo => f.write_str("with a video, ")?,
            Place::FrontMatter => f.write_str("front matter of ")?,
            Place::Tags => f.write_str("tags of ")?,
        }
        match (self.form, self.b) {
            (Form::Repeated, None) => write!(f, "{a:?}"),
            (Form::Repeated, Some(_)) => write!(f, "{a:?} {b:?}"),
            (Form::Nested, _) => write!(f, "{a:?}\u{2026} {b:?}\u{2026}"),
            (Form::Lines, None) => write!(f, "lines of {a:?}"),
            (Form::Lines, Some(_)) => write!(f, "lines of {a:?} {b:?}"),
            (Form::Above, _) => write!(f, "{a:?}\u{2026} above lines of {b:?}"),
        }
    }
}
