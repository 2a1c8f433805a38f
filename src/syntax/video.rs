//! Addresses of videos on YouTube: which video, from which second.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::Span;

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static VIDEO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^ (?:https?:)? // (?:www\.|m\.|music\.)?
        (?: youtu\.be/
          | youtube(?:-nocookie)?\.com/ (?: (?:embed|shorts|live|v)/ | watch/?\? (?:[^\#]*?&(?:amp;)?)?? v= ) )
        ([A-Za-z0-9_-]+)",
    )
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static START: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[?&#;](?:t|start)=(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,7})s?)?(?:&|#|$)").unwrap()
});

/// The id of the video that the address at `destination` names, and the second, if it names one.
pub(super) fn read(text: &str, destination: Span) -> Option<(Span, Option<u32>)> {
    let address = destination.of(text);
    let id = VIDEO.captures(address)?.get(1)?;
    let group = |captures: &regex::Captures<'_>, n: usize| {
        captures.get(n).and_then(|m| m.as_str().parse::<u32>().ok())
    };
    let moment = START.captures(address).and_then(|captures| {
        let (h, m, s) = (group(&captures, 1), group(&captures, 2), group(&captures, 3));
        (h.is_some() || m.is_some() || s.is_some())
            .then(|| h.unwrap_or(0) * 3600 + m.unwrap_or(0) * 60 + s.unwrap_or(0))
    });
    let start = destination.start();
    Some((Span::new(start + id.start(), start + id.end()), moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_video_and_second() {
        for (address, expected) in [
            ("https://youtu.be/PdiSU9-Fge4?t=62", Some(("PdiSU9-Fge4", Some(62)))),
            ("https://youtu.be/PdiSU9-Fge4?si=x&t=62s", Some(("PdiSU9-Fge4", Some(62)))),
            ("https://www.youtube.com/watch?v=PdiSU9-Fge4&t=1h2m3s", Some(("PdiSU9-Fge4", Some(3723)))),
            ("https://m.youtube.com/watch?app=x&v=PdiSU9-Fge4", Some(("PdiSU9-Fge4", None))),
            ("https://www.youtube.com/watch?t=2m&amp;v=PdiSU9-Fge4", Some(("PdiSU9-Fge4", Some(120)))),
            ("http://www.youtube.com/watch?t=2m&v=PdiSU9-Fge4", Some(("PdiSU9-Fge4", Some(120)))),
            ("https://www.youtube-nocookie.com/embed/PdiSU9-Fge4?start=9", Some(("PdiSU9-Fge4", Some(9)))),
            ("https://youtu.be/PdiSU9-Fge4#t=9", Some(("PdiSU9-Fge4", Some(9)))),
            ("https://youtu.be/PdiSU9-Fge4?t=", Some(("PdiSU9-Fge4", None))),
            ("https://www.youtube.com/@channel", None),
            ("https://example.org/youtu.be/x", None),
        ] {
            let span = Span::new(0, address.len());
            let found = read(address, span).map(|(id, moment)| (id.of(address), moment));
            assert_eq!(found, expected, "{address}");
        }
    }
}
