//! From an assembled campaign to what a run keeps.

use crate::domain::campaign::Campaign;
use crate::domain::document::{Document, Fault, Sha256Hex};
use crate::domain::explain::{Explainer, Explanation};
use crate::domain::records::Records;
use crate::domain::results::Results;
use crate::domain::{compute, read, snapshot};

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

/// Writes the campaign down and classifies what was written, exactly as everyone else can who has the document. `explained`
/// is given the explanation of each unit in a bloc, one after another.
pub(crate) fn classify(
    campaign: &Campaign<'_>,
    explained: &mut dyn FnMut(&Explanation<'_>),
) -> Classification {
    let mut bytes = Vec::new();
    snapshot::write(campaign, &mut |piece| bytes.extend_from_slice(piece));
    let outcome = Document::read(&bytes).map_err(|fault| vec![fault]).and_then(|document| {
        let checked = read(&document)?;
        let results = compute(&checked)?;
        let explainer = Explainer::new(&checked);
        for unit in &results.units {
            explainer.explain(unit.unit).iter().for_each(&mut *explained);
        }
        let sha256 = checked.sha256();
        Ok((sha256.to_string(), drafted(campaign, &results, sha256)))
    });
    let (campaign_sha256, outcome) = match outcome {
        Ok((sha256, drafted)) => (sha256, Ok(drafted)),
        // The document is canonical as it was written.
        Err(faults) => (sha256(campaign), Err(faults)),
    };
    Classification { campaign: bytes, campaign_sha256, units: campaign.units.len(), outcome }
}

fn drafted(campaign: &Campaign<'_>, results: &Results<'_>, campaign_sha256: &Sha256Hex) -> Drafted {
    let results_sha256 = results.sha256();
    let mut bytes = Vec::new();
    results.write(campaign_sha256, &results_sha256, &mut |piece| bytes.extend_from_slice(piece));
    Drafted {
        results: bytes,
        results_sha256: results_sha256.to_string(),
        ranked: results.federation.ranked,
        records: Records::of(campaign, results),
    }
}

fn sha256(campaign: &Campaign<'_>) -> String {
    Sha256Hex::of_bytes(|sink| snapshot::write(campaign, sink)).to_string()
}
