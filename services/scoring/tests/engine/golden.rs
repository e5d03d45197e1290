//! Telling campaigns with what an independent implementation of the contract made of them: results to the byte, or
//! the pointers of all faults.

use std::fs;
use std::path::{Path, PathBuf};

use scoring::domain::classify;
use scoring::domain::document::{Document, Fault};

#[test]
fn every_golden_campaign_gives_its_results_or_its_faults() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden");
    let mut campaigns: Vec<PathBuf> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".campaign.json"))
        .collect();
    campaigns.sort();
    assert!(campaigns.len() >= 40, "only {} golden campaigns", campaigns.len());
    let wrong: Vec<String> = campaigns.iter().filter_map(|campaign| difference(campaign)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with our answer to one campaign, if anything.
fn difference(campaign: &Path) -> Option<String> {
    let beside = |ending: &str| {
        PathBuf::from(campaign.to_string_lossy().replace(".campaign.json", &format!(".{ending}")))
    };
    let name = campaign.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = fs::read(campaign).unwrap();
    match (answer(&bytes), fs::read(beside("results.json")), fs::read_to_string(beside("faults.txt"))) {
        (Ok(ours), Ok(theirs), _) => (ours != theirs).then(|| format!("{name}: other results")),
        (Err(ours), Err(_), Ok(theirs)) => {
            let theirs: Vec<&str> = theirs.lines().collect();
            (ours != theirs).then(|| format!("{name}: faults at {ours:?} instead of {theirs:?}"))
        }
        (ours, ..) => Some(format!("{name}: {}", if ours.is_ok() { "no fault" } else { "faults" })),
    }
}

/// The results' bytes, or the pointers of the faults, sorted and each once.
fn answer(bytes: &[u8]) -> Result<Vec<u8>, Vec<String>> {
    let pointers = |faults: Vec<Fault>| {
        let mut pointers: Vec<String> = faults.iter().map(pointer).collect();
        pointers.sort();
        pointers.dedup();
        pointers
    };
    let document = Document::read(bytes).map_err(|fault| pointers(vec![fault]))?;
    let classified = classify(&document).map_err(pointers)?;
    let mut written = Vec::new();
    classified.write(&mut |piece| written.extend_from_slice(piece));
    written.push(b'\n');
    Ok(written)
}

/// The pointer as it is printed, control characters escaped.
fn pointer(fault: &Fault) -> String {
    fault.to_string().strip_suffix(&format!(": {}", fault.message)).unwrap().to_owned()
}
