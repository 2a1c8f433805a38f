use std::borrow::Cow;
use std::sync::Arc;

use super::read::Stamp;
use super::{Content, FileReader, Root, sidecars};
use crate::ide::Texts;
use crate::sources::{Shelf, Sidecar};
use crate::text::{Span, uri_below, uri_of_path};

/// The files of a vault on the disk, as the features see them.
#[derive(Clone, Debug)]
pub struct DiskTexts {
    root: Arc<Root>,
    /// Its address.
    uri: Arc<str>,
    max_file_size: u64,
}

impl DiskTexts {
    /// The files under `root`; those above `max_file_size` bytes are not read.
    pub fn new(root: Arc<Root>, max_file_size: u64) -> Self {
        Self { uri: uri_of_path(root.path()).into(), root, max_file_size }
    }
}

impl DiskTexts {
    /// The folder that a sidecar may not lead out of.
    fn root_of(&self, place: &Sidecar) -> Cow<'_, Root> {
        match place {
            Sidecar::Vault(_) => Cow::Borrowed(&self.root),
            Sidecar::Folder(folder, _) => Cow::Owned(Root::loose(folder)),
        }
    }
}

impl Texts for DiskTexts {
    fn exists(&self, path: &str) -> bool {
        // Most that is asked for is not there, and one look at the place says so; where it leads is
        // found out segment by segment.
        let is_there = self.root.join(path).is_some_and(|place| place.symlink_metadata().is_ok());
        is_there && self.root.existing(path).is_some_and(|place| place.is_file())
    }

    fn is_folder(&self, path: &str) -> bool {
        self.root.existing(path).is_some_and(|place| place.is_dir())
    }

    fn below(&self, folder: &str, most: usize) -> Vec<String> {
        let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
        // Folders are entries too: of a tree without files there is an end.
        let mut left = most;
        while let Some(folder) = folders.pop() {
            let entries = self.root.existing(&folder).and_then(|place| place.read_dir().ok());
            for entry in entries.into_iter().flatten().flatten() {
                let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else {
                    continue;
                };
                let Some(rest) = left.checked_sub(1) else { return files };
                left = rest;
                let path = format!("{folder}/{name}");
                match kind.is_dir() {
                    true => folders.push(path),
                    false => files.push(path),
                }
            }
        }
        files
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        match FileReader::new().read(&self.root, path, self.max_file_size) {
            Ok(Content::Text(text)) => Some(text.into()),
            Ok(Content::TooLarge(_)) | Err(_) => None,
        }
    }

    fn read_part(&self, path: &str, part: Span) -> Option<Arc<str>> {
        match FileReader::new().read_part(&self.root, path, part, self.max_file_size) {
            Ok(Content::Text(text)) => Some(text.into()),
            Ok(Content::TooLarge(_)) | Err(_) => None,
        }
    }

    fn uri(&self, path: &str) -> String {
        uri_below(&self.uri, path)
    }

    fn stamp(&self, place: &Sidecar) -> Option<u64> {
        let root = self.root_of(place);
        let metadata = root.existing(place.path())?.metadata().ok()?;
        metadata.is_file().then(|| Stamp::new(&metadata).get())
    }

    fn read_sidecar(&self, place: &Sidecar, max: u64) -> Result<(Arc<str>, u64), String> {
        let mut reader = FileReader::new();
        match reader.read_stamped(&self.root_of(place), place.path(), max) {
            Ok((Content::Text(text), stamp)) => Ok((text.into(), stamp.get())),
            Ok((Content::TooLarge(len), _)) => {
                Err(format!("its {len} bytes are more than the {max} that are read"))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn sidecar_uri(&self, place: &Sidecar) -> String {
        match place {
            Sidecar::Vault(path) => self.uri(path),
            Sidecar::Folder(folder, path) => uri_of_path(&folder.join(&**path)),
        }
    }

    fn shelf(&self, folders: &[String], before: &Arc<Shelf>) -> (Arc<Shelf>, Vec<String>) {
        sidecars::shelf(&self.root, folders, before)
    }

    fn creatable(&self, path: &str) -> bool {
        self.root.creatable(path).is_some_and(|place| place.symlink_metadata().is_err())
    }
}
