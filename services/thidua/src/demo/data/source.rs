//! The texts of the files, from the executable or from a directory.

use super::fault::{Fault, Faults};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files by their path in the campaigns' directory, such as `criteria/enterprise.toml`.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub campaigns: BTreeMap<String, String>,
    pub criteria: BTreeMap<String, String>,
    pub policies: BTreeMap<String, String>,
}

macro_rules! carried {
    ($($path:literal),+ $(,)?) => {
        [$(($path.to_owned(), include_str!(concat!("../../../demo/", $path)).to_owned())),+].into()
    };
}

impl Sources {
    /// The files that the executable carries.
    pub fn embedded() -> Sources {
        Sources {
            campaigns: carried![
                "ba-ria-vung-tau.toml",
                "cao-bang.toml",
                "khanh-hoa.toml",
                "thai-nguyen.toml",
                "vinh-long.toml",
            ],
            criteria: carried![
                "criteria/enterprise.toml",
                "criteria/state-unit.toml",
                "criteria/upper-level.toml",
            ],
            policies: carried!["policies/1294-2019.toml", "policies/upper-level-2022.toml"],
        }
    }

    /// All `.toml` files of the directory and of its `criteria` and `policies`.
    ///
    /// # Errors
    /// Every file or directory that cannot be read, and a directory without a campaign.
    pub fn from_directory(directory: &Path) -> Result<Sources, Faults> {
        let mut faults = Vec::new();
        let sources = Sources {
            campaigns: texts(directory, "", &mut faults),
            criteria: texts(directory, "criteria/", &mut faults),
            policies: texts(directory, "policies/", &mut faults),
        };
        if faults.is_empty() && sources.campaigns.is_empty() {
            faults
                .push(unreadable(&directory.display().to_string(), "has no campaign, that is no .toml file"));
        }
        if faults.is_empty() { Ok(sources) } else { Err(Faults(faults)) }
    }
}

fn texts(directory: &Path, below: &str, faults: &mut Vec<Fault>) -> BTreeMap<String, String> {
    let directory = directory.join(below);
    let mut texts = BTreeMap::new();
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(unreadable(&directory.display().to_string(), &format!("cannot be read: {error}")));
            return texts;
        }
    };
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                faults.push(unreadable(
                    &directory.display().to_string(),
                    &format!("cannot be listed: {error}"),
                ));
                continue;
            }
        };
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.ends_with(".toml") {
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => {
                texts.insert(format!("{below}{name}"), text);
            }
            Err(error) => {
                faults.push(unreadable(&path.display().to_string(), &format!("cannot be read: {error}")));
            }
        }
    }
    texts
}

fn unreadable(path: &str, message: &str) -> Fault {
    Fault { file: path.to_owned(), path: String::new(), message: message.to_owned() }
}
