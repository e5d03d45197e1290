//! How commands reach the platform: a server by its URL, else the one that serves the data directory, else the services
//! in this process, for as long as the command lasts.
//!
//! ```text
//! client::run(&self.reach, Aside::Nothing, async |client| {
//!     let connection = self.member.connect(client, "/thidua.scoring.v1.RunService/ListRuns").await?;
//!     let mut runs = RunServiceClient::new(connection);
//! ```
//!
//! Who calls is the bearer of `THIDUA_TOKEN` where `--server` names the platform, else whom the keys of the data
//! directory make: its local operator, or an account of a federation whose role may do what is asked.

mod choice;
mod identity;
pub(crate) mod jobs;
mod membership;
mod paging;
mod reach;
mod reasons;
pub(crate) mod runs;
mod told;

use std::path::Path;
use std::process::ExitCode;

use platform::config::{DatabaseParts, Telemetry};
use platform::transport::Connection;

pub(crate) use identity::{ISSUER, grant_of};
pub(crate) use membership::Membership;
pub(crate) use paging::pages;
pub use reach::{Aside, Reach};
pub(crate) use told::Said;
pub use told::told;

use crate::app::{AnyError, Running};
use crate::commands::fail;
use crate::show::Language;
use identity::Who;

/// The platform, reached.
pub struct Client {
    /// The way to every service, without a token.
    connection: Connection,
    who: Who,
    /// The platform, when it runs in this process.
    running: Option<Running>,
}

impl Client {
    /// The platform runs in this process.
    pub fn is_embedded(&self) -> bool {
        self.running.is_some()
    }

    /// Where jobs wait because nothing works on them: the data directory, when no server runs from it.
    pub(crate) fn idle(&self) -> Option<&Path> {
        let keys = self.keys().ok().filter(|_| self.is_embedded())?;
        // Other machines may work on jobs in a database that is shared.
        (keys.config.database.parts == DatabaseParts::Embedded).then(|| keys.data_dir.path())
    }

    /// The way to every service, without a token.
    pub(crate) fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// The platform, when it runs in this process.
    pub(crate) fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    /// Ends what runs in this process: calls and jobs that have begun may finish.
    pub async fn close(self) -> Result<(), AnyError> {
        if let Some(running) = self.running {
            running.stop().await?;
        }
        Ok(())
    }
}

/// Reaches the platform, does `work` and lets go of it again. What went wrong stands on standard error, and the command
/// ends with 1.
pub fn run(reach: &Reach, aside: Aside, work: impl AsyncFnOnce(&Client) -> Result<(), AnyError>) -> ExitCode {
    run_in(Language::En, reach, aside, work)
}

/// The same; what went wrong is told in this language.
pub(crate) fn run_in(
    language: Language,
    reach: &Reach,
    aside: Aside,
    work: impl AsyncFnOnce(&Client) -> Result<(), AnyError>,
) -> ExitCode {
    let done = runtime().and_then(|runtime| {
        runtime.block_on(async {
            let client = Box::pin(reach.connect(aside)).await?;
            if client.is_embedded() {
                // What goes wrong within the services has nobody else to tell it.
                let told = Telemetry { filter: "error".to_owned(), ..Telemetry::default() };
                platform::telemetry::start(&told)?;
            }
            let done = work(&client).await;
            client.close().await?;
            done
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(told::told_in(language, error.as_ref())),
    }
}

/// The runtime of a command.
pub fn runtime() -> Result<tokio::runtime::Runtime, AnyError> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
