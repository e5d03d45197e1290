//! A directory that is there whole or not at all, with files that only their owner reads.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::app::AnyError;

/// Under another name beside its place until it is whole; gone when it is dropped before.
pub(super) struct Unfinished {
    directory: TempDir,
    place: PathBuf,
}

impl Unfinished {
    /// `place` is empty or missing; `instead` says what to do where it is not.
    pub(super) fn at(place: &Path, instead: &str) -> Result<Self, AnyError> {
        match fs::read_dir(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(place, error)),
            Ok(mut entries) => {
                if let Some(entry) = entries.next() {
                    let name = entry.map_err(|error| at(place, error))?.file_name();
                    let name = name.to_string_lossy();
                    return Err(
                        format!("{} is not empty: it holds {name}; {instead}", place.display()).into()
                    );
                }
            }
        }
        let parent = parent(place);
        fs::create_dir_all(parent).map_err(|error| at(parent, error))?;
        let private = Permissions::from_mode(0o700);
        let made = tempfile::Builder::new().prefix(".unfinished-").permissions(private).tempdir_in(parent);
        let directory = made.map_err(|error| at(parent, error))?;
        Ok(Self { directory, place: place.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Copies a file to this path within it.
    pub(super) fn copy(&self, from: &Path, name: &str) -> Result<(), AnyError> {
        let to = self.path().join(name);
        let directory = parent(&to);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|error| at(directory, error))?;
        fs::copy(from, &to).map_err(|error| at(from, error))?;
        self.keep(name)
    }

    /// A file within it is written: readable by its owner alone, and on the disk.
    pub(super) fn keep(&self, name: &str) -> Result<(), AnyError> {
        let path = self.path().join(name);
        let kept = fs::set_permissions(&path, Permissions::from_mode(0o600))
            .and_then(|()| File::open(&path))
            .and_then(|file| file.sync_all());
        kept.map_err(|error| at(&path, error))
    }

    /// It is whole: it gets its place.
    pub(super) fn finish(self) -> Result<(), AnyError> {
        let (here, parent) = (self.directory.path(), parent(&self.place));
        let placed = File::open(here)
            .and_then(|directory| directory.sync_all())
            .and_then(|()| fs::rename(here, &self.place))
            .and_then(|()| File::open(parent)?.sync_all());
        placed.map_err(|error| at(&self.place, error))?;
        // It has another name by now.
        let _ = self.directory.keep();
        Ok(())
    }
}

/// An error with the file that it is about.
pub(super) fn at(path: &Path, error: io::Error) -> AnyError {
    format!("{}: {error}", path.display()).into()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
