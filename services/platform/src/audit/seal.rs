//! The chain: what is hashed, and how a broken one is found. Pure.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Timestamp;
use crate::ids::TenantId;

/// SHA-256 over the seal before and the entry.
pub(super) type Hash = [u8; 32];

/// What the first entry of a tenant follows.
pub(super) const GENESIS: Hash = [0; 32];

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of actor did it: `account`, `operator`, `service`, `job`, `event`.
    pub actor_kind: String,
    /// Which one: an id, or a service's name.
    pub actor: String,
    /// What was done, such as `run.approved`.
    pub action: String,
    /// What kind of thing it was done to, such as `run`.
    pub subject_kind: String,
    /// Which one, by its code or id.
    pub subject: String,
    /// A JSON object: facts about the act, without personal data, secrets or choices.
    pub details: String,
    /// W3C `traceparent`; empty when there was none.
    pub trace: String,
}

/// An entry's place in the chain of its tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// 1 for the first, without gaps.
    pub sequence: i64,
    pub entry: Uuid,
    pub hash: Vec<u8>,
}

/// The entry as canonical JSON (RFC 8785): names in order, no space, integers as they are.
#[derive(Serialize)]
struct Canonical<'a> {
    action: &'a str,
    actor: &'a str,
    actor_kind: &'a str,
    at: i64,
    details: &'a str,
    id: Uuid,
    sequence: i64,
    subject: &'a str,
    subject_kind: &'a str,
    tenant: Uuid,
    trace: &'a str,
}

/// The seal of `entry` as the `sequence`th of the tenant, after the seal `previous`.
pub(super) fn seal(
    previous: &Hash,
    tenant: TenantId,
    sequence: i64,
    entry: &Entry,
) -> serde_json::Result<Hash> {
    let canonical = serde_json::to_vec(&Canonical {
        action: &entry.action,
        actor: &entry.actor,
        actor_kind: &entry.actor_kind,
        at: entry.at.micros(),
        details: &entry.details,
        id: entry.id,
        sequence,
        subject: &entry.subject,
        subject_kind: &entry.subject_kind,
        tenant: tenant.0,
        trace: &entry.trace,
    })?;
    Ok(Sha256::new().chain_update(previous).chain_update(canonical).finalize().into())
}

/// The first place where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The sequence number at which it was found.
    pub sequence: i64,
    /// The entry there; `None` when no seal has the number.
    pub entry: Option<Uuid>,
    pub fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No seal has this number, though a later one exists.
    SealMissing,
    /// The seal is there, its entry is not.
    EntryMissing,
    /// Entry, seal or the seal before it is not what was sealed.
    Altered,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::SealMissing => "its seal is missing",
            Fault::EntryMissing => "the entry is missing",
            Fault::Altered => "the entry or its seal was altered",
        };
        match self.entry {
            Some(entry) => write!(f, "audit entry {} ({entry}): {what}", self.sequence),
            None => write!(f, "audit entry {}: {what}", self.sequence),
        }
    }
}

/// Walks a chain from its first entry.
pub(super) struct Walk {
    tenant: TenantId,
    /// Entries that held.
    pub(super) length: i64,
    pub(super) head: Hash,
}

impl Walk {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self { tenant, length: 0, head: GENESIS }
    }

    /// Takes the next seal in the order of sequence numbers and its entry, if that exists.
    pub(super) fn step(&mut self, found: &Seal, entry: Option<&Entry>) -> Result<(), Break> {
        let sequence = self.length + 1;
        if found.sequence != sequence {
            return Err(Break { sequence, entry: None, fault: Fault::SealMissing });
        }
        let broken = |fault| Break { sequence, entry: Some(found.entry), fault };
        let entry = entry.ok_or(broken(Fault::EntryMissing))?;
        match seal(&self.head, self.tenant, sequence, entry) {
            Ok(hash) if hash.as_slice() == found.hash => {
                self.head = hash;
                self.length = sequence;
                Ok(())
            }
            _ => Err(broken(Fault::Altered)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(7));

    fn entry(number: u128) -> Entry {
        Entry {
            id: Uuid::from_u128(number),
            at: Timestamp::from_micros(1_700_000_000_000_000),
            actor_kind: "account".into(),
            actor: Uuid::from_u128(99).to_string(),
            action: "run.approved".into(),
            subject_kind: "run".into(),
            subject: number.to_string(),
            details: r#"{"season":"2023"}"#.into(),
            trace: String::new(),
        }
    }

    fn chain(length: u128) -> Vec<(Seal, Entry)> {
        let mut previous = GENESIS;
        (1..=length)
            .map(|number| {
                let entry = entry(number);
                let sequence = i64::try_from(number).expect("small");
                previous = seal(&previous, TENANT, sequence, &entry).expect("an entry is plain JSON");
                (Seal { sequence, entry: entry.id, hash: previous.to_vec() }, entry)
            })
            .collect()
    }

    fn walk(chain: &[(Seal, Entry)]) -> Result<i64, Break> {
        let mut walk = Walk::new(TENANT);
        for (seal, entry) in chain {
            walk.step(seal, Some(entry))?;
        }
        Ok(walk.length)
    }

    #[test]
    fn a_chain_holds_and_each_change_is_found_where_it_is() {
        let whole = chain(5);
        assert_eq!(walk(&whole), Ok(5));

        let mut altered = whole.clone();
        altered[2].1.subject = "4".into();
        let found = walk(&altered).expect_err("altered");
        assert_eq!((found.sequence, found.fault), (3, Fault::Altered));

        let mut removed = whole.clone();
        removed.remove(1);
        let found = walk(&removed).expect_err("removed");
        assert_eq!((found.sequence, found.fault), (2, Fault::SealMissing));

        let mut swapped = whole.clone();
        swapped.swap(2, 3);
        swapped[2].0.sequence = 3;
        swapped[3].0.sequence = 4;
        assert_eq!(walk(&swapped).expect_err("swapped").sequence, 3);

        let mut walk = Walk::new(TENANT);
        let found = walk.step(&whole[0].0, None).expect_err("no entry");
        assert_eq!(
            found.to_string(),
            format!("audit entry 1 ({}): the entry is missing", Uuid::from_u128(1))
        );
    }

    #[test]
    fn a_seal_is_what_the_documentation_says() {
        let expected = concat!(
            r#"{"action":"run.approved","actor":"00000000-0000-0000-0000-000000000063","actor_kind":"account","#,
            r#""at":1700000000000000,"details":"{\"season\":\"2023\"}","id":"00000000-0000-0000-0000-000000000001","#,
            r#""sequence":1,"subject":"1","subject_kind":"run","#,
            r#""tenant":"00000000-0000-0000-0000-000000000007","trace":""}"#
        );
        let hash: Hash = Sha256::new().chain_update(GENESIS).chain_update(expected).finalize().into();
        assert_eq!(seal(&GENESIS, TENANT, 1, &entry(1)).expect("plain JSON"), hash);
    }
}
