//! The data directory: who uses it, of which format it is, and how a server that runs in it is found.
//!
//! | file | content |
//! |---|---|
//! | `format` | the number of the directory's layout, [`FORMAT`] |
//! | `lock` | locked by the process that serves from here; its process id |
//! | `server.address` | the URL of that process's gRPC listener |
//! | `keys/` | signing keys, see [`crate::auth`] |

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::files;

/// The layout that this program writes and reads.
pub const FORMAT: u32 = 1;

const FORMAT_FILE: &str = "format";
const LOCK_FILE: &str = "lock";
/// How long, and how often, a server that starts waits for clients to have had their look.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS: u32 = 50;
const ADDRESS_FILE: &str = "server.address";

#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error("data directory {}: {action}: {cause}", path.display())]
    Io { path: PathBuf, action: &'static str, cause: io::Error },
    #[error(
        "{} is not a data directory: it holds {found} but no file \"format\"; name an empty or new directory",
        path.display()
    )]
    Foreign { path: PathBuf, found: String },
    #[error("data directory {}: the file \"format\" holds {found:?}, not a number", path.display())]
    Damaged { path: PathBuf, found: String },
    #[error(
        "data directory {} has format {found}; this program knows formats up to {FORMAT}: use a newer one",
        path.display()
    )]
    Newer { path: PathBuf, found: u32 },
    #[error("data directory {} is in use by {holder}; stop it or name another directory", path.display())]
    InUse { path: PathBuf, holder: String },
}

/// A data directory of a format we know. Reading keys needs no more; serving needs [`DataDir::lock`].
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Whether `path` is a data directory, of whatever format. An error where it cannot be looked into.
    pub fn is_there(path: &Path) -> Result<bool, DataDirError> {
        let directory = Self(path.to_owned());
        let looked = path.join(FORMAT_FILE).try_exists();
        looked.map_err(|cause| directory.io("the file \"format\" cannot be looked for", cause))
    }

    /// Makes the directory (mode 0700) when it is missing, and checks its format.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        let directory = Self(path.to_owned());
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|cause| directory.io("cannot be made", cause))?;
        match fs::read_to_string(path.join(FORMAT_FILE)) {
            Ok(text) => directory.check_format(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => directory.write_format()?,
            Err(cause) => return Err(directory.io("the file \"format\" cannot be read", cause)),
        }
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes this process the one that serves from the directory, until the lock is dropped.
    pub fn lock(&self) -> Result<Lock, DataDirError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.0.join(LOCK_FILE))
            .map_err(|cause| self.io("is not writable", cause))?;
        if !self.take(&file)? {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let holder = match pid.trim() {
                "" => "another process".to_owned(),
                pid => format!("process {pid}"),
            };
            return Err(DataDirError::InUse { path: self.0.clone(), holder });
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|cause| self.io("the file \"lock\" cannot be written", cause))?;
        // What a killed predecessor left.
        let _ = fs::remove_file(self.0.join(ADDRESS_FILE));
        Ok(Lock { directory: self.clone(), _file: file })
    }

    /// The URL of the server that runs from this directory; `None` when none does, or it is not listening yet.
    pub fn running_server(&self) -> Result<Option<String>, DataDirError> {
        let held = match File::open(self.0.join(LOCK_FILE)) {
            Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(cause) => return Err(self.io("the file \"lock\" cannot be read", cause)),
        };
        if !held {
            return Ok(None);
        }
        match fs::read_to_string(self.0.join(ADDRESS_FILE)) {
            Ok(url) => Ok(Some(url.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.io("the file \"server.address\" cannot be read", cause)),
        }
    }

    /// False when a server holds the lock. A look by [`DataDir::running_server`] holds it for a moment, which passes.
    fn take(&self, file: &File) -> Result<bool, DataDirError> {
        for _ in 0..LOOKS {
            match file.try_lock() {
                Ok(()) => return Ok(true),
                Err(TryLockError::Error(cause)) => return Err(self.io("cannot be locked", cause)),
                Err(TryLockError::WouldBlock) => {}
            }
            match file.try_lock_shared() {
                Ok(()) => drop(file.unlock()),
                Err(_) => return Ok(false),
            }
            std::thread::sleep(LOOK);
        }
        Ok(false)
    }

    fn check_format(&self, text: &str) -> Result<(), DataDirError> {
        let path = self.0.clone();
        match text.trim().parse::<u32>() {
            Ok(found) if found > FORMAT => Err(DataDirError::Newer { path, found }),
            Ok(_) => Ok(()),
            Err(_) => Err(DataDirError::Damaged { path, found: text.trim().chars().take(40).collect() }),
        }
    }

    /// Only in a directory with nothing of others in it.
    fn write_format(&self) -> Result<(), DataDirError> {
        let entries = fs::read_dir(&self.0).map_err(|cause| self.io("cannot be listed", cause))?;
        for entry in entries {
            let name = entry.map_err(|cause| self.io("cannot be listed", cause))?.file_name();
            let name = name.to_string_lossy();
            if name != FORMAT_FILE && name != LOCK_FILE && !name.starts_with(files::UNFINISHED) {
                return Err(DataDirError::Foreign { path: self.0.clone(), found: name.into_owned() });
            }
        }
        files::replace(&self.0.join(FORMAT_FILE), format!("{FORMAT}\n").as_bytes())
            .map_err(|cause| self.io("is not writable", cause))
    }

    fn io(&self, action: &'static str, cause: io::Error) -> DataDirError {
        DataDirError::Io { path: self.0.clone(), action, cause }
    }
}

