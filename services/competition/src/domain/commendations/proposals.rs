//! Proposals as requests have them.

use std::collections::BTreeSet;

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::commendation::Recipient as WireRecipient;
use wire::{CommendationKind, CommendationScope};

use super::{MOST, Proposal, Recipient};

impl Proposal {
    /// The proposals of a request for `season`, each once.
    pub(crate) fn parse_all(
        season: &str,
        proposals: &[wire::Commendation],
        faults: &mut Faults,
    ) -> Option<Vec<Self>> {
        if proposals.is_empty() {
            let sentence = "at least one commendation is required";
            return faults.refuse("commendations", Reason::FieldRequired, sentence);
        }
        let read = faults.each("commendations", MOST, proposals, |at, proposal, faults| {
            Self::parse(at, season, proposal, faults)
        })?;
        let mut once = BTreeSet::new();
        for (place, proposal) in read.iter().enumerate() {
            let Self { recipient, kind, level, scope, topic, .. } = proposal;
            if !once.insert((recipient, kind, level, scope, topic)) {
                let sentence = "the same commendation stands there before";
                faults.add(format!("commendations[{place}]"), Reason::InvalidArgument, sentence);
            }
        }
        Some(read)
    }

    fn parse(at: &str, season: &str, proposal: &wire::Commendation, faults: &mut Faults) -> Option<Self> {
        if !proposal.season.is_empty() && proposal.season != season {
            let sentence =
                format!("{:?} is another season than that of the call, {season:?}", proposal.season);
            faults.add(path(at, "season"), Reason::InvalidArgument, sentence);
        }
        let recipient = Recipient::parse(at, proposal.recipient.as_ref(), faults);
        let kind = faults.choice(path(at, "kind"), proposal.kind);
        let level = faults.choice(path(at, "level"), proposal.level);
        let scope = faults.choice(path(at, "scope"), proposal.scope);
        let topic = topic(&path(at, "topic"), &proposal.topic, kind, scope, faults);
        let citation = faults.text(path(at, "citation"), &proposal.citation);
        let vote = match proposal.vote_id.as_str() {
            "" => Some(None),
            id => faults.id(path(at, "vote_id"), id).map(Some),
        };
        let submission_number =
            faults.optional_name(path(at, "submission_number"), &proposal.submission_number);
        let individual = matches!(proposal.recipient, Some(WireRecipient::Individual(_)));
        if individual && kind == Some(CommendationKind::Flag) {
            let sentence = "flags are for collectives, not for individuals";
            faults.add(path(at, "kind"), Reason::InvalidArgument, sentence);
        }
        let is_unit = recipient.as_ref().is_none_or(Recipient::is_whole_unit);
        if !proposal.vote_id.is_empty() && !is_unit {
            let sentence = "honour votes are on whole units, not on parts of them or on individuals";
            faults.add(path(at, "vote_id"), Reason::InvalidArgument, sentence);
        }
        Some(Self {
            recipient: recipient?,
            kind: kind?,
            level: level?,
            scope: scope?,
            topic: topic?,
            citation: citation?,
            vote: vote?,
            submission_number: submission_number?,
        })
    }
}

impl Recipient {
    fn parse(at: &str, recipient: Option<&WireRecipient>, faults: &mut Faults) -> Option<Self> {
        match recipient {
            Some(WireRecipient::Collective(collective)) => {
                let at = path(at, "collective");
                let unit = faults.code(path(&at, "unit"), &collective.unit);
                let part = faults.optional_name(path(&at, "part"), &collective.part);
                Some(Self::Collective { unit: unit?, part: part? })
            }
            Some(WireRecipient::Individual(individual)) => {
                let at = path(at, "individual");
                let unit = faults.code(path(&at, "unit"), &individual.unit);
                let name = faults.name(path(&at, "name"), &individual.name);
                let title = faults.optional_name(path(&at, "title"), &individual.title);
                Some(Self::Individual { unit: unit?, name: name?, title: title? })
            }
            None => {
                let sentence = "collective or individual is required";
                faults.refuse(path(at, "recipient"), Reason::FieldRequired, sentence)
            }
        }
    }

    /// The path of its unit's code in the proposal.
    pub(crate) fn unit_field(&self) -> &'static str {
        match self {
            Self::Collective { .. } => "collective.unit",
            Self::Individual { .. } => "individual.unit",
        }
    }

    fn is_whole_unit(&self) -> bool {
        matches!(self, Self::Collective { part, .. } if part.is_empty())
    }
}

/// Topical commendations have a topic, and titles, which it names; others have none.
fn topic(
    field: &str,
    topic: &str,
    kind: Option<CommendationKind>,
    scope: Option<CommendationScope>,
    faults: &mut Faults,
) -> Option<String> {
    let has = scope? == CommendationScope::Topical || kind? == CommendationKind::Title;
    match (has, topic.is_empty()) {
        (true, _) => faults.name(field, topic),
        (false, true) => Some(String::new()),
        (false, false) => {
            let sentence = format!("{topic:?} stands there, but only topical ones and titles have a topic");
            faults.refuse(field, Reason::InvalidArgument, sentence)
        }
    }
}
