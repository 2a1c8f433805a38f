//! What captions beside notes cost: `cargo bench --bench sources`. It prints
//!
//! - hovers on timestamps whose captions were read before, and on the first timestamp of a video of three hours;
//! - memory of a vault of 750,000 citations, and of the same without one;
//! - how long a vault is read with 6,000 captions and metadata beside its notes, and without.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program of its own, not the server"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use slugline::ide::{self, Cursor};
use slugline::vault::Vault;

/// Notes, each of a video of its own.
const NOTES: usize = 12_500;
/// Timestamps of a note.
const CITATIONS: usize = 60;
/// Videos of three hours.
const LONG: usize = 20;
/// Videos with captions and metadata.
const VIDEOS: usize = 3_000;
/// Runs of a reading; the middle one counts.
const RUNS: usize = 7;

const THREE_HOURS: usize = 3 * 3600;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if let Some(folder) = arguments.next() {
        return resident(Path::new(&folder));
    }
    let home = tempfile::tempdir().unwrap();
    let [plain, cited, both] = ["plain", "cited", "both"].map(|name| home.path().join(name));
    write_notes(&plain, false);
    write_notes(&cited, true);
    write_notes(&both, true);
    write_sidecars(&both);

    let [without, with] = [&plain, &cited].map(|folder| child(folder));
    let citations = NOTES * CITATIONS;
    let each = with.saturating_sub(without) as f64 / citations as f64;
    println!(
        "memory: {} MB without citations, {} MB with {citations}: {each:.1} bytes each",
        without >> 20,
        with >> 20
    );

    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        for (folder, times) in [&cited, &both].into_iter().zip(&mut times) {
            let start = Instant::now();
            drop(Vault::load(folder, &|_, _| {}).unwrap());
            times.push(start.elapsed());
        }
    }
    let [without, with] = times.map(|times| at(times, 50));
    println!("start: {without:.0?} with {NOTES} notes, {with:.0?} with {} sidecars too", 2 * VIDEOS);

    let vault = Vault::load(&both, &|_, _| {}).unwrap().vault;
    hovers(&vault);
}

/// Times hovers in the vault that has captions.
fn hovers(vault: &Vault) {
    let analysis = vault.snapshot();
    let mut first = Vec::new();
    for n in 0..LONG {
        let note = analysis.index.note(&format!("long{n}.md")).unwrap();
        let document = analysis.document(note).unwrap();
        let offset = document.note.timestamps[0].span.start() + 1;
        let start = Instant::now();
        let shown = ide::hover(&analysis, Cursor { note, offset }).unwrap();
        first.push(start.elapsed());
        assert!(shown.markdown.to_plain_text().contains("word"), "captions are shown");
    }
    println!("first hover, three hours of json3: {}", spread(first));
    let mut again = Vec::new();
    for round in 0..3 {
        for n in 0..LONG {
            let note = analysis.index.note(&format!("long{n}.md")).unwrap();
            again.extend(hover_all(&analysis, note).filter(|_| round > 0));
        }
        for n in 0..200 {
            let note = analysis.index.note(&format!("{}/n{n}.md", n % 100)).unwrap();
            again.extend(hover_all(&analysis, note).filter(|_| round > 0));
        }
    }
    println!("hover, captions seen before: {} ({} hovers)", spread(again.clone()), again.len());
}

/// The times of hovers over all timestamps of a note.
fn hover_all(analysis: &ide::Analysis, note: slugline::index::NoteId) -> impl Iterator<Item = Duration> {
    let document = analysis.document(note).unwrap();
    let times: Vec<_> = document
        .note
        .timestamps
        .iter()
        .map(|timestamp| {
            let at = Cursor { note, offset: timestamp.span.start() + 1 };
            let start = Instant::now();
            ide::hover(analysis, at).unwrap();
            start.elapsed()
        })
        .collect();
    times.into_iter()
}

fn at(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn spread(times: Vec<Duration>) -> String {
    format!(
        "p50 {:.2?}, p99 {:.2?}, most {:.2?}",
        at(times.clone(), 50),
        at(times.clone(), 99),
        at(times, 100)
    )
}

fn id(n: usize) -> String {
    format!("v{n:05}-_xyz")
}

/// Sentences with a timestamp each, or with a time that is none.
fn write_notes(folder: &Path, cited: bool) {
    for n in 0..NOTES {
        let mut text = format!("---\ntitle: Note {n}\nvideoId: {}\n---\n", id(n % VIDEOS));
        for claim in 0..CITATIONS {
            let second = (n * 7 + claim * 61) % 3600;
            let time = format!("00:{:02}:{:02}", second / 60, second % 60);
            let stamp = match cited {
                true => format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>"),
                false => format!("<b class=\"xx-xxxxxxxxx\" xxxx-x=\"{time}\">({time})</b>"),
            };
            let _ = writeln!(text, "What is said of the topic there, in some words {stamp}.\n");
        }
        let place = folder.join((n % 100).to_string());
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(format!("n{n}.md")), text).unwrap();
    }
}

/// Captions and metadata of the videos, and long ones with their notes.
fn write_sidecars(folder: &Path) {
    let captions = folder.join("captions");
    fs::create_dir_all(&captions).unwrap();
    for n in 0..VIDEOS {
        let mut vtt = "WEBVTT\n\n".to_owned();
        for cue in (0..3600).step_by(4) {
            let clock = |s: usize| format!("{:02}:{:02}:{:02}.000", s / 3600, s / 60 % 60, s % 60);
            let _ =
                write!(vtt, "{} --> {}\nwords of cue {cue}, said in a video\n\n", clock(cue), clock(cue + 4));
        }
        fs::write(captions.join(format!("Title [{}].en.vtt", id(n))), vtt).unwrap();
        let about =
            format!("{{\"title\": \"Video {n}\", \"channel\": \"C\", \"duration\": 3600, \"chapters\": []}}");
        fs::write(captions.join(format!("Title [{}].info.json", id(n))), about).unwrap();
    }
    for n in 0..LONG {
        let id = format!("long{n:03}_xyz");
        let mut json = "{\"events\": [".to_owned();
        for second in (0..THREE_HOURS).step_by(2) {
            let at = second * 1000;
            let comma = if second == 0 { "" } else { ",\n" };
            let _ = write!(
                json,
                "{comma}{{\"tStartMs\": {at}, \"dDurationMs\": 4000, \"wWinId\": 1, \"segs\": ["
            );
            for word in 0..6 {
                let comma = if word == 0 { "" } else { "," };
                let _ = write!(
                    json,
                    "{comma}{{\"utf8\": \" word{}\", \"tOffsetMs\": {}, \"acAsrConf\": 0}}",
                    second * 3 + word,
                    word * 300
                );
            }
            json.push_str("]}");
        }
        json.push_str("]}");
        fs::write(captions.join(format!("{id}.en.json3")), json).unwrap();
        let mut text = format!("---\nvideoId: {id}\n---\n");
        for second in (0..THREE_HOURS).step_by(180) {
            let _ = writeln!(
                text,
                "A claim [{:02}:{:02}:{:02}].\n",
                second / 3600,
                second / 60 % 60,
                second % 60
            );
        }
        fs::write(folder.join(format!("long{n}.md")), text).unwrap();
    }
}

/// The resident memory of a process that has read this folder, in bytes.
fn child(folder: &Path) -> usize {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).arg(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Prints that memory, where the system tells it.
fn resident(folder: &Path) {
    let loaded = Vault::load(folder, &|_, _| {}).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok()).unwrap_or(0);
    println!("{}", kilobytes << 10);
    drop(loaded);
}
