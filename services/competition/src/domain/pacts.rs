//! Pacts: drafted, offered to their parties, in force with the last signature.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use platform::Result;
use platform::input::{Date, Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::pact_party::Party as WireParty;
use wire::{PactDocumentKind, PactState};

use super::hashes::optional_sha256;
use super::signature::Signature;
use crate::error;

/// Documents of one pact.
const DOCUMENTS: usize = 50;
/// Parties of one pact: the members of a bloc and the federation.
const PARTIES: usize = 1001;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pact {
    /// The season's code.
    pub(crate) season: String,
    /// The bloc's code.
    pub(crate) bloc: String,
    pub(crate) title: String,
    pub(crate) documents: Vec<wire::PactDocument>,
    /// Who signs, and who has signed. Empty in a draft: all members of the bloc and the federation.
    pub(crate) parties: BTreeMap<Party, Option<Signature>>,
    pub(crate) adopted_on: Option<Date>,
    pub(crate) state: PactState,
    pub(crate) updated: Signature,
}

/// Units in the order of their codes, then the federation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Party {
    Unit(String),
    Federation,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => write!(f, "the unit {unit:?}"),
            Self::Federation => write!(f, "the federation"),
        }
    }
}

impl Party {
    pub(crate) fn parse(at: &str, party: Option<&WireParty>, faults: &mut Faults) -> Option<Self> {
        match party {
            Some(WireParty::Unit(unit)) => faults.code(path(at, "unit"), unit).map(Self::Unit),
            Some(WireParty::Federation(true)) => Some(Self::Federation),
            Some(WireParty::Federation(false)) => {
                faults.refuse(path(at, "federation"), Reason::InvalidArgument, "is always true")
            }
            None => {
                let field = if at.is_empty() { "party" } else { at };
                faults.refuse(field, Reason::FieldRequired, "unit or federation is required")
            }
        }
    }

    fn to_proto(&self) -> WireParty {
        match self {
            Self::Unit(unit) => WireParty::Unit(unit.clone()),
            Self::Federation => WireParty::Federation(true),
        }
    }
}

impl Pact {
    /// The draft of a request.
    pub(crate) fn parse(at: &str, pact: &wire::Pact, by: Signature, faults: &mut Faults) -> Option<Self> {
        let season = faults.code(path(at, "season"), &pact.season);
        let bloc = faults.code(path(at, "bloc"), &pact.bloc);
        let title = faults.name(path(at, "title"), &pact.title);
        let documents = faults.each(path(at, "documents"), DOCUMENTS, &pact.documents, document);
        let parties = parse_parties(&path(at, "parties"), &pact.parties, faults);
        let adopted_on = faults.optional_date(path(at, "adopted_on"), &pact.adopted_on);
        Some(Self {
            season: season?,
            bloc: bloc?,
            title: title?,
            documents: documents?,
            parties: parties?.into_iter().map(|party| (party, None)).collect(),
            adopted_on: adopted_on?,
            state: PactState::Draft,
            updated: by,
        })
    }

    /// The pact offered to its parties, `members` being the units of its bloc.
    pub(crate) fn offered(mut self, members: &BTreeSet<String>) -> Result<Self> {
        self.require(PactState::Draft, "is no draft any more")?;
        if self.adopted_on.is_none() {
            return Err(error::pact_state(&self.bloc, "has no day of adoption: put it into the draft first"));
        }
        if self.parties.is_empty() {
            let units = members.iter().cloned().map(Party::Unit);
            self.parties = units.chain([Party::Federation]).map(|party| (party, None)).collect();
        }
        let stranger = self.parties.keys().find_map(|party| match party {
            Party::Unit(unit) if !members.contains(unit) => Some(unit),
            _ => None,
        });
        if let Some(unit) = stranger {
            return Err(error::not_a_member(&self.bloc, unit));
        }
        self.state = PactState::Offered;
        Ok(self)
    }

    /// The pact signed by one more party: in force when it was the last.
    pub(crate) fn signed(mut self, party: &Party, by: Signature) -> Result<Self> {
        if self.state == PactState::Draft {
            return Err(error::pact_state(&self.bloc, "is a draft: it is not offered for signature yet"));
        }
        match self.parties.get_mut(party) {
            None => return Err(error::no_party(&party.to_string())),
            Some(Some(_)) => return Err(error::already_signed(&party.to_string())),
            Some(signed) => *signed = Some(by),
        }
        if self.parties.values().all(Option::is_some) {
            self.state = PactState::InForce;
        }
        Ok(self)
    }

    /// The pact as a draft again, without its signatures.
    pub(crate) fn withdrawn(mut self) -> Result<Self> {
        self.require(PactState::Offered, "is not offered for signature")?;
        self.state = PactState::Draft;
        self.parties.values_mut().for_each(|signed| *signed = None);
        Ok(self)
    }

    /// `PACT_STATE` unless it is in this state; `is` says what is wrong otherwise.
    pub(crate) fn require(&self, state: PactState, is: &str) -> Result<()> {
        if self.state == state { Ok(()) } else { Err(error::pact_state(&self.bloc, is)) }
    }

    pub(crate) fn to_proto(&self) -> wire::Pact {
        let parties = self.parties.iter().map(|(party, signed)| wire::PactParty {
            party: Some(party.to_proto()),
            signed: signed.as_ref().map(Signature::to_proto),
        });
        wire::Pact {
            season: self.season.clone(),
            bloc: self.bloc.clone(),
            title: self.title.clone(),
            documents: self.documents.clone(),
            parties: parties.collect(),
            adopted_on: self.adopted_on.map(|date| date.to_string()).unwrap_or_default(),
            state: self.state.into(),
            updated: Some(self.updated.to_proto()),
        }
    }
}

/// Notes the parties of a draft that are no members of its bloc. `parties` as in the request.
pub(crate) fn check_parties(
    at: &str,
    parties: &[wire::PactParty],
    members: &BTreeSet<String>,
    faults: &mut Faults,
) {
    for (place, party) in parties.iter().enumerate() {
        if let Some(WireParty::Unit(unit)) = party.party.as_ref()
            && !members.contains(unit)
        {
            let sentence = format!("the unit {unit:?} is no member of the bloc");
            faults.add(format!("{at}[{place}].unit"), Reason::NotAMember, sentence);
        }
    }
}

fn parse_parties(field: &str, parties: &[wire::PactParty], faults: &mut Faults) -> Option<BTreeSet<Party>> {
    let read = faults
        .each(field, PARTIES, parties, |at, party, faults| Party::parse(at, party.party.as_ref(), faults))?;
    let mut once = BTreeSet::new();
    for (place, party) in read.into_iter().enumerate() {
        if once.contains(&party) {
            let sentence = format!("{party} stands there twice");
            faults.add(format!("{field}[{place}]"), Reason::InvalidArgument, sentence);
        }
        once.insert(party);
    }
    Some(once)
}

fn document(at: &str, document: &wire::PactDocument, faults: &mut Faults) -> Option<wire::PactDocument> {
    let kind: Option<PactDocumentKind> = faults.choice(path(at, "kind"), document.kind);
    let title = faults.name(path(at, "title"), &document.title);
    let number = faults.optional_name(path(at, "number"), &document.number);
    let reference = faults.optional_text(path(at, "reference"), &document.reference);
    let sha256 = optional_sha256(path(at, "sha256"), &document.sha256, faults);
    Some(wire::PactDocument {
        kind: kind?.into(),
        title: title?,
        number: number?,
        reference: reference?,
        sha256: sha256?,
    })
}

#[cfg(test)]
#[path = "pacts_test.rs"]
mod tests;
