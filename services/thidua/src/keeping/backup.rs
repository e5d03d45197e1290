//! A copy of an embedded installation, taken while it may be at work.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use platform::auth::OPERATOR_FILE;
use platform::clock::Clock;
use platform::config::{Config, DatabaseParts};
use platform::data_dir::DataDir;
use platform::db::copy;

use super::manifest::{Content, FILE, FORMAT, Manifest};
use super::whole::{self, Unfinished};
use super::{KEYS, key_files};
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
        let text = "backup is for embedded databases; database.parts is \"postgres\": back PostgreSQL up with its own \
                    tools, as the README says (\"Keep it\")";
        return Err(text.into());
    }
    if !DataDir::is_there(&config.data_dir)? {
        return Err(format!("there is no data directory {}", config.data_dir.display()).into());
    }
    let data_dir = DataDir::open(&config.data_dir)?;
    let unfinished = Unfinished::at(to, "name a new directory")?;
    let at = Clock::system().now().to_string();
    let mut names = Vec::new();
    for service in ORDER {
        let name = service.file();
        copy::copy(data_dir.path(), service.as_str(), &unfinished.path().join(&name)).await?;
        unfinished.keep(&name)?;
        names.push(name);
    }
    for (file, name) in others(config, &data_dir)? {
        unfinished.copy(&file, &name)?;
        names.push(name);
    }
    let mut files = BTreeMap::new();
    for name in names {
        let content = Content::of(&unfinished.path().join(&name))?;
        files.insert(name, content);
    }
    let done = BackedUp { files: files.len(), bytes: files.values().map(|content| content.bytes).sum() };
    let manifest =
        Manifest { format: FORMAT.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), at, files };
    let path = unfinished.path().join(FILE);
    fs::write(&path, serde_json::to_vec_pretty(&manifest)?).map_err(|error| whole::at(&path, error))?;
    unfinished.keep(FILE)?;
    unfinished.finish()?;
    Ok(done)
}

/// What an installation has beside its databases, by its path in the backup.
fn others(config: &Config, data_dir: &DataDir) -> Result<Vec<(PathBuf, String)>, AnyError> {
    let plain = ["format", OPERATOR_FILE].map(|name| (data_dir.path().join(name), name.to_owned()));
    let mut others: Vec<_> = plain.into_iter().filter(|(file, _)| file.exists()).collect();
    for key in key_files(config, data_dir)? {
        let name = key.file_name().unwrap_or_default().to_string_lossy().into_owned();
        others.push((key, format!("{KEYS}/{name}")));
    }
    Ok(others)
}
