//! Which results a request means, and where they come from.

use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, Timestamp};
use proto::common::v1::Reason;
use proto::scoring::v1::result_source::Source as Asked;
use proto::scoring::v1::{ResultOrigin, ResultSource};

use crate::domain::runs::{Asker, Run, RunId, State};
use crate::error;
use crate::store::{publications, run_freshness, runs};

/// Which results a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Stored(Stored),
    /// Of the sheets as they are now.
    Live,
}

/// Results of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    Published,
    Of(RunId),
}

impl Source {
    pub(crate) fn parse(asked: Option<&ResultSource>, faults: &mut Faults) -> Option<Self> {
        match asked.and_then(|source| source.source.as_ref()) {
            None => Some(Self::Stored(Stored::Published)),
            Some(Asked::RunId(id)) => faults.id("source.run_id", id).map(|id| Self::Stored(Stored::Of(id))),
            Some(Asked::Live(true)) => Some(Self::Live),
            Some(Asked::Live(false)) => {
                faults.refuse("source.live", Reason::InvalidArgument, "is always true")
            }
        }
    }
}

impl Stored {
    /// For results over the federation, of which there are no live ones.
    pub(super) fn parse(asked: Option<&ResultSource>, faults: &mut Faults) -> Option<Self> {
        match Source::parse(asked, faults)? {
            Source::Stored(stored) => Some(stored),
            Source::Live => {
                let sentence = "there are no live results over the federation: classes need a run's quotas";
                faults.refuse("source.live", Reason::InvalidArgument, sentence)
            }
        }
    }

    /// The run, which has results.
    pub(crate) async fn find(self, tx: &TenantTx, season: &str) -> Result<Chosen> {
        let current = publications::current(tx, season).await?;
        let id = match self {
            Self::Published => current.ok_or_else(|| error::nothing_published(season))?,
            Self::Of(id) => id,
        };
        let run = runs::get(tx, id).await?;
        if run.season != season {
            return Err(error::run_of_another_season(&run, season));
        }
        Chosen::of(tx, run, current).await
    }
}

/// A run whose results are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) run: Run,
    /// It is the published one.
    pub(crate) published: bool,
    /// Since when something that it rests on has changed.
    stale_since: Option<Timestamp>,
}

impl Chosen {
    /// `current` is the season's published run.
    pub(super) async fn of(tx: &TenantTx, run: Run, current: Option<RunId>) -> Result<Self> {
        match run.state {
            State::Draft | State::Published | State::Rejected => {
                let stale_since = run_freshness::stale_since(tx, run.id).await?;
                Ok(Self { published: current == Some(run.id), stale_since, run })
            }
            State::Failed if run.finished.faults > 0 => Err(error::campaign_invalid(&run)),
            State::Pending | State::Failed => Err(error::run_state(&run, "read")),
        }
    }

    pub(crate) fn origin(&self) -> ResultOrigin {
        ResultOrigin {
            run_id: self.run.id.to_string(),
            run_number: self.run.number,
            published: self.published,
            campaign_sha256: self.run.finished.campaign_sha256.clone(),
            results_sha256: self.run.finished.results_sha256.clone(),
            computed_at: self.run.finished_at.map(Into::into),
            stale_since: self.stale_since.map(Into::into),
        }
    }

    /// Refuses who may not read results of the whole federation.
    pub(super) fn require_reader(&self, asker: Asker<'_>) -> Result<()> {
        if self.published || asker.reads_all() {
            return Ok(());
        }
        Err(error::out_of_scope(&format!("run {}, which is not published", self.run.number)))
    }
}
