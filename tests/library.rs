//! What the README and `examples/` show of the library, as another program would use it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{self, Write};
use std::sync::mpsc;

#[path = "../examples/watch.rs"]
#[allow(dead_code, unreachable_pub, reason = "a program of its own")]
mod watch;

/// How long nothing may come before the test gives up: never a part of what is tested.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Gives each line to the test, as long as that listens.
struct Lines(mpsc::Sender<String>, String);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.push_str(std::str::from_utf8(bytes).unwrap());
        while let Some(end) = self.1.find('\n') {
            let rest = self.1.split_off(end + 1);
            let line = std::mem::replace(&mut self.1, rest);
            self.0.send(line.trim_end().to_owned()).map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_example_lists_broken_links_again_on_each_change() {
    let vault = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| std::fs::write(vault.path().join(path), text).unwrap();
    write("tides.md", "Spring tides follow the [[moon]].\n");
    write("sun.md", "See [[tides]].\n");
    let (lines, told) = mpsc::channel();
    let folder = vault.path().to_owned();
    let program = std::thread::spawn(move || {
        let _ = watch::run(&folder, &mut Lines(lines, String::new()));
    });
    // Each list until it is the wanted one: a file may be noticed in several steps.
    let until = |wanted: &[&str]| {
        let mut list: Vec<String> = Vec::new();
        loop {
            let line = told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {wanted:?} after {list:?}"));
            let ends = line.ends_with(" broken");
            list.push(line);
            if ends && list == wanted {
                return;
            }
            if ends {
                list.clear();
            }
        }
    };
    let moon = "tides.md:1:27: Note not found: `moon`";
    until(&[moon, "1 broken"]);
    write("moon.md", "# The moon\n");
    until(&["0 broken"]);
    std::fs::remove_file(vault.path().join("moon.md")).unwrap();
    until(&[moon, "1 broken"]);
    write(".slugline.toml", "severity = { broken-link = 'off' }\n");
    until(&["0 broken"]);
    write("more.txt", "[[moon]]\n");
    write(".slugline.toml", "extensions = ['md', 'txt']\n");
    until(&["more.txt:1:3: Note not found: `moon`", moon, "2 broken"]);
    drop(told);
    write("end.md", "");
    program.join().unwrap();
}
