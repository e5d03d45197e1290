//! The rules between values: references, uniqueness, lines against methods. All faults at once.
//!
//! Checks run over the whole campaign even where parts could not be read. A fault that only follows from another is
//! left out: a blank is compared with nothing, and a comparison that fails asks whether its values are faulty already.

mod blocs;
mod dangling;
mod lines;
mod policy;
mod repeats;
mod scope;
mod sets;
mod sheets;
mod targets;
mod units;

pub(in crate::domain) use lines::mismatch;

use crate::domain::campaign::Campaign;
use crate::domain::document::Faults;

/// Checks what reading alone cannot.
pub(super) fn check(campaign: &Campaign<'_>, faults: &mut Faults) {
    let mut scope = scope::Scope::new(campaign, faults);
    units::check(campaign, faults);
    sets::check(&mut scope, faults);
    blocs::check(&mut scope, faults);
    targets::check(&mut scope, faults);
    sheets::check(&mut scope, faults);
    policy::check(&mut scope, faults);
    units::check_votes_and_decisions(&mut scope, faults);
    scope.report(faults);
}
