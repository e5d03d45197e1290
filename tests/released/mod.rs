//! What was released stays: contracts that clients were built on, schemas that databases have.
//!
//! `tests/released/VERSION/` holds the descriptors and the schemas of a release. It is written once, when the release is
//! made, and never again:
//!
//! ```text
//! THIDUA_RELEASE=v0.1.0 tests/run released
//! ```

mod contracts;
mod dump;
mod schemas;
mod upgrade;

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of all releases. While one is made, its own is not among them.
fn releases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("released");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of the releases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.retain(|path| path.is_dir() && Some(path) != being_made().as_ref());
    found.sort();
    found
}

/// The folder of the release that this run makes.
fn being_made() -> Option<PathBuf> {
    let version = std::env::var("THIDUA_RELEASE").ok()?;
    let fine =
        version.starts_with('v') && version.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    assert!(fine, "THIDUA_RELEASE={version:?} is no version such as v0.1.0");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("released").join(version);
    fs::create_dir_all(&folder).expect("the folder of the release");
    Some(folder)
}

/// Writes a file of the release that this run makes, if it makes one.
fn keep(name: &str, content: &[u8]) {
    use std::io::Write as _;
    let Some(folder) = being_made() else { return };
    let path = folder.join(name);
    let file = fs::File::create_new(&path);
    let mut file =
        file.unwrap_or_else(|error| panic!("{}: {error}; what was released stays", path.display()));
    file.write_all(content).expect("written");
}

fn read(release: &Path, name: &str) -> Vec<u8> {
    let path = release.join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
