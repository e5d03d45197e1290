//! Sheets: from the tables of blocs.

use super::people::People;
use crate::demo::data::accounts::Grant;
use crate::demo::data::campaign::{Content, Line, Sheet, Target};
use crate::demo::data::cells;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{
    Bloc, CriteriaSet, Criterion, FederationRole, File, Method, Policy, SheetTable,
};
use crate::demo::data::value::{Code, Measure};
use std::collections::{BTreeMap, BTreeSet};

/// The layers whose scorers are units, and the one that the bloc's leader writes.
const SELF: &str = "self";
const CROSS: &str = "cross";
const BLOC: &str = "bloc";

/// The recorded actuals, by unit and criterion.
type Recorded<'a> = BTreeMap<(&'a str, &'a str), &'a Measure>;

pub(super) fn sheets(
    file: &File,
    shared: &Shared,
    people: &People,
    targets: &[Target],
    finder: &mut Finder<'_>,
) -> Vec<Sheet> {
    let recorded: Recorded<'_> = targets
        .iter()
        .filter_map(|t| {
            Some(((t.unit.as_str(), t.criterion.as_deref()?), t.figures.first()?.actual.as_ref()?))
        })
        .collect();
    let mut sheets = Vec::new();
    let policy = shared.policies.get(&file.season.policy);
    for (b, bloc) in file.blocs.iter().enumerate() {
        let (Some(set), Some(policy)) = (shared.criteria.get(&bloc.criteria_set), policy) else { continue };
        let mut seen = BTreeSet::new();
        for (t, table) in bloc.sheets.iter().enumerate() {
            let path = format!("blocs[{b}].sheets[{t}]");
            finder.require(
                seen.insert(&table.layer),
                format_args!("{path}.layer"),
                format_args!("the bloc has two tables of the layer \"{}\"", table.layer),
            );
            scorer(bloc, table, &path, people, finder);
            let reader = Reader { bloc, table, path, set, policy, recorded: &recorded };
            reader.read(&mut sheets, finder);
        }
    }
    sheets
}

/// Who writes the sheets of a table.
fn scorer(bloc: &Bloc, table: &SheetTable, path: &str, people: &People, finder: &mut Finder<'_>) {
    let by_units = [SELF, CROSS].contains(&table.layer.as_str());
    finder.require(
        by_units != table.scored_by.is_some() && by_units != table.scorer.is_some(),
        path,
        "self and cross sheets have neither scored_by nor scorer, others have both",
    );
    let Some(login) = &table.scored_by else { return };
    let path = format!("{path}.scored_by");
    if table.layer == BLOC {
        let leads = |grant: &Grant| *grant == Grant::BlocLeader(bloc.code.clone());
        people.require(login, leads, path, "leader or deputy of the bloc", finder);
    } else {
        let appraises = |grant: &Grant| *grant == Grant::Federation(FederationRole::Appraiser);
        people.require(login, appraises, path, "an appraiser", finder);
    }
}

struct Reader<'a> {
    bloc: &'a Bloc,
    table: &'a SheetTable,
    path: String,
    set: &'a CriteriaSet,
    policy: &'a Policy,
    recorded: &'a Recorded<'a>,
}

