//! Small files that are there whole or not at all, readable by the owner alone.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Names of half-written files begin so; one is left behind when the process is killed while it writes.
pub(crate) const UNFINISHED: &str = ".new-";

/// Writes `path` with mode 0600, in place of what may be there.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    written(path, content)?.persist(path)?;
    keep_entry(path)
}

/// Writes `path` with mode 0600; `AlreadyExists` when another was first.
pub(crate) fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    written(path, content)?.persist_noclobber(path)?;
    keep_entry(path)
}

fn written(path: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    // The temporary file gets mode 0600 from its making on.
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(directory(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Makes the new name itself survive a power cut.
fn keep_entry(path: &Path) -> io::Result<()> {
    File::open(directory(path))?.sync_all()
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
