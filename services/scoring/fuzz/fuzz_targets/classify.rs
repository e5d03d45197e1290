//! Whatever the bytes, the engine answers: results whose snapshot gives the same results, or faults.
//!
//! In `services/scoring`: `mkdir -p fuzz/corpus/classify && cp tests/fixtures/*/*.json fuzz/corpus/classify &&
//! cargo +nightly fuzz run classify -- -dict=fuzz/campaign.dict -max_total_time=300`. What it finds goes to
//! `tests/fixtures/found`, where a test reads it for ever.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scoring::domain::document::Document;
use scoring::domain::explain::Explainer;
use scoring::domain::{compute, read, snapshot};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::read(bytes) else { return };
    let Ok(checked) = read(&document) else { return };
    let explainer = Explainer::new(&checked);
    let Ok(results) = compute(&checked) else { return };
    for unit in &results.units {
        let explained = explainer.explain(unit.unit);
        assert_eq!(explained.map(|e| e.total), unit.totals.map(|t| t.total));
    }
    let mut written = Vec::new();
    snapshot::write(checked.campaign(), &mut |piece| written.extend_from_slice(piece));
    let document = Document::read(&written).expect("a snapshot is readable");
    let again = read(&document).expect("a snapshot is valid");
    assert_eq!(compute(&again).map(|r| r.sha256()), Ok(results.sha256()));
});
