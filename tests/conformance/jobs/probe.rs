//! Jobs that exist for tests alone, and the stage on which they tell what happens to them and wait for their cues.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use platform::Result;
use platform::clock::ManualClock;
use platform::db::TenantTx;
use platform::jobs::{BatchContext, Completed, Job, JobContext, JobError, Lane, Subject};
use platform::trace::{self, Trace};
use sea_orm::Set;
use tokio::sync::watch;

migrations::migrator!(vec![Box::new(Marks) as Box<dyn migrations::MigrationTrait>]);

migrations::migration!(Marks, "probe_0001_marks", up);

async fn up(schema: &migrations::Schema<'_>) -> Result<(), migrations::DbErr> {
    let marks = migrations::Table::tenant("marks")
        .column(migrations::uuid("mark_id"))
        .column(migrations::text("label"))
        .key(["mark_id"]);
    schema.create(marks).await
}

/// The effect of a test job: a row with its label.
pub mod marks {
    use platform::ids::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "marks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mark_id: Uuid,
        pub label: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    platform::tenant_entity!(Entity);
}

pub async fn mark(tx: &TenantTx, label: &str) -> Result<()> {
    let mark_id = tx.database().ids().next();
    let row =
        marks::ActiveModel { mark_id: Set(mark_id), label: Set(label.to_owned()), ..Default::default() };
    Ok(tx.insert(row).await?)
}

/// Where test jobs report that they run, and wait for cues.
#[derive(Clone)]
pub struct Stage {
    /// The labels of all attempts that began, in their order.
    runs: Arc<watch::Sender<Vec<String>>>,
    /// How many cues each label has had.
    cues: Arc<watch::Sender<BTreeMap<String, u32>>>,
    /// The labels of attempts that could not complete, and why.
    refused: Arc<watch::Sender<Vec<(String, String)>>>,
    /// The traces that attempts found themselves in.
    traces: Arc<watch::Sender<Vec<Trace>>>,
    hand: ManualClock,
}

impl Stage {
    pub fn new(hand: ManualClock) -> Self {
        Self {
            runs: Arc::default(),
            cues: Arc::default(),
            refused: Arc::default(),
            traces: Arc::default(),
            hand,
        }
    }

    /// The labels of all attempts so far, in the order in which they began.
    pub fn runs(&self) -> Vec<String> {
        self.runs.borrow().clone()
    }

    pub fn runs_of(&self, label: &str) -> usize {
        self.runs.borrow().iter().filter(|run| *run == label).count()
    }

    /// Waits until an attempt with this label has begun for the `times`-th time.
    pub async fn began(&self, label: &str, times: usize) {
        let began = |runs: &Vec<String>| runs.iter().filter(|run| *run == label).count() >= times;
        self.runs.subscribe().wait_for(began).await.expect("the stage lasts");
    }

    pub fn traces(&self) -> Vec<Trace> {
        self.traces.borrow().clone()
    }

    /// Waits until an attempt with this label could not complete, and returns why.
    pub async fn refused(&self, label: &str) -> String {
        let mut refused = self.refused.subscribe();
        let of_label = |refused: &Vec<(String, String)>| refused.iter().any(|(of, _)| of == label);
        let refused = refused.wait_for(of_label).await.expect("the stage lasts");
        refused.iter().find(|(of, _)| of == label).map(|(_, why)| why.clone()).expect("it is there")
    }

    /// Lets one wait of the jobs with this label end.
    pub fn cue(&self, label: &str) {
        self.cues.send_modify(|cues| *cues.entry(label.to_owned()).or_default() += 1);
    }

    async fn cued(&self, label: &str, times: u32) {
        let cued = |cues: &BTreeMap<String, u32>| cues.get(label).is_some_and(|count| *count >= times);
        self.cues.subscribe().wait_for(cued).await.expect("the stage lasts");
    }
}

/// A job that does as it is told.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Probe {
    pub label: String,
    pub act: Act,
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Act {
    /// Leaves its mark at once.
    Mark,
    /// Waits for a cue or for being cancelled.
    Hold,
    /// Waits for a cue and hears of nothing else.
    Deaf,
    /// Fails in a way that may pass, so often.
    Stumble {
        times: i64,
    },
    Fail,
    /// Leaves its mark and fails for good, in one transaction.
    Spoil,
    Panic,
    /// Tells its progress, one step for each cue.
    Steps {
        total: u32,
    },
    /// Takes so long by the manual clock, which it moves itself.
    Take {
        millis: u64,
    },
    /// Leaves a mark, and commits it before it waits for its cue.
    InParts,
}

impl Probe {
    pub fn new(label: &str, act: Act) -> Self {
        Self { label: label.to_owned(), act }
    }
}

impl Job for Probe {
    const KIND: &'static str = "probe";
    const LANE: Lane = Lane::Fast;
    const MAX_FAILURES: i64 = 3;
    type Deps = Stage;

    fn subject(&self) -> Subject {
        Subject::from([("label".to_owned(), self.label.clone())])
    }

