//! The states of a job and the moves between them. Every update of a job row is one of these moves.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{DeriveActiveEnum, EnumIter};

use crate::random::Random;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// In the table, until its time has come and its tenant's turn.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// Handed to the queue of its lane; no worker has it yet.
    #[sea_orm(string_value = "dispatched")]
    Dispatched,
    /// A worker holds its lease.
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "succeeded")]
    Succeeded,
    /// Its budget is spent or it was declared final: visible until replayed or pruned.
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Dispatched, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled];

    /// The spelling in the database, in logs and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Dispatched => "dispatched",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more happens to the job by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// Nobody is at it.
    pub const NOT_RUNNING: [Self; 2] = [Self::Waiting, Self::Dispatched];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// The queue in which a job stands: what must be quick does not wait behind what takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Lane {
    /// Milliseconds to a second: mails, small updates.
    #[sea_orm(string_value = "fast")]
    Fast,
    /// Seconds to minutes of computation: classification runs.
    #[sea_orm(string_value = "recalculation")]
    Recalculation,
    /// Documents and exports.
    #[sea_orm(string_value = "report")]
    Report,
}

impl Lane {
    pub const ALL: [Self; 3] = [Self::Fast, Self::Recalculation, Self::Report];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Recalculation => "recalculation",
            Self::Report => "report",
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Lane {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|lane| lane.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// A word that is neither a state nor a lane.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(pub String);

/// What a budget says after an attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Back to `waiting`, due after so long.
    Again(Duration),
    /// To `failed`.
    Spent,
}

/// After attempt number `attempt` (from 1) ended with an error that may pass.
pub(super) fn after_failure(attempt: i64, budget: i64, random: &Random) -> Verdict {
    if attempt >= budget { Verdict::Spent } else { Verdict::Again(back_off(attempt, random)) }
}

/// After the `crashes`-th time that a worker vanished with the job. Waits too, so that a job that kills its worker
/// does not kill them all in a row.
pub(super) fn after_crash(crashes: i64, bound: i64, random: &Random) -> Verdict {
    if crashes >= bound { Verdict::Spent } else { Verdict::Again(back_off(crashes, random)) }
}

const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LAST_BACK_OFF: Duration = Duration::from_secs(600);

/// 1 s, 2 s, 4 s … at most ten minutes, each between half and one and a half times that, so that jobs that failed
/// together do not come back together.
fn back_off(times: i64, random: &Random) -> Duration {
    let doublings = u32::try_from(times - 1).unwrap_or(0).min(16);
    random.jitter(FIRST_BACK_OFF.saturating_mul(1 << doublings).min(LAST_BACK_OFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_lanes_read_back_as_they_are_written() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for lane in Lane::ALL {
            assert_eq!(lane.as_str().parse(), Ok(lane));
        }
        assert_eq!("done".parse::<State>(), Err(UnknownWord("done".to_owned())));
    }

    #[test]
    fn the_last_attempt_of_the_budget_is_the_last() {
        let random = Random::seeded(1);
        assert!(matches!(after_failure(1, 3, &random), Verdict::Again(_)));
        assert!(matches!(after_failure(2, 3, &random), Verdict::Again(_)));
        assert_eq!(after_failure(3, 3, &random), Verdict::Spent);
        assert_eq!(after_failure(1, 1, &random), Verdict::Spent);
        assert_eq!(after_crash(5, 5, &random), Verdict::Spent);
    }

    #[test]
    fn back_off_doubles_with_jitter_and_has_an_upper_bound() {
        let random = Random::seeded(1);
        for times in 1..200 {
            let wait = back_off(times, &random);
            let base = Duration::from_secs(1 << (times - 1).min(10)).min(LAST_BACK_OFF);
            assert!(wait >= base / 2 && wait <= base * 3 / 2, "{times}: {wait:?}");
        }
        let waits: std::collections::BTreeSet<_> = (0..50).map(|_| back_off(3, &random)).collect();
        assert!(waits.len() > 40, "no two should meet: {waits:?}");
    }
}
