//! Targets: from the tables of blocs and the lists of units.

use crate::demo::data::campaign::{Figure, Target};
use crate::demo::data::cells;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{Bloc, FigureName, File, TargetColumn};
use crate::demo::data::value::{Code, Day};
use std::collections::BTreeSet;

pub(super) fn targets(file: &File, shared: &Shared, finder: &mut Finder<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for (i, bloc) in file.blocs.iter().enumerate() {
        let path = format!("blocs[{i}].targets");
        if let Some(set) = shared.criteria.get(&bloc.criteria_set) {
            for (c, column) in bloc.targets.columns.iter().enumerate() {
                if let Some(criterion) = &column.criterion {
                    finder.require(
                        set.criterion(criterion).is_some(),
                        format_args!("{path}.columns[{c}].criterion"),
                        format_args!("\"{criterion}\" is no criterion of the set {}", bloc.criteria_set),
                    );
                }
            }
        }
        rows(bloc, &path, &mut targets, finder);
    }
    for (i, list) in file.undertakings.iter().enumerate() {
        finder.require(
            file.units.contains_key(&list.unit),
            format_args!("undertakings[{i}].unit"),
            format_args!("\"{}\" is no unit", list.unit),
        );
        for (u, undertaking) in list.list.iter().enumerate() {
            let column = TargetColumn {
                code: undertaking.code.clone(),
                name: undertaking.name.clone(),
                group: list.group,
                criterion: None,
                measure: undertaking.measure.clone(),
                figures: Vec::new(),
            };
            match target(&list.unit, &column, &undertaking.result, &list.recorded_on) {
                Ok(target) => targets.push(target),
                Err(message) => finder.add(format_args!("undertakings[{i}].list[{u}].result"), message),
            }
        }
    }
    unique(&targets, finder);
    // By unit; the sort keeps the order of a unit's own.
    targets.sort_by(|a, b| a.unit.cmp(&b.unit));
    targets
}

fn rows(bloc: &Bloc, path: &str, targets: &mut Vec<Target>, finder: &mut Finder<'_>) {
    let table = &bloc.targets;
    for (unit, row) in &table.rows {
        let path = format!("{path}.rows.{unit}");
        finder.require(
            bloc.members.contains(unit),
            &path,
            format_args!("\"{unit}\" is no member of the bloc"),
        );
        let cells: Vec<&str> = row.split_whitespace().collect();
        if cells.len() != table.columns.len() {
            finder.add(&path, format_args!("has {} cells for {} columns", cells.len(), table.columns.len()));
            continue;
        }
        for (column, cell) in table.columns.iter().zip(cells) {
            if cell == cells::NONE {
                continue;
            }
            match target(unit, column, cell, &table.recorded_on) {
                Ok(target) => targets.push(target),
                Err(message) => finder.add(&path, format_args!("{}: {message}", column.code)),
            }
        }
    }
}

fn target(unit: &Code, column: &TargetColumn, cell: &str, recorded_on: &Day) -> Result<Target, String> {
    let only =
        [FigureName { code: column.code.clone(), name: String::new(), measure: column.measure.clone() }];
    let names = if column.figures.is_empty() { &only[..] } else { &column.figures[..] };
    let amounts = cells::figures(cell, names.len())?;
    let figures = names.iter().zip(amounts).map(|(name, amounts)| Figure {
        code: name.code.clone(),
        name: name.name.clone(),
        measure: name.measure.clone(),
        planned: amounts.planned,
        actual: amounts.actual,
    });
    Ok(Target {
        unit: unit.clone(),
        code: column.code.clone(),
        name: column.name.clone(),
        group: column.group,
        criterion: column.criterion.clone(),
        figures: figures.collect(),
        recorded_on: recorded_on.clone(),
    })
}

/// A unit has a target's code once, and one target for a criterion.
fn unique(targets: &[Target], finder: &mut Finder<'_>) {
    let mut codes = BTreeSet::new();
    let mut criteria = BTreeSet::new();
    for target in targets {
        let path = format!("the targets of {}", target.unit);
        finder.require(
            codes.insert((&target.unit, &target.code)),
            &path,
            format_args!("\"{}\" stands there twice", target.code),
        );
        if let Some(criterion) = &target.criterion {
            finder.require(
                criteria.insert((&target.unit, criterion)),
                &path,
                format_args!("two count for criterion {criterion}"),
            );
        }
    }
}
