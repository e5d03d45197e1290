//! What a backup says of itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::whole;
use crate::app::AnyError;

/// The file in the backup that holds it, as JSON.
pub(super) const FILE: &str = "manifest.json";

/// The form of a backup that this program writes and reads.
pub(super) const FORMAT: &str = "thidua.backup/1";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    /// The version of the program that wrote it.
    pub(super) version: String,
    /// When it was begun, RFC 3339.
    pub(super) at: String,
    /// Every other file of the backup by its path in it.
    pub(super) files: BTreeMap<String, Content>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) bytes: u64,
    /// In hexadecimal digits.
    pub(super) sha256: String,
}

impl Content {
    pub(super) fn of(path: &Path) -> Result<Self, AnyError> {
        Self::read(path).map_err(|error| whole::at(path, error))
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            digest.update(buffer.get(..read).unwrap_or_default());
            bytes += u64::try_from(read).unwrap_or_default();
        }
        let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { bytes, sha256 })
    }
}

/// Whether a path stays within the backup.
pub(super) fn stays_within(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}
