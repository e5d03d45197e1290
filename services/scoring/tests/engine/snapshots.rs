//! A written campaign reads back as itself.

use proptest::prelude::*;
use scoring::domain::document::Document;
use scoring::domain::{compute, read, snapshot};
use serde_json::Value;

use crate::campaigns::campaign;
use crate::dice::Dice;

/// The snapshot of a document, its own hash, and the hash of its results.
fn snapshot_of(bytes: &[u8]) -> (Vec<u8>, String, String) {
    let document = Document::read(bytes).unwrap();
    let checked = read(&document).unwrap();
    let mut written = Vec::new();
    snapshot::write(checked.campaign(), &mut |piece| written.extend_from_slice(piece));
    (written, checked.sha256().to_string(), compute(&checked).unwrap().sha256().to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_snapshot_has_one_form_and_the_same_results(seed in any::<u64>()) {
        let mut campaign = campaign(seed);
        let (first, _, results) = snapshot_of(&serde_json::to_vec(&campaign).unwrap());
        let (again, hash, same) = snapshot_of(&first);
        prop_assert_eq!(&again, &first, "writing what was read changes nothing");
        prop_assert_eq!(&same, &results);
        // It is canonical: its hash is that of its bytes.
        let document = Document::read(&first).unwrap();
        let mut canonical = Vec::new();
        let mut sink = |piece: &[u8]| canonical.extend_from_slice(piece);
        let mut out = scoring::domain::document::Canonical::new(&mut sink);
        out.node(document.root());
        out.finish();
        prop_assert_eq!(&canonical, &first);
        prop_assert_eq!(hash.len(), 64);
        // Rows come in any order; the document does not.
        let dice = &mut Dice(seed ^ 3);
        for list in ["units", "sheets", "blocs", "targets", "votes", "criteria_sets"] {
            dice.shuffle(campaign[list].as_array_mut().unwrap());
        }
        let (shuffled, _, _) = snapshot_of(&serde_json::to_vec(&campaign).unwrap());
        prop_assert_eq!(&shuffled, &first);
    }
}

#[test]
fn every_optional_name_is_explicit() {
    let (written, _, _) = snapshot_of(include_bytes!("../fixtures/example/campaign.json"));
    let snapshot: Value = serde_json::from_slice(&written).unwrap();
    let has = |value: &Value, names: &[&str]| names.iter().all(|name| value.get(name).is_some());
    let units = snapshot["units"].as_array().unwrap();
    assert!(
        units
            .iter()
            .all(|unit| has(unit, &["sector", "status", "founded_on", "reorganised_on", "members", "facts"]))
    );
    assert!(snapshot["blocs"].as_array().unwrap().iter().all(|bloc| has(bloc, &["leader", "deputy"])));
    assert!(
        snapshot["targets"].as_array().unwrap().iter().all(|target| has(target, &["actual", "criterion"]))
    );
    let groups = snapshot["criteria_sets"][0]["groups"].as_array().unwrap();
    let mut criteria = groups.iter().flat_map(|group| group["criteria"].as_array().unwrap());
    assert!(criteria.all(|criterion| criterion["from_layer"] == "bloc"));
    assert_eq!(groups[0]["criteria"][0]["max_points"], "5");
}
