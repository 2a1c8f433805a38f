//! Paths as `file:` URIs and back, as editors spell them, of every system: decided by the text, so that all of
//! it is tested on each.
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but what RFC 3986 leaves unreserved, and the separators.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How a system writes paths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum System {
    /// `/folder/file`.
    Unix,
    /// `C:\folder\file` and `\\server\share\file`.
    Windows,
}

const THIS: System = if cfg!(windows) { System::Windows } else { System::Unix };

/// The `file:` URI of an absolute path. What is not Unicode in it becomes U+FFFD.
pub fn uri_of_path(path: &Path) -> String {
    uri_of(&path.to_string_lossy(), THIS)
}

/// The URI of a file, by that of a folder and its path below it, with `/`.
pub fn uri_below(folder: &str, path: &str) -> String {
    let mut uri = String::with_capacity(folder.len() + 1 + path.len());
    uri.push_str(folder);
    if !folder.ends_with('/') {
        uri.push('/');
    }
    uri.extend(utf8_percent_encode(path, ESCAPED));
    uri
}

/// The absolute path of a `file:` URI; `None` where it is none (`untitled:`, `git:`, …).
pub fn path_of_uri(uri: &str) -> Option<PathBuf> {
    path_of(uri, THIS).map(PathBuf::from)
}

fn uri_of(path: &str, system: System) -> String {
    let encoded = |path: &str| utf8_percent_encode(path, ESCAPED).to_string();
    if system == System::Unix {
        return format!("file://{}", encoded(path));
    }
    let path = path.replace('\\', "/");
    // What the system itself calls a path may begin with `\\?\`.
    let (path, is_share) = match path.strip_prefix("//?/") {
        Some(verbatim) => match verbatim.strip_prefix("UNC/") {
            Some(share) => (share, true),
            None => (verbatim, false),
        },
        None => path.strip_prefix("//").map_or((&*path, false), |share| (share, true)),
    };
    if is_share {
        return format!("file://{}", encoded(path));
    }
    // As VS Code spells it: `file:///c%3A/folder`.
    match drive(path) {
        Some((drive, rest)) => format!("file:///{}%3A{}", drive.to_ascii_lowercase(), encoded(rest)),
        None => format!("file:///{}", encoded(path.trim_start_matches('/'))),
    }
}

fn path_of(uri: &str, system: System) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (host, path) = (decoded(host), decoded(path));
    if !path.starts_with('/') || path.contains('\0') {
        return None;
    }
    if system == System::Unix {
        // A host can only be this one: the system has no other way to write it.
        return Some(path);
    }
    let path = path.replace('\\', "/");
    let path = if host.is_empty() || host.eq_ignore_ascii_case("localhost") {
        let (drive, rest) = drive(path.strip_prefix('/')?)?;
        let root = if rest.is_empty() { "/" } else { "" };
        format!("{}:{root}{rest}", drive.to_ascii_uppercase())
    } else {
        format!("//{host}{path}")
    };
    Some(path.replace('/', "\\"))
}

/// The letter of a path's drive, and what follows its colon; some write `|` for that.
fn drive(path: &str) -> Option<(char, &str)> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    let rest = chars.as_str().strip_prefix([':', '|'])?;
    (rest.is_empty() || rest.starts_with('/')).then_some((letter, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_uri() {
        use System::{Unix, Windows};
        for (system, path, uri) in [
            (Unix, "/v/a b.md", "file:///v/a%20b.md"),
            (Unix, "/v/é [x]#?%.md", "file:///v/%C3%A9%20%5Bx%5D%23%3F%25.md"),
            (Unix, r"/v/a\b:c.md", "file:///v/a%5Cb%3Ac.md"),
            // macOS may take names apart: the letter and its accent.
            (Unix, "/Users/me/e\u{301}.md", "file:///Users/me/e%CC%81.md"),
            (Windows, r"C:\notes\a b.md", "file:///c%3A/notes/a%20b.md"),
            (Windows, r"\\?\C:\notes\é.md", "file:///c%3A/notes/%C3%A9.md"),
            (Windows, r"\\server\share\a b.md", "file://server/share/a%20b.md"),
            (Windows, r"\\?\UNC\server\share\a.md", "file://server/share/a.md"),
            (Windows, r"\\wsl$\Ubuntu\home\a.md", "file://wsl%24/Ubuntu/home/a.md"),
            (Windows, r"\\wsl.localhost\Ubuntu\a.md", "file://wsl.localhost/Ubuntu/a.md"),
        ] {
            assert_eq!(uri_of(path, system), uri, "{path}");
            let without = path.strip_prefix(r"\\?\UNC").map(|share| format!(r"\{share}"));
            let without = without.unwrap_or_else(|| path.trim_start_matches(r"\\?\").to_owned());
            assert_eq!(path_of(uri, system).as_deref(), Some(&*without), "{uri}");
        }
    }

    #[test]
    fn a_file_is_below_its_folder() {
        for (folder, path) in [("/v é", "a b/c[1].md"), ("/", "a.md"), ("/v", "é.md")] {
            let whole = uri_of_path(&Path::new(folder).join(path));
            assert_eq!(uri_below(&uri_of_path(Path::new(folder)), path), whole);
        }
    }

    #[test]
    fn a_uri_is_read_as_any_editor_spells_it() {
        use System::{Unix, Windows};
        for (system, uri, path) in [
            (Unix, "FILE:///v/%c3%a9.md", Some("/v/é.md")),
            (Unix, "file:/v/a.md", Some("/v/a.md")),
            (Unix, "file://localhost/v/a.md", Some("/v/a.md")),
            (Unix, "file:///v/a.md?x#L3", Some("/v/a.md")),
            (Unix, "file:///c%3A/a.md", Some("/c:/a.md")),
            (Unix, "file:///v/a%00.md", None),
            (Unix, "file:a.md", None),
            (Unix, "file://v", None),
            (Unix, "untitled:Untitled-1", None),
            (Unix, "git:/v/a.md?ref", None),
            (Windows, "file:///c%3A/notes/a.md", Some(r"C:\notes\a.md")),
            (Windows, "file:///c%3a/notes/a.md", Some(r"C:\notes\a.md")),
            (Windows, "file:///C:/notes/a.md", Some(r"C:\notes\a.md")),
            (Windows, "file:///c|/notes/a.md", Some(r"C:\notes\a.md")),
            (Windows, "file://localhost/C:/a.md", Some(r"C:\a.md")),
            (Windows, "file:///c%3A", Some(r"C:\")),
            (Windows, "file://server/share/a.md", Some(r"\\server\share\a.md")),
            (Windows, "file://wsl%24/Ubuntu/a.md", Some(r"\\wsl$\Ubuntu\a.md")),
            (Windows, "file:///notes/a.md", None),
            (Windows, "file:///cc:/a.md", None),
            (Windows, "untitled:Untitled-1", None),
        ] {
            assert_eq!(path_of(uri, system).as_deref(), path, "{uri}");
        }
    }
}
