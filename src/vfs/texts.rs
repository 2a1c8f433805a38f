use std::sync::Arc;

use super::{Content, FileReader, Root};
use crate::ide::Texts;
use crate::text::uri_of_path;

/// The files of a vault on the disk, as the features see them.
#[derive(Clone, Debug)]
pub struct DiskTexts {
    root: Arc<Root>,
    max_file_size: u64,
}

impl DiskTexts {
    /// The files under `root`; those above `max_file_size` bytes are not read.
    pub fn new(root: Arc<Root>, max_file_size: u64) -> Self {
        Self { root, max_file_size }
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

    fn read(&self, path: &str) -> Option<Arc<str>> {
        match FileReader::new().read(&self.root, path, self.max_file_size) {
            Ok(Content::Text(text)) => Some(text.into()),
            Ok(Content::TooLarge(_)) | Err(_) => None,
        }
    }

    fn uri(&self, path: &str) -> String {
        uri_of_path(&self.root.path().join(path))
    }

    fn creatable(&self, path: &str) -> bool {
        self.root.creatable(path).is_some_and(|place| place.symlink_metadata().is_err())
    }
}
