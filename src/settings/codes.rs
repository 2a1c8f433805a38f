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
        Self::ALL.into_iter().find(|severity| severity.name() == name).ok_or_else(|| {
            format!("unknown severity `{name}`; expected error, warning, information, hint or off")
        })
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
    BrokenLink "broken-link" Warning "Link to a note that does not exist.";
    BrokenHeading "broken-heading" Warning "Link to a heading that does not exist in the note.";
    BrokenBlock "broken-block" Warning "Link to a block ID that does not exist in the note.";
    BrokenFile "broken-file" Warning "Link to an attachment or other file that does not exist.";
    AmbiguousLink "ambiguous-link" Information "Link that matches two or more notes equally well.";
    InexactLink "inexact-link" Hint "Link that resolves only by slug, title or alias; Obsidian and site generators may not follow it.";
    UnclosedLink "unclosed-link" Warning "`[[` without a closing `]]`.";
    EmptyLink "empty-link" Warning "A link without a target.";
    UnescapedPipe "unescaped-pipe" Warning "Unescaped `|` of a link in a table cell.";
    DuplicateSlug "duplicate-slug" Information "Two notes in the same folder with the same slug.";
    MalformedTimestamp "malformed-timestamp" Warning "Timestamp with an invalid time format.";
    MismatchedTimestamp "mismatched-timestamp" Warning "Timestamp whose label and `data-t` differ.";
    MinutesAsHours "minutes-as-hours" Warning "Timestamp past the end of the video that fits if its hours are minutes.";
    TimestampPastEnd "timestamp-past-end" Warning "Timestamp past the end of the video.";
    TimestampWithoutSource "timestamp-without-source" Warning "Timestamps in a note without a video ID.";
    UnsupportedClaim "unsupported-claim" Off "Claim that is not said near its timestamp, but elsewhere in the video.";
    BareTimestamp "bare-timestamp" Hint "Time in brackets that is not a timestamp link.";
    FencedNote "fenced-note" Information "The whole note is inside one code fence.";
    FrontMatter "front-matter" Error "Invalid YAML in the front matter, or a value of the wrong type.";
    DuplicateBlock "duplicate-block" Warning "Duplicate block ID in a note.";
    DuplicateFootnote "duplicate-footnote" Warning "Duplicate footnote definition.";
    UndefinedFootnote "undefined-footnote" Warning "Reference to an undefined footnote.";
    UnlinkedMention "unlinked-mention" Off "The name of a note in plain text, without a link.";
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
            .ok_or_else(|| format!("unknown diagnostic code `{name}`"))
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
