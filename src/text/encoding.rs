/// The unit in which a client counts columns (LSP `PositionEncodingKind`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: the protocol's default.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// How many units `c` takes.
    pub fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// How many units `text` takes.
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|c| self.width(c)).sum(),
        }
    }

    /// Bytes taken by the characters that begin before column `units` of a line whose characters
    /// (without its line end) are `line`. A column past the end gives the end, as the LSP has it; a
    /// column inside a character gives that character's start.
    pub(super) fn bytes_before(self, line: impl Iterator<Item = char>, units: usize) -> usize {
        let (mut seen, mut bytes) = (0, 0);
        for c in line {
            seen += self.width(c);
            if seen > units {
                break;
            }
            bytes += c.len_utf8();
        }
        bytes
    }
}