    async fn run(self, ctx: JobContext, stage: Stage) -> Result<Completed, JobError> {
        stage.runs.send_modify(|runs| runs.push(self.label.clone()));
        stage.traces.send_modify(|traces| traces.push(trace::current()));
        match self.act {
            Act::Mark => {}
            Act::Hold => tokio::select! {
                () = stage.cued(&self.label, 1) => {}
                () = ctx.cancelled() => ctx.check()?,
            },
            Act::Deaf => stage.cued(&self.label, 1).await,
            Act::Stumble { times } if ctx.attempt() <= times => {
                return Err(JobError::retry(format!("stumbled over attempt {}", ctx.attempt())));
            }
            Act::Stumble { .. } => {}
            Act::Fail => return Err(JobError::fail("it cannot be done")),
            Act::Spoil => {
                let tx = ctx.write().await?;
                mark(&tx, &self.label).await?;
                return ctx.complete_failed(tx, "spoilt").await;
            }
            Act::Panic => panic!("the probe fell off the table"),
            Act::Steps { total } => {
                ctx.phase("climb");
                for step in 1..=total {
                    stage.cued(&self.label, step).await;
                    ctx.progress(step.into(), total.into());
                }
            }
            Act::Take { millis } => stage.hand.advance(Duration::from_millis(millis)),
            Act::InParts => {
                let tx = ctx.write().await?;
                mark(&tx, &format!("{} began", self.label)).await?;
                ctx.commit(tx).await?;
                stage.cued(&self.label, 1).await;
            }
        }
        let tx = ctx.write().await?;
        mark(&tx, &self.label).await?;
        let completed = ctx.complete(tx).await;
        if let Err(error) = &completed {
            stage.refused.send_modify(|refused| refused.push((self.label.clone(), error.to_string())));
        }
        completed
    }

    async fn failed(&self, tx: &TenantTx, _stage: &Stage, error: &str) -> Result<()> {
        mark(tx, &format!("{} failed: {error}", self.label)).await
    }
}

/// A job that may take five seconds.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Brief {}

impl Job for Brief {
    const KIND: &'static str = "brief";
    const LANE: Lane = Lane::Fast;
    const MAX_FAILURES: i64 = 1;
    const TIME_LIMIT: Duration = Duration::from_secs(5);
    type Deps = Stage;

    async fn run(self, ctx: JobContext, stage: Stage) -> Result<Completed, JobError> {
        stage.runs.send_modify(|runs| runs.push("brief".to_owned()));
        stage.cued("brief", 1).await;
        ctx.complete(ctx.write().await?).await
    }
}

/// A job that schedules start: about one season.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    pub season: String,
}

impl Job for Close {
    const KIND: &'static str = "close";
    const LANE: Lane = Lane::Recalculation;
    const VERSION: i64 = 2;
    type Deps = Stage;

    fn subject(&self) -> Subject {
        Subject::from([("season".to_owned(), self.season.clone())])
    }

    /// Version 1 held the year as a number.
    fn upgrade(version: i64, payload: serde_json::Value) -> Result<Self, JobError> {
        let year = payload.get("year").and_then(serde_json::Value::as_i64).filter(|_| version == 1);
        let year = year.ok_or_else(|| JobError::fail("neither version 1 nor version 2"))?;
        Ok(Self { season: year.to_string() })
    }

    async fn run(self, ctx: JobContext, stage: Stage) -> Result<Completed, JobError> {
        let label = format!("close {}", self.season);
        stage.runs.send_modify(|runs| runs.push(label.clone()));
        let tx = ctx.write().await?;
        mark(&tx, &label).await?;
        ctx.complete(tx).await
    }
}

/// A small job, done together with others of its tenant. One with "bad" in its label fails wherever it is tried, one with
/// "deaf" waits for its cue, one with "apart" is done alone and only after its cue.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Voice {
    pub label: String,
}

impl Voice {
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned() }
    }

    fn sing(&self) -> Result<(), JobError> {
        if self.label.contains("panic") {
            panic!("the voice broke");
        }
        if self.label.contains("bad") { Err(JobError::fail("out of tune")) } else { Ok(()) }
    }
}

impl Job for Voice {
    const KIND: &'static str = "voice";
    const LANE: Lane = Lane::Fast;
    const TOGETHER: usize = 5;
    type Deps = Stage;

    async fn run(self, ctx: JobContext, stage: Stage) -> Result<Completed, JobError> {
        stage.runs.send_modify(|runs| runs.push(self.label.clone()));
        if ["apart", "deaf"].iter().any(|slow| self.label.contains(slow)) {
            stage.cued(&self.label, 1).await;
        }
        self.sing()?;
        let tx = ctx.write().await?;
        mark(&tx, &self.label).await?;
        ctx.complete(tx).await
    }

    async fn run_together(jobs: Vec<Self>, ctx: BatchContext, stage: Stage) -> Result<Completed, JobError> {
        let labels: Vec<_> = jobs.iter().map(|job| job.label.as_str()).collect();
        stage.runs.send_modify(|runs| runs.push(labels.join("+")));
        for job in jobs.iter().filter(|job| job.label.contains("deaf")) {
            stage.cued(&job.label, 1).await;
        }
        let tx = ctx.write().await?;
        for job in &jobs {
            mark(&tx, &job.label).await?;
            job.sing()?;
            if job.label.contains("apart") {
                return Err(JobError::retry("not together"));
            }
        }
        ctx.complete(tx).await
    }
}
