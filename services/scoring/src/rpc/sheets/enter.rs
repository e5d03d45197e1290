use std::collections::{BTreeMap, BTreeSet};

use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::{Faults, path};
use platform::tenancy::Member;
use platform::{Result, idempotency};
use proto::common::v1::{Reason, Role};
use proto::scoring::v1::{EnterSheetsRequest, EnterSheetsResponse, SheetEntry};
use tonic::Request;

use super::Sheets;
use super::write::{require_expected, require_open};
use crate::domain::campaign::CROSS;
use crate::domain::live::LiveBloc;
use crate::domain::sheets::{Below, By, Line, Placed, Proposed, Sheet, SheetKey, Wanted, check};
use crate::error;
use crate::peers::Rules;
use crate::rpc::{Received, received};
use crate::store::{sheet_changes, sheets, staleness};

/// Sheets that are entered at once.
const MOST: usize = 200;

/// A sheet of the request.
struct Entry {
    /// Its field: `sheets[3]`.
    at: String,
    key: SheetKey,
    scorer: String,
    lines: Vec<Placed>,
    expected: u64,
}

/// The sheets of one bloc.
struct InBloc<'e> {
    rules: &'e Rules,
    entries: Vec<&'e Entry>,
}

pub(super) async fn enter_sheets(
    service: &Sheets,
    request: Request<EnterSheetsRequest>,
) -> Result<EnterSheetsResponse> {
    let Received { caller, member, key, request } = received(request)?;
    if !member.is(Role::FederationAdmin) {
        return Err(error::out_of_scope("the federation"));
    }
    let mut faults = Faults::new();
    let entries = parse(&request, &mut faults);

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let (wanted, blocs) = service.check_entries(&member, entries, &mut faults).await?;
    faults.none()?;
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let sheets = enter(tx, &wanted, &by).await?;
        staleness::sheets_changed(tx, &blocs).await?;
        Ok(EnterSheetsResponse { sheets: sheets.iter().map(|sheet| sheet.head.to_proto()).collect() })
    })
    .await
}

/// The sheets that can be read, so that they are checked further beside faults in others.
fn parse(request: &EnterSheetsRequest, faults: &mut Faults) -> Vec<Entry> {
    if request.sheets.is_empty() {
        faults.add("sheets", Reason::FieldRequired, "at least one is required");
    }
    if request.sheets.len() > MOST {
        let sentence = format!("has {} sheets; at most {MOST} are taken at once", request.sheets.len());
        faults.add("sheets", Reason::TooMany, sentence);
        return Vec::new();
    }
    let entries = request.sheets.iter().enumerate();
    let mut entries: Vec<Entry> =
        entries.filter_map(|(i, entry)| Entry::parse(format!("sheets[{i}]"), entry, faults)).collect();
    let mut seen = BTreeSet::new();
    entries.retain(|entry| {
        let is_first = seen.insert(entry.key.clone());
        if !is_first {
            let sentence = format!("the call has a sheet of {} already", entry.key);
            faults.add(path(&entry.at, "key"), Reason::InvalidArgument, sentence);
        }
        is_first
    });
    entries
}

impl Entry {
    fn parse(at: String, entry: &SheetEntry, faults: &mut Faults) -> Option<Self> {
        let named = SheetKey::parse(&path(&at, "key"), entry.key.as_ref(), faults);
        let lines = Placed::parse_all(&path(&at, "lines"), &entry.lines, faults);
        if entry.lines.is_empty() {
            faults.add(path(&at, "lines"), Reason::FieldRequired, "at least one is required");
        }
        let (key, scorer) = named?;
        if scorer.is_empty() && key.layer != CROSS && entry.expected_revision == 0 {
            faults.add(path(&at, "key.scorer"), Reason::FieldRequired, "is required for a new sheet");
        }
        Some(Self { at, key, scorer, lines, expected: entry.expected_revision })
    }
}

