//! Who enqueues: members of some tenants.

use std::error::Error;
use std::time::Duration;

use platform::data_dir::DataDir;
use platform::db::{Database, TenantTx};
use platform::ids::{AccountId, Ids, TenantId};
use platform::jobs::Job;
use platform::random::Random;
use platform::tenancy::{Principal, TenantScope as _};
use platform::{Clock, auth, config};

use super::probe::Store;

const TENANTS: usize = 34;

pub(super) struct Callers {
    db: Database,
    principals: Vec<Principal>,
}

impl Callers {
    /// A member of each tenant.
    pub(super) fn new(db: &Database) -> Result<Self, Box<dyn Error>> {
        let (clock, random) = (Clock::system(), Random::system());
        let directory = tempfile::TempDir::new()?;
        let data_dir = DataDir::open(directory.path())?;
        let tokens = auth::Tokens::open(&config::Auth::default(), &data_dir, clock, random)?;
        let ids: &Ids = db.ids();
        let principal = |_| {
            let life = Duration::from_secs(600);
            let token = tokens.member(TenantId(ids.next()), AccountId(ids.next()), Vec::new(), life)?;
            Ok(tokens.verify(&token)?)
        };
        let principals = (0..TENANTS).map(principal).collect::<Result<_, Box<dyn Error>>>()?;
        Ok(Self { db: db.clone(), principals })
    }

    /// The tenants.
    pub(super) fn tenants(&self) -> Vec<TenantId> {
        self.principals.iter().filter_map(|member| member.tenant().ok()).collect()
    }

    /// Enqueues jobs of the tenant at this place in one transaction.
    pub(super) async fn enqueue_all<J: Job>(&self, place: usize, jobs: Vec<J>) -> platform::Result<()> {
        let tx = TenantTx::write(&self.db, &self.principals[place]).await?;
        for job in jobs {
            tx.enqueue(job).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Enqueues job `number`, in a transaction of its own.
    pub(super) async fn enqueue<J: Job>(&self, number: i64, job: fn(Store) -> J) -> platform::Result<()> {
        let place = usize::try_from(number).unwrap_or_default() % TENANTS;
        let asked = Store::new(number, &self.db);
        let tx = TenantTx::write(&self.db, &self.principals[place]).await?;
        tx.enqueue(job(asked)).await?;
        Ok(tx.commit().await?)
    }
}
