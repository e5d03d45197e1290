//! An installation made of a backup.

use std::fs;
use std::path::{Path, PathBuf};

use platform::clock::Clock;
use platform::config::{Config, DatabaseParts};
use platform::db::{Database, DatabaseConfig, copy};
use platform::events::gaps;
use platform::ids::Ids;
use platform::random::Random;

use super::KEYS;
use super::manifest::{Content, FILE, FORMAT, Manifest, stays_within};
use super::whole::Unfinished;
use crate::app::{AnyError, ServiceName};

pub(crate) struct Restored {
    /// When the backup was begun.
    pub(crate) at: String,
    /// The version that wrote it.
    pub(crate) version: String,
    pub(crate) files: usize,
    /// Events that the services deliver to one another again.
    pub(crate) events: u64,
    /// Where the configuration looks for the keys, when that is not in the data directory.
    pub(crate) keys_belong_to: Option<PathBuf>,
}

/// Makes the data directory, which must be empty or missing, of the backup in `from`. Nothing is written unless all of
/// the backup is as its manifest says; every fault is named.
pub(crate) async fn restore(config: &Config, from: &Path) -> Result<Restored, AnyError> {
    if config.database.parts != DatabaseParts::Embedded {
        let text =
            "restore is for embedded databases; database.parts is \"postgres\": see the README (\"Keep it\")";
        return Err(text.into());
    }
    let instead = "an installation is not overwritten: move it away, or name another with --data-dir";
    let unfinished = Unfinished::at(&config.data_dir, instead)?;
    let manifest = checked(from).await?;
    for name in manifest.files.keys() {
        unfinished.copy(&from.join(name), name)?;
    }
    let events = delivered_again(unfinished.path()).await?;
    unfinished.finish()?;
    let keys = config.auth.keys.as_ref().filter(|keys| **keys != config.data_dir.join(KEYS)).cloned();
    let Manifest { at, version, files, .. } = manifest;
    Ok(Restored { at, version, files: files.len(), events, keys_belong_to: keys })
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
        let name = service.file();
        if !manifest.files.contains_key(&name) {
            faults.push(format!("{name}: the manifest does not name it"));
        }
    }
    for (name, said) in &manifest.files {
        if !stays_within(name) {
            faults.push(format!("{name}: a path that leads out of the backup"));
            continue;
        }
        match Content::of(&from.join(name)) {
            Err(error) => faults.push(error.to_string()),
            Ok(found) if found.bytes != said.bytes => {
                faults
                    .push(format!("{name}: it has {} bytes, the manifest says {}", found.bytes, said.bytes));
            }
            Ok(found) if found != *said => {
                let (found, said) = (found.sha256, &said.sha256);
                faults.push(format!("{name}: its SHA-256 is {found}, the manifest says {said}"));
            }
            Ok(_) => {}
        }
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
    let name = service.file();
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
