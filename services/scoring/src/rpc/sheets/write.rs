//! What all writing of sheets has in common: whether it may be, against what it is checked, and what it leaves behind.

use std::sync::Arc;

use platform::Result;
use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::{Faults, path};
use platform::tenancy::Member;
use proto::common::v1::Reason;

use super::Sheets;
use crate::domain::sheets::{Below, Change, Head, Placed, Proposed, Sheet, SheetKey, check, open_layers};
use crate::error;
use crate::peers::Rules;
use crate::store::{sheet_changes, sheets};

impl Sheets {
    /// What a sheet is checked against now; told at `at` where its unit is in no bloc. Refused unless `may` says of the
    /// key and the unit's bloc that the member may, and a phase with the layer is open.
    pub(super) async fn rules_of(
        &self,
        member: &Member,
        key: &SheetKey,
        may: fn(&Member, &SheetKey, &str) -> bool,
    ) -> Result<Arc<Rules>> {
        let tenant = member.tenant_id();
        let unit = (key.season.as_str(), key.unit.as_str());
        let Some(rules) = self.peers.rules(tenant, [unit]).await?.remove(&unit) else {
            let mut faults = Faults::new();
            self.tell_homeless(member, key, "key", &mut faults).await?;
            return faults.finish(None);
        };
        if !may(member, key, &rules.bloc.bloc) {
            let bloc = &rules.bloc.bloc;
            let what = format!("sheets of layer {} of the unit {:?} in bloc {bloc:?}", key.layer, key.unit);
            return Err(error::out_of_scope(&what));
        }
        require_open(&rules, [key])?;
        Ok(rules)
    }

    /// Tells that the key's unit is in no bloc or is none at all.
    pub(super) async fn tell_homeless(
        &self,
        member: &Member,
        key: &SheetKey,
        at: &str,
        faults: &mut Faults,
    ) -> Result<()> {
        let (unit, season) = (&key.unit, &key.season);
        if self.peers.has_unit(member.tenant_id(), unit).await? {
            let sentence =
                format!("the unit {unit:?} is in no bloc of season {season:?} and so has no sheets");
            faults.add(path(at, "unit"), Reason::NotAMember, sentence);
        } else {
            faults.add(path(at, "unit"), Reason::UnitUnknown, format!("there is no unit {unit:?}"));
        }
        Ok(())
    }

    /// Checks the lines of one sheet against the rules and the submitted sheets below it.
    pub(super) async fn check_lines(
        &self,
        member: &Member,
        rules: &Rules,
        key: &SheetKey,
        lines: &[Placed],
        faults: &mut Faults,
    ) -> Result<()> {
        let tx = self.db.read(member).await?;
        let counted = sheets::submitted_of(&tx, &key.season, &[&key.unit]).await?;
        drop(tx);
        let counted = counted.get(&key.unit).into_iter().flatten();
        let sheets = counted.map(|sheet| (sheet.layer.as_str(), sheet.lines.as_slice()));
        let below = Below::of(&rules.bloc.layers, &key.layer, sheets);
        check(&rules.bloc, &[Proposed { at: "key".to_owned(), key, lines, below }], faults)
    }
}

/// `PHASE_CLOSED` unless the layers of all the keys may be written now. A layer that the policy does not have is told
/// with its field.
pub(super) fn require_open<'k>(rules: &Rules, keys: impl IntoIterator<Item = &'k SheetKey>) -> Result<()> {
    let open = open_layers(&rules.season);
    let is_layer = |layer: &str| rules.bloc.layers.iter().any(|one| one == layer);
    let layers = keys.into_iter().map(|key| key.layer.as_str());
    let mut closed: Vec<&str> = layers.filter(|layer| is_layer(layer) && !open.contains(layer)).collect();
    closed.sort_unstable();
    closed.dedup();
    if closed.is_empty() { Ok(()) } else { Err(error::phase_closed(&rules.season.code, &closed)) }
}

/// The sheet is there in the revision that the caller has seen.
pub(super) fn require_revision(head: &Head, expected: u64) -> Result<()> {
    if head.revision == expected {
        return Ok(());
    }
    Err(error::stale_revision(&head.key, head.revision, expected))
}

/// The sheet can be changed.
pub(super) fn require_draft(head: &Head) -> Result<()> {
    if head.submitted { Err(error::sheet_submitted(&head.key)) } else { Ok(()) }
}

/// Whether a sheet can be put over what is there: over nothing with revision 0, over a draft with its revision.
pub(super) fn require_expected(key: &SheetKey, present: Option<&Sheet>, expected: u64) -> Result<()> {
    match present {
        None if expected == 0 => Ok(()),
        None => Err(error::sheet_unknown(key)),
        Some(present) if expected == 0 => Err(error::sheet_exists(key, present.head.revision)),
        Some(present) => {
            require_draft(&present.head)?;
            require_revision(&present.head, expected)
        }
    }
}

/// Writes a sheet that is held, or is new, with its history and its audit entry.
pub(super) async fn save(
    tx: &TenantTx,
    action: &'static str,
    is_new: bool,
    sheet: &Sheet,
    change: Change,
) -> Result<()> {
    if is_new {
        sheets::add(tx, std::slice::from_ref(sheet)).await?;
    } else {
        sheets::change(tx, sheet).await?;
    }
    let head = &sheet.head;
    tx.record(Act::new(action, "sheet", &head.key).with("revision", head.revision));
    sheet_changes::add(tx, &[(head.key.clone(), change)]).await
}
