//! Where the page is that explains the diagnostics, so that an editor can lead to it. The program is published
//! with it, and no address on the web is known.

use std::path::{Path, PathBuf};

use tower_lsp_server::ls_types::Uri;

use crate::lsp::uri_of;

/// The page: beside the program, where packages put documentation, or in the sources that it was built from.
pub(super) fn diagnostics_page() -> Option<Uri> {
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent);
    let installed = folder.into_iter().flat_map(|folder| {
        [folder.join("diagnostics.md"), folder.join("../share/doc/slugline/diagnostics.md")]
    });
    let sources = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md"));
    let page = installed.chain([sources]).find(|page| page.is_file())?;
    uri_of(&page)
}
