//! The classification engine: from the bytes of a campaign to results, or to every fault with its place.
//!
//! Pure: no clock, no randomness, no input or output. The steps, each usable alone:
//! [`Document::read`] (I-JSON) → [`read`] (typed, checked, hashed) → [`compute`] → [`Results::write`].

pub mod campaign;
mod check;
pub mod date;
pub mod document;
mod engine;
pub mod explain;
pub(crate) mod gathered;
mod index;
pub(crate) mod live;
pub mod number;
mod read;
pub(crate) mod records;
pub mod results;
pub(crate) mod runs;
pub(crate) mod sheets;
pub mod snapshot;

use campaign::Campaign;
use document::{Document, Fault, Faults, Sha256Hex};
pub use engine::compute;
pub use results::Results;

/// A campaign that keeps every rule but those of decisions, which need the computation.
#[derive(Debug)]
pub struct Checked<'a> {
    campaign: Campaign<'a>,
    sha256: Sha256Hex,
}

impl<'a> Checked<'a> {
    pub fn campaign(&self) -> &Campaign<'a> {
        &self.campaign
    }

    /// The hash of the campaign's canonical JSON, as it was given.
    pub fn sha256(&self) -> &Sha256Hex {
        &self.sha256
    }
}

/// Reads and checks the campaign in a document.
///
/// # Errors
/// Every fault, each with its pointer.
pub fn read<'d>(document: &'d Document<'d>) -> Result<Checked<'d>, Vec<Fault>> {
    let mut faults = Faults::default();
    let campaign = read::campaign(document.root(), &mut faults);
    check::check(&campaign, &mut faults);
    if !faults.is_empty() {
        return Err(faults.into_list());
    }
    Ok(Checked { campaign, sha256: Sha256Hex::of(|out| out.node(document.root())) })
}

/// A classified campaign: its results and both hashes.
#[derive(Debug)]
pub struct Classified<'a> {
    pub results: Results<'a>,
    pub campaign_sha256: Sha256Hex,
    pub results_sha256: Sha256Hex,
}

impl Classified<'_> {
    /// Writes the results' document, canonical JSON without a newline, in pieces to `sink`.
    pub fn write(&self, sink: &mut dyn FnMut(&[u8])) {
        self.results.write(&self.campaign_sha256, &self.results_sha256, sink);
    }
}

/// Classifies the campaign in a document.
///
/// # Errors
/// Every fault, each with its pointer. Faults of decisions are told when there is no other.
pub fn classify<'d>(document: &'d Document<'d>) -> Result<Classified<'d>, Vec<Fault>> {
    let checked = read(document)?;
    let results = compute(&checked)?;
    let results_sha256 = results.sha256();
    Ok(Classified { results, campaign_sha256: checked.sha256, results_sha256 })
}
