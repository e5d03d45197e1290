//! Finding things by their codes.

use std::collections::HashMap;

use crate::domain::campaign::{CriteriaSet, Criterion, Method};

/// Where each code stands in its list; the first one where a code stands twice.
#[derive(Debug, Default)]
pub(crate) struct Codes<'a> {
    list: Vec<&'a str>,
    positions: HashMap<&'a str, usize>,
}

impl<'a> Codes<'a> {
    pub(crate) fn new(codes: impl IntoIterator<Item = &'a str>) -> Codes<'a> {
        let list: Vec<&str> = codes.into_iter().collect();
        let mut positions = HashMap::with_capacity(list.len());
        for (position, code) in list.iter().enumerate() {
            positions.entry(*code).or_insert(position);
        }
        Codes { list, positions }
    }

    pub(crate) fn find(&self, code: &str) -> Option<usize> {
        self.positions.get(code).copied()
    }

    /// As [`Codes::find`], looking first at `likely` and the one after it: what refers to a list mostly follows its
    /// order, and two short comparisons cost less than a hash. Only for lists without repeated codes.
    pub(crate) fn find_near(&self, code: &str, likely: usize) -> Option<usize> {
        match self.list.get(likely..) {
            Some([here, ..]) if same(here, code) => Some(likely),
            Some([_, after, ..]) if same(after, code) => Some(likely + 1),
            _ => self.find(code),
        }
    }
}

/// Equality of codes, which are short: a loop in place beats a call.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a == b)
}

/// A criteria set with its criteria in one row.
#[derive(Debug)]
pub(crate) struct SetIndex<'c, 'a> {
    pub(crate) set: &'c CriteriaSet<'a>,
    pub(crate) criteria: Vec<CriterionAt<'c, 'a>>,
    codes: Codes<'a>,
    relative: Vec<usize>,
}

/// A criterion and where it stands.
#[derive(Debug)]
pub(crate) struct CriterionAt<'c, 'a> {
    pub(crate) criterion: &'c Criterion<'a>,
    /// Position of its group in the set.
    pub(crate) group: usize,
    /// Its position in the group.
    pub(crate) position: usize,
    /// Where a checklist's items stand.
    pub(crate) items: Codes<'a>,
}

impl<'c, 'a> SetIndex<'c, 'a> {
    pub(crate) fn new(set: &'c CriteriaSet<'a>) -> SetIndex<'c, 'a> {
        let criteria: Vec<CriterionAt<'c, 'a>> = set
            .groups
            .iter()
            .enumerate()
            .flat_map(|(group, g)| {
                g.criteria.iter().enumerate().map(move |(position, criterion)| CriterionAt {
                    criterion,
                    group,
                    position,
                    items: match &criterion.method {
                        Method::Checklist(items) => Codes::new(items.iter().map(|item| item.code)),
                        _ => Codes::default(),
                    },
                })
            })
            .collect();
        let codes = Codes::new(criteria.iter().map(|at| at.criterion.code));
        let is_relative = |at: &CriterionAt<'_, '_>| at.criterion.method == Method::Relative;
        let relative = (0..criteria.len()).filter(|i| criteria.get(*i).is_some_and(is_relative)).collect();
        SetIndex { set, criteria, codes, relative }
    }

    /// Positions of the criteria that compare units of a bloc.
    pub(crate) fn relative_criteria(&self) -> impl Iterator<Item = usize> {
        self.relative.iter().copied()
    }

    pub(crate) fn find(&self, code: &str) -> Option<usize> {
        self.codes.find(code)
    }

    /// Finds a criterion, looking first at `likely` and the one after it.
    pub(crate) fn find_near(&self, code: &str, likely: usize) -> Option<usize> {
        self.codes.find_near(code, likely)
    }

    /// Finds a criterion, looking first at `*next`: lines mostly follow the order of the set. Then moves `*next` on.
    pub(crate) fn find_next(&self, code: &str, next: &mut usize) -> Option<usize> {
        let found = self.codes.find_near(code, *next)?;
        *next = found + 1;
        Some(found)
    }
}
