//! From an assembled campaign to what a run keeps.

use crate::domain;
use crate::domain::campaign::Campaign;
use crate::domain::document::{Document, Fault, Sha256Hex};
use crate::domain::records::Records;
use crate::domain::snapshot;

/// What a run has computed.
#[derive(Debug)]
pub(crate) struct Classification {
    /// The campaign's document, in canonical JSON.
    pub(crate) campaign: Vec<u8>,
    pub(crate) campaign_sha256: String,
    pub(crate) units: usize,
    /// The results, or every fault of the campaign.
    pub(crate) outcome: Result<Drafted, Vec<Fault>>,
}

/// The results of a campaign without faults.
#[derive(Debug)]
pub(crate) struct Drafted {
    /// Their document, in canonical JSON with both hashes.
    pub(crate) results: Vec<u8>,
    pub(crate) results_sha256: String,
    pub(crate) ranked: usize,
    /// What is kept to be read.
    pub(crate) records: Records,
}

/// Writes the campaign down and classifies what was written, exactly as everyone else can who has the document.
pub(crate) fn classify(campaign: &Campaign<'_>) -> Classification {
    let mut bytes = Vec::new();
    snapshot::write(campaign, &mut |piece| bytes.extend_from_slice(piece));
    let outcome = Document::read(&bytes).map_err(|fault| vec![fault]).and_then(|document| {
        let classified = domain::classify(&document)?;
        let mut results = Vec::new();
        classified.write(&mut |piece| results.extend_from_slice(piece));
        Ok((
            classified.campaign_sha256.to_string(),
            Drafted {
                results,
                results_sha256: classified.results_sha256.to_string(),
                ranked: classified.results.federation.ranked,
                records: Records::of(campaign, &classified.results),
            },
        ))
    });
    let (campaign_sha256, outcome) = match outcome {
        Ok((sha256, drafted)) => (sha256, Ok(drafted)),
        // The document is canonical as it was written.
        Err(faults) => (sha256(campaign), Err(faults)),
    };
    Classification { campaign: bytes, campaign_sha256, units: campaign.units.len(), outcome }
}

fn sha256(campaign: &Campaign<'_>) -> String {
    Sha256Hex::of_bytes(|sink| snapshot::write(campaign, sink)).to_string()
}
