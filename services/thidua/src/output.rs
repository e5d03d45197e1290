//! Where a command writes a document: a file that is there whole or not at all, or standard output.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

const BUFFER: usize = 256 * 1024;

/// A document that is being written. Without [`Output::finish`] a file is left as it was.
pub(crate) struct Output {
    to: BufWriter<Target>,
}

enum Target {
    Standard(io::Stdout),
    /// What is no plain file (a pipe, a device) is written to as it is.
    Special(File),
    /// Takes the place of the wanted file when it is whole: nobody ever sees a half.
    Beside(NamedTempFile, PathBuf),
}

impl Output {
    /// To the file at `path`, of which a link is followed; without a path, to standard output.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        let target = match path {
            None => Target::Standard(io::stdout()),
            Some(path) => Target::open(path)?,
        };
        Ok(Self { to: BufWriter::with_capacity(BUFFER, target) })
    }

    /// The document is whole.
    pub(crate) fn finish(self) -> io::Result<()> {
        let target = self.to.into_inner().map_err(io::IntoInnerError::into_error)?;
        match target {
            Target::Standard(mut out) => out.flush(),
            Target::Special(mut file) => file.flush(),
            Target::Beside(file, path) => {
                file.as_file().sync_all()?;
                file.persist(&path)?;
                Ok(())
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Target {
    fn open(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|existing| !existing.is_file()) {
            return Ok(Self::Special(OpenOptions::new().write(true).open(&path)?));
        }
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // As for any new file, the process's mask decides who may read it.
        let file = Builder::new()
            .prefix(".thidua-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(directory)?;
        Ok(Self::Beside(file, path))
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Special(file) => file.write(bytes),
            Self::Beside(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Special(file) => file.flush(),
            Self::Beside(file, _) => file.flush(),
        }
    }
}