/// While this lives, no other process serves from the directory. The system frees it when the process dies.
#[derive(Debug)]
pub struct Lock {
    directory: DataDir,
    _file: File,
}

impl Lock {
    pub fn directory(&self) -> &DataDir {
        &self.directory
    }

    /// Lets clients on this machine find the gRPC listener at `url`.
    pub fn announce(&self, url: &str) -> Result<(), DataDirError> {
        files::replace(&self.directory.0.join(ADDRESS_FILE), format!("{url}\n").as_bytes())
            .map_err(|cause| self.directory.io("the file \"server.address\" cannot be written", cause))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.directory.0.join(ADDRESS_FILE));
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn a_new_directory_is_private_and_opens_again() {
        let parent = tempfile::tempdir().expect("a directory");
        let path = parent.path().join("a/b");
        assert!(matches!(DataDir::is_there(&path), Ok(false)));
        let directory = DataDir::open(&path).expect("made");
        assert!(matches!(DataDir::is_there(&path), Ok(true)));
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("format")), 0o600);
        drop(directory.lock().expect("locked"));
        DataDir::open(&path).expect("again").lock().expect("locked again");
    }

    #[test]
    fn one_process_holds_it_and_is_named_and_found() {
        let path = tempfile::tempdir().expect("a directory");
        let directory = DataDir::open(path.path()).expect("made");
        assert_eq!(directory.running_server().expect("readable"), None);
        let lock = directory.lock().expect("locked");
        let refusal = directory.lock().expect_err("in use").to_string();
        assert!(refusal.contains(&format!("in use by process {}", std::process::id())), "{refusal}");

        assert_eq!(directory.running_server().expect("readable"), None);
        lock.announce("http://127.0.0.1:7400").expect("written");
        assert_eq!(directory.running_server().expect("readable").as_deref(), Some("http://127.0.0.1:7400"));
        drop(lock);
        assert_eq!(directory.running_server().expect("readable"), None);
    }

    #[test]
    fn what_a_killed_server_announced_is_not_believed() {
        let path = tempfile::tempdir().expect("a directory");
        let directory = DataDir::open(path.path()).expect("made");
        fs::write(path.path().join("server.address"), "http://127.0.0.1:1\n").expect("written");
        fs::write(path.path().join("lock"), "1\n").expect("written");
        assert_eq!(directory.running_server().expect("readable"), None);
        let _lock = directory.lock().expect("locked");
        assert_eq!(directory.running_server().expect("readable"), None);
    }

    #[test]
    fn newer_damaged_foreign_and_unwritable_directories_are_refused() {
        let refusal = |prepare: &dyn Fn(&Path)| {
            let path = tempfile::tempdir().expect("a directory");
            prepare(path.path());
            DataDir::open(path.path()).expect_err("refused").to_string()
        };
        let newer = refusal(&|path| fs::write(path.join("format"), "7\n").expect("written"));
        assert!(newer.contains("format 7") && newer.contains("up to 1"), "{newer}");
        let damaged = refusal(&|path| fs::write(path.join("format"), "\u{1}x").expect("written"));
        assert!(damaged.contains("not a number"), "{damaged}");
        let foreign = refusal(&|path| fs::write(path.join("photo.jpg"), "").expect("written"));
        assert!(foreign.contains("photo.jpg"), "{foreign}");

        let parent = tempfile::NamedTempFile::new().expect("a file");
        let below_file = DataDir::open(&parent.path().join("data")).expect_err("refused").to_string();
        assert!(below_file.contains("cannot be made"), "{below_file}");
    }

    #[test]
    fn a_first_start_that_was_killed_half_way_is_gone_on_with() {
        let path = tempfile::tempdir().expect("a directory");
        fs::write(path.path().join(".new-k3Jx"), "").expect("written");
        fs::write(path.path().join("lock"), "").expect("written");
        DataDir::open(path.path()).expect("opens");
    }
}
