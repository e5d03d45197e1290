//! Keeping an installation: copies of it, and a look at whether it is well.

mod backup;
mod doctor;
mod manifest;
mod restore;
mod whole;

pub(crate) use backup::{BackedUp, back_up};
pub(crate) use doctor::{State, look};
pub(crate) use restore::{Restored, restore};

use std::fs;
use std::path::PathBuf;

use platform::auth::key_directory;
use platform::config::Config;
use platform::data_dir::DataDir;

use crate::app::AnyError;

/// The directory of the signing keys in a backup, and in a data directory where the configuration names no other.
const KEYS: &str = "keys";

/// The files of the signing keys.
fn key_files(config: &Config, data_dir: &DataDir) -> Result<Vec<PathBuf>, AnyError> {
    let directory = key_directory(&config.auth, data_dir);
    let listed = || {
        let mut files = Vec::new();
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            // Half-written ones begin with a dot.
            if entry.file_type()?.is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    };
    listed().map_err(|error| whole::at(&directory, error))
}