impl Sheets {
    /// How the sheets shall be, once they keep all rules, and the blocs that they belong to.
    async fn check_entries(
        &self,
        member: &Member,
        entries: Vec<Entry>,
        faults: &mut Faults,
    ) -> Result<(Vec<(Wanted, u64)>, BTreeSet<LiveBloc>)> {
        let units: Vec<(&str, &str)> =
            entries.iter().map(|entry| (entry.key.season.as_str(), entry.key.unit.as_str())).collect();
        let rules = self.peers.rules(member.tenant_id(), units).await?;
        let mut blocs: BTreeMap<(&str, &str), InBloc<'_>> = BTreeMap::new();
        for entry in &entries {
            match rules.get(&(entry.key.season.as_str(), entry.key.unit.as_str())) {
                Some(rules) => {
                    let rules = rules.as_ref();
                    let bloc = (rules.season.code.as_str(), rules.bloc.bloc.as_str());
                    let bloc = blocs.entry(bloc).or_insert(InBloc { rules, entries: Vec::new() });
                    bloc.entries.push(entry);
                }
                None => self.tell_homeless(member, &entry.key, &path(&entry.at, "key"), faults).await?,
            }
        }
        for InBloc { rules, entries } in blocs.values() {
            require_open(rules, entries.iter().map(|entry| &entry.key))?;
        }
        let mut wanted = BTreeMap::new();
        for InBloc { rules, entries } in blocs.values() {
            self.check_bloc(member, rules, entries, faults).await?;
            for entry in entries {
                let lines = entry.lines.iter().map(|placed| placed.line.clone()).collect();
                let lines = rules.bloc.in_order(lines);
                let (key, scorer) = (entry.key.clone(), entry.scorer.clone());
                let sheet = Wanted { key, scorer, lines, submit: true };
                wanted.insert(entry.at.clone(), (sheet, entry.expected));
            }
        }
        let in_order = entries.iter().filter_map(|entry| wanted.remove(&entry.at));
        Ok((in_order.collect(), blocs.values().map(|bloc| bloc.rules.live()).collect()))
    }

    /// The sheets below are those that count, and those of the same call in their place.
    async fn check_bloc(
        &self,
        member: &Member,
        rules: &Rules,
        entries: &[&Entry],
        faults: &mut Faults,
    ) -> Result<()> {
        let units: BTreeSet<&str> = entries.iter().map(|entry| entry.key.unit.as_str()).collect();
        let units: Vec<&str> = units.into_iter().collect();
        let tx = self.db.read(member).await?;
        let counted = sheets::submitted_of(&tx, &rules.season.code, &units).await?;
        drop(tx);
        let mut new: BTreeMap<&str, Vec<(&Entry, Vec<Line>)>> = BTreeMap::new();
        for entry in entries {
            let lines = entry.lines.iter().map(|placed| placed.line.clone()).collect();
            new.entry(&entry.key.unit).or_default().push((entry, lines));
        }
        let proposed = entries.iter().map(|entry| {
            let new = new.get(entry.key.unit.as_str()).map(Vec::as_slice).unwrap_or_default();
            let replaced = |layer: &str, scorer: &str| {
                new.iter().any(|(entry, _)| {
                    entry.key.layer == layer && (layer != CROSS || entry.key.peer == scorer)
                })
            };
            let old = counted.get(&entry.key.unit).into_iter().flatten();
            let old = old.filter(|sheet| !replaced(&sheet.layer, &sheet.scorer));
            let old = old.map(|sheet| (sheet.layer.as_str(), sheet.lines.as_slice()));
            let new = new.iter().map(|(entry, lines)| (entry.key.layer.as_str(), lines.as_slice()));
            let below = Below::of(&rules.bloc.layers, &entry.key.layer, old.chain(new));
            Proposed { at: path(&entry.at, "key"), key: &entry.key, lines: &entry.lines, below }
        });
        check(&rules.bloc, &proposed.collect::<Vec<_>>(), faults)
    }
}

/// Writes all sheets in few statements.
async fn enter(tx: &TenantTx, wanted: &[(Wanted, u64)], by: &By) -> Result<Vec<Sheet>> {
    let mut keys: BTreeMap<&str, Vec<&SheetKey>> = BTreeMap::new();
    for (sheet, _) in wanted {
        keys.entry(&sheet.key.season).or_default().push(&sheet.key);
    }
    let mut present = BTreeMap::new();
    for keys in keys.values() {
        present.extend(sheets::held_of(tx, keys).await?);
    }
    for (sheet, expected) in wanted {
        require_expected(&sheet.key, present.get(&sheet.key), *expected)?;
    }
    let (mut all, mut new, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (sheet, _) in wanted {
        let present = present.get(&sheet.key);
        let Some((sheet, change)) = sheet.clone().over(present, by) else { continue };
        changes.push((sheet.head.key.clone(), change));
        if present.is_none() {
            new.push(sheet.clone());
        } else {
            sheets::change(tx, &sheet).await?;
        }
        tx.record(Act::new("sheet.entered", "sheet", &sheet.head.key).with("revision", sheet.head.revision));
        all.push(sheet);
    }
    sheets::add(tx, &new).await?;
    sheet_changes::add(tx, &changes).await?;
    Ok(all)
}
