//! The pair of documents that goes with the contract, to the byte.

use scoring::domain::classify;
use scoring::domain::document::Document;

#[test]
fn the_example_campaign_gives_the_example_results() {
    let document = Document::read(include_bytes!("../fixtures/example/campaign.json")).unwrap();
    let mut written = Vec::new();
    classify(&document).unwrap().write(&mut |piece| written.extend_from_slice(piece));
    written.push(b'\n');
    assert_eq!(String::from_utf8(written).unwrap(), include_str!("../fixtures/example/results.json"));
}
