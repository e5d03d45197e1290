//! From an assembled campaign to what a run keeps.

use std::thread::ScopedJoinHandle;

use crate::domain::campaign::Campaign;
use crate::domain::document::{Document, Fault, Sha256Hex};
use crate::domain::explain::{Explainer, Explanation};
use crate::domain::records::Records;
use crate::domain::results::Results;
use crate::domain::{compute, read, snapshot};

/// What a run has computed; `P` is a document as it is kept.
#[derive(Debug)]
pub(crate) struct Classification<P> {
    pub(crate) campaign: Written<P>,
    pub(crate) campaign_sha256: String,
    pub(crate) units: usize,
    /// The results, or every fault of the campaign.
    pub(crate) outcome: Result<Drafted<P>, Vec<Fault>>,
}

/// A document, canonical JSON, with how many bytes it has.
#[derive(Debug)]
pub(crate) struct Written<P> {
    pub(crate) size: usize,
    pub(crate) kept: P,
}

/// The results of a campaign without faults.
#[derive(Debug)]
pub(crate) struct Drafted<P> {
    /// Their document, with both hashes.
    pub(crate) results: Written<P>,
    pub(crate) results_sha256: String,
    pub(crate) ranked: usize,
    /// What is kept to be read.
    pub(crate) records: Records,
}

/// Is given the explanation of each unit in a bloc, one after another.
pub(crate) type Explained<'e> = &'e mut (dyn FnMut(&Explanation<'_>) + Send);

/// Writes the campaign down and classifies what was written, exactly as everyone else can who has the document. `keep`
/// makes of a document what is kept of it.
///
/// Two threads share the work: while one reads, hashes and computes, the other keeps the campaign's document and then
/// explains the units.
pub(crate) fn classify<P: Send>(
    campaign: &Campaign<'_>,
    explained: Option<Explained<'_>>,
    keep: &(impl Fn(&[u8]) -> P + Sync),
) -> Classification<P> {
    let mut bytes = Vec::new();
    snapshot::write(campaign, &mut |piece| bytes.extend_from_slice(piece));
    let (kept, outcome) = std::thread::scope(|scope| {
        let kept = scope.spawn(|| keep(&bytes));
        let outcome = outcome(campaign, &bytes, explained, keep);
        (joined(kept), outcome)
    });
    let (campaign_sha256, outcome) = match outcome {
        Ok((sha256, drafted)) => (sha256, Ok(drafted)),
        // The document is canonical as it was written.
        Err(faults) => (sha256(campaign), Err(faults)),
    };
    Classification {
        campaign: Written { size: bytes.len(), kept },
        campaign_sha256,
        units: campaign.units.len(),
        outcome,
    }
}

/// The hash of the campaign and what comes out of it.
fn outcome<P>(
    campaign: &Campaign<'_>,
    bytes: &[u8],
    explained: Option<Explained<'_>>,
    keep: &impl Fn(&[u8]) -> P,
) -> Result<(String, Drafted<P>), Vec<Fault>> {
    let document = Document::read(bytes).map_err(|fault| vec![fault])?;
    let checked = read(&document)?;
    let results = compute(&checked)?;
    let sha256 = checked.sha256();
    let drafted = std::thread::scope(|scope| {
        let explaining = explained.map(|explained| {
            scope.spawn(|| {
                let explainer = Explainer::new(&checked);
                for unit in &results.units {
                    explainer.explain(unit.unit).iter().for_each(&mut *explained);
                }
            })
        });
        let drafted = drafted(campaign, &results, sha256, keep);
        explaining.map(joined);
        drafted
    });
    Ok((sha256.to_string(), drafted))
}

/// What the thread gives; its panic is ours.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn drafted<P>(
    campaign: &Campaign<'_>,
    results: &Results<'_>,
    campaign_sha256: &Sha256Hex,
    keep: &impl Fn(&[u8]) -> P,
) -> Drafted<P> {
    let results_sha256 = results.sha256();
    let mut bytes = Vec::new();
    results.write(campaign_sha256, &results_sha256, &mut |piece| bytes.extend_from_slice(piece));
    Drafted {
        results: Written { size: bytes.len(), kept: keep(&bytes) },
        results_sha256: results_sha256.to_string(),
        ranked: results.federation.ranked,
        records: Records::of(campaign, results),
    }
}

fn sha256(campaign: &Campaign<'_>) -> String {
    Sha256Hex::of_bytes(|sink| snapshot::write(campaign, sink)).to_string()
}
