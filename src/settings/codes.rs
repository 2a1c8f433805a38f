use std::fmt;
use std::str::FromStr;

/// How grave a finding is, gravest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Something is certainly wrong.
    Error,
    /// Something is probably wrong.
    Warning,
    /// Worth knowing.
    Information,
    /// Could be better.
    Hint,
    /// Not reported.
    Off,
}

impl Severity {
    /// All of them, gravest first.
    pub const ALL: [Severity; 5] = [Self::Error, Self::Warning, Self::Information, Self::Hint, Self::Off];

    /// Its name in settings and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name() == name)
            .ok_or_else(|| format!("`{name}` is no severity; use error, warning, information, hint or off"))
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $doc:literal;)*) => {
        /// What a diagnostic is about; docs/diagnostics.md explains each.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $(#[doc = $doc] $variant,)*
        }

        impl Code {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Code] = &[$(Self::$variant),*];

            /// Its name in settings, comments and output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// Its severity where nothing else is set.
            pub fn default_severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// When it is reported, in a sentence.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc),* }
            }
        }
    };
}

codes! {
    BrokenLink "broken-link" Warning "The link leads to no note.";
    BrokenHeading "broken-heading" Warning "The note is there, the heading is not.";
    BrokenBlock "broken-block" Warning "The note is there, the block id is not.";
    BrokenFile "broken-file" Warning "The linked attachment or other file is not there.";
    AmbiguousLink "ambiguous-link" Information "Two notes answer to this link equally well.";
    InexactLink "inexact-link" Hint "The link is found only by its slug, a title or an alias: Obsidian or a site generator would miss it.";
    UnclosedLink "unclosed-link" Warning "A `[[` without its `]]`.";
    EmptyLink "empty-link" Warning "A link without a target.";
    UnescapedPipe "unescaped-pipe" Warning "A `|` of a link in a table cell that other programs take for the cell's end.";
    DuplicateSlug "duplicate-slug" Information "Two notes in one folder have one slug.";
    MalformedTimestamp "malformed-timestamp" Warning "A timestamp that is not written as players read it.";
    MismatchedTimestamp "mismatched-timestamp" Warning "A timestamp whose label names another time than its link.";
    TimestampWithoutSource "timestamp-without-source" Warning "The note has timestamps but names no video.";
    BareTimestamp "bare-timestamp" Hint "A time in brackets that is not yet a timestamp.";
    FencedNote "fenced-note" Information "The whole note is inside one code fence.";
    FrontMatter "front-matter" Error "The front matter is not valid YAML, or a value is of the wrong kind.";
    DuplicateBlock "duplicate-block" Warning "Two blocks of the note have one id.";
    DuplicateFootnote "duplicate-footnote" Warning "Two definitions of one footnote.";
    UndefinedFootnote "undefined-footnote" Warning "A footnote without a definition.";
    UnknownCode "unknown-code" Hint "A `slugline: allow` comment names a code that does not exist.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.name() == name)
            .ok_or_else(|| format!("`{name}` is no code of slugline"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own() {
        for &code in Code::ALL {
            assert_eq!(code.name().parse(), Ok(code));
        }
    }
}
