//! A copy of an embedded installation, taken while it may be at work.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use platform::auth::{OPERATOR_FILE, key_directory};
use platform::clock::Clock;
use platform::config::{Config, DatabaseParts};
use platform::data_dir::DataDir;
use platform::db::copy;

use super::manifest::{Content, FILE, FORMAT, Manifest};
use crate::app::{AnyError, ServiceName};

/// Consumers before those whose events they want: what a copy has received is in the outbox of the later copy of its
/// producer. What lies between the copies of two services is delivered again after a restore.
const ORDER: [ServiceName; 4] =
    [ServiceName::Notifications, ServiceName::Scoring, ServiceName::Competition, ServiceName::Organizations];

pub(crate) struct BackedUp {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// Copies the installation into the new directory `to`, which is there whole or not at all.
pub(crate) async fn back_up(config: &Config, to: &Path) -> Result<BackedUp, AnyError> {
    if config.database.parts != DatabaseParts::Embedded {
        return Err(
            "backup is for embedded databases; database.parts is \"postgres\": back PostgreSQL up with its \
                    own tools, as the README says (\"Keep it\")"
                .into(),
        );
    }
    if !DataDir::is_there(&config.data_dir)? {
        return Err(format!("there is no data directory {}", config.data_dir.display()).into());
    }
    let data_dir = DataDir::open(&config.data_dir)?;
    refuse_what_is_there(to)?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::Builder::new().prefix(".unfinished-backup-").tempdir_in(parent)?;
    let here = unfinished.path();
    let at = Clock::system().now().to_string();
    let mut files = BTreeMap::new();
    for service in ORDER {
        let name = format!("{service}.sqlite");
        copy::copy(data_dir.path(), service.as_str(), &here.join(&name)).await?;
        add(&mut files, here, &name)?;
    }
    let plain = [data_dir.path().join("format"), data_dir.path().join(OPERATOR_FILE)];
    for file in plain.iter().filter(|file| file.exists()) {
        let name = file.file_name().and_then(|name| name.to_str()).ok_or("a name that is not UTF-8")?;
        fs::copy(file, here.join(name))?;
        add(&mut files, here, name)?;
    }
    let keys = key_directory(&config.auth, &data_dir);
    fs::create_dir(here.join("keys"))?;
    fs::set_permissions(here.join("keys"), Permissions::from_mode(0o700))?;
    for key in listed(&keys)? {
        let name = key.file_name().and_then(|name| name.to_str()).ok_or("a name that is not UTF-8")?;
        let name = format!("keys/{name}");
        fs::copy(&key, here.join(&name))?;
        add(&mut files, here, &name)?;
    }
    let bytes = files.values().map(|content| content.bytes).sum();
    let count = files.len();
    let manifest =
        Manifest { format: FORMAT.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), at, files };
    fs::write(here.join(FILE), serde_json::to_vec_pretty(&manifest)?)?;
    keep(&here.join(FILE))?;
    File::open(here)?.sync_all()?;
    fs::rename(here, to)?;
    // It has another name by now.
    let _ = unfinished.keep();
    File::open(parent)?.sync_all()?;
    Ok(BackedUp { files: count, bytes })
}

fn refuse_what_is_there(to: &Path) -> Result<(), AnyError> {
    match fs::read_dir(to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{}: {error}", to.display()).into()),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(entry) => {
                let name = entry?.file_name().to_string_lossy().into_owned();
                Err(format!("{} is not empty: it holds {name}; name a new directory", to.display()).into())
            }
        },
    }
}

fn listed(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // Half-written ones begin with a dot.
        if entry.file_type()?.is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn add(files: &mut BTreeMap<String, Content>, here: &Path, name: &str) -> io::Result<()> {
    let path = here.join(name);
    keep(&path)?;
    files.insert(name.to_owned(), Content::of(&path)?);
    Ok(())
}

/// Readable by its owner alone, and on the disk.
fn keep(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    File::open(path)?.sync_all()
}