impl Reader<'_> {
    fn read(&self, sheets: &mut Vec<Sheet>, finder: &mut Finder<'_>) {
        let columns = self.columns(finder);
        let mut cells_with_line = BTreeSet::new();
        for (key, row) in &self.table.rows {
            let path = format!("{}.rows.{key}", self.path);
            let cells: Vec<&str> = row.split_whitespace().collect();
            if cells.len() != columns.len() {
                finder.add(&path, format_args!("has {} cells for {} columns", cells.len(), columns.len()));
                continue;
            }
            let Some((unit, scorer)) = self.row(key, &path, finder) else { continue };
            let mut lines = Vec::new();
            for (criterion, cell) in columns.iter().zip(cells) {
                let Some(criterion) = criterion else { continue };
                if cell == cells::NONE {
                    continue;
                }
                let recorded = self.recorded.get(&(unit.as_str(), criterion.code.as_str())).copied();
                let name = format!("{key}/{}", criterion.code);
                match cells::content(cell, criterion, recorded) {
                    Ok(content) => lines.push(self.line(criterion, content, &name, &path, finder)),
                    Err(message) => finder.add(&path, format_args!("{}: {message}", criterion.code)),
                }
                cells_with_line.insert(name);
            }
            let scored_by = self.table.scored_by.clone();
            if !lines.is_empty() {
                sheets.push(Sheet {
                    bloc: self.bloc.code.clone(),
                    layer: self.table.layer.clone(),
                    scorer: self.table.scorer.clone().unwrap_or_else(|| scorer.to_string()),
                    scored_by: scored_by.unwrap_or(scorer),
                    unit,
                    lines,
                });
            }
        }
        for (part, names) in [
            ("reasons", self.table.reasons.keys().collect::<Vec<_>>()),
            ("evidence", self.table.evidence.keys().collect()),
        ] {
            for name in names {
                finder.require(
                    cells_with_line.contains(name),
                    format_args!("{}.{part}", self.path),
                    format_args!("\"{name}\" is no line of the table"),
                );
            }
        }
    }

    /// The criteria of the columns; none where the set has no such criterion.
    fn columns(&self, finder: &mut Finder<'_>) -> Vec<Option<&Criterion>> {
        let path = format!("{}.columns", self.path);
        let mut seen = BTreeSet::new();
        let place = |layer: &str| self.policy.layers.iter().position(|l| l == layer);
        let columns = self.table.columns.split_whitespace().map(|code| {
            finder.require(seen.insert(code), &path, format_args!("\"{code}\" stands there twice"));
            let criterion = self.set.criterion(code);
            let Some(found) = criterion else {
                finder.add(
                    &path,
                    format_args!("\"{code}\" is no criterion of the set {}", self.bloc.criteria_set),
                );
                return None;
            };
            if let Some(from) = &found.from_layer {
                finder.require(
                    place(&self.table.layer) >= place(from),
                    &path,
                    format_args!("\"{code}\" is scored from the layer {from} on"),
                );
            }
            finder.require(
                self.table.layer != CROSS || !matches!(found.method, Method::Relative {}),
                &path,
                format_args!("\"{code}\" compares units, which cross sheets cannot"),
            );
            criterion
        });
        columns.collect()
    }

    /// Unit and scoring unit of a row.
    fn row(&self, key: &str, path: &str, finder: &mut Finder<'_>) -> Option<(Code, Code)> {
        let cross = self.table.layer == CROSS;
        let (unit, scorer) = match key.split_once('/') {
            Some(pair) if cross => pair,
            None if !cross => (key, key),
            _ => {
                finder.add(path, "cross sheets have rows UNIT/SCORER, others UNIT");
                return None;
            }
        };
        let member = |code: &str| self.bloc.members.iter().find(|member| member.as_str() == code).cloned();
        let (Some(unit), Some(scorer)) = (member(unit), member(scorer)) else {
            finder.add(path, format_args!("\"{key}\" names no members of the bloc"));
            return None;
        };
        finder.require(!cross || unit != scorer, path, "a unit does not cross-score itself");
        Some((unit, scorer))
    }

    fn line(
        &self,
        criterion: &Criterion,
        content: Content,
        name: &str,
        path: &str,
        finder: &mut Finder<'_>,
    ) -> Line {
        let reason = self.table.reasons.get(name).cloned();
        let judged = matches!(criterion.method, Method::Judged {});
        let overrides = matches!(content, Content::Points(_)) && !judged;
        let layer = self.table.layer.as_str();
        let by_units = [SELF, CROSS].contains(&layer);
        finder.require(
            !(overrides && by_units),
            path,
            format_args!("{}: self and cross sheets override nothing", criterion.code),
        );
        finder.require(
            reason.is_some() || !overrides && (by_units || layer == BLOC),
            path,
            format_args!("{}: an override, and each line above the bloc's, needs a reason", criterion.code),
        );
        let evidence = self.table.evidence.get(name).cloned().unwrap_or_default();
        Line { criterion: criterion.code.clone(), content, reason, evidence }
    }
}
