//! An installation made of a backup.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use platform::clock::Clock;
use platform::config::{Config, DatabaseParts};
use platform::db::{Database, DatabaseConfig, copy};
use platform::events::gaps;
use platform::ids::Ids;
use platform::random::Random;

use super::manifest::{Content, FILE, FORMAT, Manifest, stays_within};
use crate::app::{AnyError, ServiceName};

pub(crate) struct Restored {
    /// When the backup was begun.
    pub(crate) at: String,
    /// The version that wrote it.
    pub(crate) version: String,
    pub(crate) files: usize,
    /// Events that the services deliver to one another again.
    pub(crate) events: u64,
}

/// Makes the data directory, which must be empty or missing, of the backup in `from`. Nothing is written unless all of
/// the backup is as its manifest says; every fault is named.
pub(crate) async fn restore(config: &Config, from: &Path) -> Result<Restored, AnyError> {
    if config.database.parts != DatabaseParts::Embedded {
        return Err(
            "restore is for embedded databases; database.parts is \"postgres\": see the README (\"Keep it\")"
                .into(),
        );
    }
    let to = &config.data_dir;
    refuse_what_is_there(to)?;
    let manifest = checked(from).await?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let unfinished = tempfile::Builder::new().prefix(".unfinished-restore-").tempdir_in(parent)?;
    let here = unfinished.path();
    fs::set_permissions(here, Permissions::from_mode(0o700))?;
    for name in manifest.files.keys() {
        let copy = here.join(name);
        if let Some(directory) = copy.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        fs::copy(from.join(name), &copy)?;
        fs::set_permissions(&copy, Permissions::from_mode(0o600))?;
        File::open(&copy)?.sync_all()?;
    }
    let events = delivered_again(here).await?;
    File::open(here)?.sync_all()?;
    if to.exists() {
        fs::remove_dir(to)?;
    }
    fs::rename(here, to)?;
    let _ = unfinished.keep();
    File::open(parent)?.sync_all()?;
    Ok(Restored { at: manifest.at, version: manifest.version, files: manifest.files.len(), events })
}

fn refuse_what_is_there(to: &Path) -> Result<(), AnyError> {
    match fs::read_dir(to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{}: {error}", to.display()).into()),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(entry) => {
                let name = entry?.file_name().to_string_lossy().into_owned();
                let text =
                    "an installation is not overwritten; move it away, or name another with --data-dir";
                Err(format!("the data directory {} holds {name}: {text}", to.display()).into())
            }
        },
    }
}

/// The manifest of a backup that is whole; else every fault.
async fn checked(from: &Path) -> Result<Manifest, AnyError> {
    let path = from.join(FILE);
    let text = fs::read(&path).map_err(|error| format!("{}: {error}: is this a backup?", path.display()))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    if manifest.format != FORMAT {
        let text = format!("it has format {:?}; this program reads {FORMAT:?}", manifest.format);
        return Err(format!("{}: {text}", path.display()).into());
    }
    let mut faults = Vec::new();
    for service in ServiceName::ALL {
        let name = format!("{service}.sqlite");
        if !manifest.files.contains_key(&name) {
            faults.push(format!("{name}: the manifest does not name it"));
        }
    }
    for (name, said) in &manifest.files {
        if !stays_within(name) {
            faults.push(format!("{name}: a path that leads out of the backup"));
            continue;
        }
        let fault = match Content::of(&from.join(name)) {
            Err(error) => Some(error.to_string()),
            Ok(found) if found.bytes != said.bytes => {
                Some(format!("it has {} bytes, the manifest says {}", found.bytes, said.bytes))
            }
            Ok(found) if found != *said => {
                Some(format!("its SHA-256 is {}, the manifest says {}", found.sha256, said.sha256))
            }
            Ok(_) => None,
        };
        faults.extend(fault.map(|fault| format!("{name}: {fault}")));
    }
    if faults.is_empty() {
        for service in ServiceName::ALL {
            faults.extend(judged(from, service).await?);
        }
    }
    if faults.is_empty() { Ok(manifest) } else { Err(faults.join("\n").into()) }
}

/// What is wrong with a service's database in the backup. It is looked at in a copy: the backup stays as it is.
async fn judged(from: &Path, service: ServiceName) -> Result<Vec<String>, AnyError> {
    let directory = tempfile::tempdir()?;
    let name = format!("{service}.sqlite");
    fs::copy(from.join(&name), directory.path().join(&name))?;
    let damage = copy::damage(&directory.path().join(&name)).await?;
    let mut faults: Vec<_> = damage.into_iter().map(|line| format!("{name}: {line}")).collect();
    if faults.is_empty() {
        let db = open(directory.path(), service).await?;
        // An older schema is brought up to date at the next start.
        if let Err(error) = service.check_schema(&db).await
            && error.reason() != "SCHEMA_OUTDATED"
        {
            faults.push(format!("{name}: {error}"));
        }
        db.close().await;
    }
    Ok(faults)
}

/// Lets all services deliver their events again: the copies of two services are of different moments.
async fn delivered_again(here: &Path) -> Result<u64, AnyError> {
    let mut events = 0;
    for service in ServiceName::ALL {
        let db = open(here, service).await?;
        events += gaps::publish_all_again(&db).await?;
        db.close().await;
    }
    Ok(events)
}

async fn open(directory: &Path, service: ServiceName) -> Result<Database, AnyError> {
    let config = DatabaseConfig::Sqlite { directory: directory.to_owned() };
    let ids = Ids::new(Clock::system(), Random::system());
    Ok(Database::connect(&config, service.as_str(), ids).await?)
}
