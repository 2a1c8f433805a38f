//! Which vaults the paths on the command line mean, and reading them.
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{FolderArgs, VaultArgs};
use super::progress::Progress;
use super::{Failure, complain};
use crate::ide::Analysis;
use crate::index::NoteId;
use crate::settings::{Code, Settings};
use crate::text::{Encoding, LineIndex, PathText, VaultPath, visible};
use crate::vault::{Cache, Depth, Folder, Limits, Loaded, Root, RootError, Vault};
use crate::vfs::{self, CONFIG_FILE, WatchError};

/// A vault, and the part of it that was asked for.
pub(super) struct Place {
    root: Arc<Root>,
    depth: Depth,
    /// Files and folders that were asked for, relative to the vault; an empty one is all of it.
    asked: Vec<String>,
    /// Files among them that were named, hence are notes.
    named: Vec<VaultPath>,
}

impl Place {
    /// The vaults of `paths`, in their order; of the current folder, where there are none.
    pub(super) fn all(paths: &[PathBuf]) -> Result<Vec<Self>, Failure> {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here } else { paths };
        let mut places: Vec<Self> = Vec::new();
        for path in paths {
            let place = Self::of(path)?;
            let same =
                |other: &&mut Self| other.root.real() == place.root.real() && other.depth == place.depth;
            match places.iter_mut().find(same) {
                Some(other) => {
                    other.asked.extend(place.asked);
                    other.named.extend(place.named);
                }
                None => places.push(place),
            }
        }
        Ok(places)
    }

    fn of(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let real = dunce::canonicalize(path).map_err(|error| {
            let what = match error.kind() {
                std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                _ => error.to_string(),
            };
            Failure::new(format!("cannot open {shown}: {what}"))
        })?;
        let failure = |error: RootError| Failure::new(error.to_string());
        if real.is_dir() {
            let root = match vault_of_folder(&real).map(|vault| Root::new(&vault)) {
                // A mark in `/` or the home folder makes no vault of all that is below.
                Some(Err(RootError::TooLarge(_))) | None => Root::new(&real).map_err(failure)?,
                Some(root) => root.map_err(failure)?,
            };
            let asked = relative(&root, &real)?;
            return Ok(Self {
                root: Arc::new(root),
                depth: Depth::All,
                asked: vec![asked],
                named: Vec::new(),
            });
        }
        if !real.is_file() {
            return Err(Failure::new(format!("{shown} is not a file or folder")));
        }
        let folder = real.parent().unwrap_or(&real);
        let (root, depth) = match vfs::vault_of(&real).map(|vault| Root::new(&vault)) {
            Some(Err(RootError::TooLarge(_))) | None => (Root::new(folder).map_err(failure)?, Depth::Folder),
            Some(root) => (root.map_err(failure)?, Depth::All),
        };
        let asked = relative(&root, &real)?;
        let named = vec![asked.as_str().into()];
        Ok(Self { root: Arc::new(root), depth, asked: vec![asked], named })
    }

    /// The folder of the vault.
    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The vault, as the way to its files.
    pub(super) fn vault(&self) -> &Root {
        &self.root
    }

    /// Whether the note at `path` was asked for.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.asked.iter().any(|asked| path.is_within(asked))
    }

    /// A path from the current folder, as the vault has it; `None` where nothing of the vault is there.
    pub(super) fn path_of(&self, path: &Path) -> Option<String> {
        let real = std::fs::canonicalize(path).ok()?;
        self.root.relative(&real).map(|path| path.to_string())
    }

    /// What was asked for, as people would write it, for messages.
    pub(super) fn shown(&self) -> String {
        // Joined to nothing, the folder would end in a separator.
        let place = |asked: &String| {
            if asked.is_empty() { self.root.path().to_owned() } else { self.root.path().join(asked) }
        };
        let places = self.asked.iter().map(|asked| place(asked).display().to_string());
        places.collect::<Vec<_>>().join(" or ")
    }

    /// The note that `name` means: the path of one, from the current folder or the vault's root, or what a link
    /// from the root would lead to.
    pub(super) fn note_named(&self, analysis: &Analysis, name: &str) -> Result<NoteId, Failure> {
        let by_path = || analysis.index.note(&self.path_of(Path::new(name))?);
        by_path().or_else(|| analysis.resolve_in("", name).note()).ok_or_else(|| {
            let (root, name) = (self.root().display(), visible(name));
            Failure::new(format!("no note in {root} is named `{name}`; use a path, or a name as in a link"))
        })
    }

    /// The one vault of the arguments.
    pub(super) fn one(args: &FolderArgs) -> Result<Self, Failure> {
        let [place] = <[Self; 1]>::try_from(Self::all(std::slice::from_ref(&args.path))?)
            .map_err(|_| Failure::new("name one folder"))?;
        Ok(place)
    }

    /// What the paths of the vault are printed behind, so that they lead to the files from the
    /// current folder.
    pub(super) fn prefix(&self) -> String {
        let here = std::env::current_dir().and_then(dunce::canonicalize).unwrap_or_default();
        let root = self.root.path();
        let shown = root.strip_prefix(&here).unwrap_or(root).to_string_lossy().into_owned();
        // One kind of separators, which is that of the paths behind it, also where the system has another.
        let shown = if cfg!(windows) { shown.replace('\\', "/") } else { shown };
        if shown.is_empty() || shown.ends_with('/') { shown } else { shown + "/" }
    }

    /// Reads the vault's own settings, and with them the vault. With `extensions`, notes have these
    /// instead of those of the settings.
    pub(super) fn read(&self, extensions: &[String], cache: Cache, quiet: bool) -> Loaded {
        let limits = Limits { depth: self.depth, named: self.named.clone(), ..Limits::default() };
        let mut folder = Folder::new(Arc::clone(&self.root), limits, Settings::default());
        if !extensions.is_empty() {
            Arc::make_mut(&mut folder.config.settings).extensions = extensions.to_vec();
        }
        folder.cache = cache;
        let progress = Progress::new("Indexing", quiet);
        folder.load(&|done, total| progress.at(done, total))
    }

    /// Why this folder is the vault.
    pub(super) fn why(&self) -> &'static str {
        let marked = |mark: &str| self.root.path().join(mark).symlink_metadata().is_ok();
        match self.depth {
            Depth::Folder => "the folder of the note (no vault marker above it)",
            Depth::All if marked(CONFIG_FILE) => "contains .slugline.toml",
            Depth::All if marked(".obsidian") => "contains .obsidian",
            Depth::All if !self.named.is_empty() => "contains .git",
            Depth::All => "given on the command line",
        }
    }

    /// Whether changes in it can be watched.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn watch(&self) -> Result<(), WatchError> {
        vfs::watch(&self.root, self.depth, drop).map(drop)
    }

    /// Reads the vault and says on standard error what it could not read, and what was asked for and is no part of it.
    pub(super) fn load(&self, args: &VaultArgs) -> Vault {
        self.tell(self.read(&args.ext, args.cache.cache(), args.quiet), args)
    }

    /// The same for an answer about the vault as a whole.
    ///
    /// # Errors
    /// Where the folder that was asked for is no part of it: that would be the answer to another question.
    pub(super) fn load_whole(&self, args: &VaultArgs) -> Result<Vault, Failure> {
        let loaded = self.read(&args.ext, args.cache.cache(), args.quiet);
        let left_out = self.left_out(&loaded).next();
        left_out.map_or_else(|| Ok(self.tell(loaded, args)), |why| Err(Failure::new(why)))
    }

    /// What was asked for and is no part of the vault: why, and what to do.
    fn left_out<'a>(&'a self, loaded: &'a Loaded) -> impl Iterator<Item = String> + 'a {
        self.asked.iter().filter_map(|asked| {
            let why = loaded.why_left_out(asked)?;
            let root = self.root.path().display();
            Some(format!(
                "in the vault {root}, {why}. Change that to have its notes in this vault, or put an empty {CONFIG_FILE} into the \
                 folder to make it a vault of its own"
            ))
        })
    }

    fn tell(&self, mut loaded: Loaded, args: &VaultArgs) -> Vault {
        if loaded.vault.settings().reports(Code::UnlinkedMention) {
            loaded.vault.find_mentions();
        }
        let quiet = args.quiet;
        loaded.vault.library().tell_to(move |fault| {
            if !quiet {
                complain("warning", fault);
            }
        });
        if args.quiet {
            return loaded.vault;
        }
        self.left_out(&loaded).for_each(|why| complain("warning", &why));
        let config = &loaded.folder.config;
        for (span, invalid) in &config.refused {
            let text = config.text.as_deref().unwrap_or_default();
            let at = LineIndex::new(text).position(text, span.start(), Encoding::Utf32);
            let place = loaded.folder.config_place();
            let place = format!("{}:{}:{}", place.display(), at.line + 1, at.character + 1);
            complain("warning", &format!("{place}: {invalid}"));
        }
        let mut said = HashSet::new();
        for trouble in loaded.troubles {
            if said.insert(trouble.clone()) {
                complain("warning", &trouble);
            }
        }
        loaded.vault
    }
}

/// The vault that the folder at `path` belongs to: itself or the nearest above it with
/// `.slugline.toml`, else with `.obsidian`.
fn vault_of_folder(path: &Path) -> Option<PathBuf> {
    let marked = |mark: &str| path.ancestors().find(|folder| folder.join(mark).symlink_metadata().is_ok());
    marked(CONFIG_FILE).or_else(|| marked(".obsidian")).map(Path::to_owned)
}

fn relative(root: &Root, path: &Path) -> Result<String, Failure> {
    root.relative(path).map(|path| path.to_string()).ok_or_else(|| {
        Failure::new(format!(
            "cannot open {}: its name is not valid Unicode. Rename it, or use the folder that contains it",
            path.display()
        ))
    })
}
