use std::time::Duration;

use clap::Args;
use platform::clock::Clock;
use platform::config::{Config, Secret};
use platform::data_dir::{DataDir, DataDirError};
use platform::random::Random;
use platform::transport::{self, Connection, Credentials};

use super::identity::Who;
use super::{Client, Said};
use crate::app::{AnyError, App, Running};
use crate::installation::{Installation, Opened};

/// The variable with the token for `--server`.
const TOKEN: &str = "THIDUA_TOKEN";

/// How often, and how long each time, a command waits for another that holds the data directory for a moment, or for a
/// server that starts there.
const LOOKS: u32 = 300;
const LOOK: Duration = Duration::from_millis(100);

/// Which platform a command calls.
#[derive(Debug, Args)]
pub struct Reach {
    /// URL of a running platform, which is called with the token in THIDUA_TOKEN; without it, the platform of the data
    /// directory is meant, whether it runs or not
    #[arg(long, env = "THIDUA_SERVER", value_name = "URL", global = true)]
    server: Option<String>,
    #[command(flatten)]
    pub(crate) installation: Installation,
}

/// What services that a command runs in its own process do beside answering it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Nothing: jobs, schedules and events wait for the next start. There must be a data directory.
    Nothing,
    /// Jobs, schedules and events, as `start --all` does. There must be a data directory.
    Work,
    /// The same. The data directory is made when it is missing.
    Everything,
}

impl Reach {
    /// The URL of the platform that is meant in place of the data directory's.
    pub(crate) fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// The platform, called with the token in `THIDUA_TOKEN` at `--server`, else with the keys of the data directory.
    pub async fn connect(&self, aside: Aside) -> Result<Client, AnyError> {
        let Some(url) = &self.server else { return self.with_keys(aside).await };
        let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| Said {
            vi: format!("--server {url} cần mã truy cập trong biến {TOKEN}"),
            en: format!(
                "--server {url} needs a token in the variable {TOKEN}; `thidua token` prints one where its keys are"
            ),
        })?;
        let connection = transport::remote(url)?;
        let credentials = Credentials::Bearer(Secret::new(token));
        let bearer = transport::outgoing(connection.clone(), credentials, Clock::system(), Random::system());
        Ok(Client { connection, who: Who::Bearer(bearer), running: None })
    }

    /// The platform, called with the keys of the data directory, also at `--server`.
    pub async fn with_keys(&self, aside: Aside) -> Result<Client, AnyError> {
        let path = self.installation.load()?.config.data_dir;
        if aside != Aside::Everything && !DataDir::is_there(&path)? {
            let path = path.display();
            return Err(Said {
                vi: format!(
                    "không có thư mục dữ liệu {path}: hãy nêu với --data-dir, hoặc nêu hệ thống đang chạy với --server"
                ),
                en: format!(
                    "there is no data directory {path}: name one with --data-dir, or a running platform with --server"
                ),
            }
            .into());
        }
        let opened = self.installation.open()?;
        let (connection, running) = match &self.server {
            Some(url) => (transport::remote(url)?, None),
            None => local(&opened, aside).await?,
        };
        Ok(Client { connection, who: Who::Keys(Box::new(opened)), running })
    }
}

/// The server that runs from the data directory, or else the services in this process.
async fn local(opened: &Opened, aside: Aside) -> Result<(Connection, Option<Running>), AnyError> {
    let mut looks = 0;
    loop {
        if let Some(url) = opened.data_dir.running_server()? {
            return Ok((transport::remote(&url)?, None));
        }
        looks += 1;
        match Box::pin(App::start_quietly(settings(&opened.config, aside))).await {
            Ok(running) => {
                running.ready().await;
                return Ok((running.connection.clone(), Some(running)));
            }
            Err(error) if looks < LOOKS && in_use(&error) => opened.clock.sleep(LOOK).await,
            Err(error) => return Err(error),
        }
    }
}

/// The configuration of the services in this process. They listen where nobody else does, and are gone with the command:
/// other commands wait for its end.
fn settings(config: &Config, aside: Aside) -> Config {
    let mut config = config.clone();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.management_listen = ([127, 0, 0, 1], 0).into();
    if aside == Aside::Nothing {
        config.jobs.maintenance = false;
        let slots = &mut config.jobs.slots;
        (slots.fast, slots.recalculation, slots.report) = (0, 0, 0);
    }
    config
}

fn in_use(error: &AnyError) -> bool {
    matches!(error.downcast_ref(), Some(DataDirError::InUse { .. }))
}
