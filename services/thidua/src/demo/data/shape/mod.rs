//! The files as they are written: what stands where, before anything is compared with anything.

mod awards;
mod bloc;
mod criteria;
mod federation;
mod policy;
mod tables;

pub use awards::{
    AwardDecision, ClassDecision, Commendation, CommendationKind, CommendationLevel, CommendationScope,
    Individual,
};
pub(super) use bloc::Bloc;
pub use bloc::{Conference, ConferenceKind, Minutes, Pact, PactDocument, PactDocumentKind, Round, Vote};
pub use criteria::{ChecklistItem, CriteriaSet, Criterion, Group, GroupKind, Method, Step, StepsOn};
pub(super) use federation::File;
pub use federation::{
    Federation, FederationRole, Official, Phase, PhaseKind, Season, Unit, UnitStatus, VoteRules,
};
pub use policy::{
    Aggregate, Class, Cross, Eligibility, NotApplicable, PercentBase, Policy, Quota, QuotaBase, QuotaScope,
    RequiredFact, RequiredPoints, Requires, Rounding, Select, Ties,
};
pub(super) use tables::SheetTable;
pub use tables::{FigureName, TargetColumn, TargetGroup};
