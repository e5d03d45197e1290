//! The installation that a command is about: its configuration and its data directory.

use std::path::PathBuf;

use clap::Args;
use platform::auth::{LocalOperator, Tokens};
use platform::clock::Clock;
use platform::config::{self, Faults, Loaded, Secret};
use platform::data_dir::DataDir;
use platform::random::Random;
use platform::transport::{self, Connection, Credentials};

use crate::app::AnyError;

/// Options of every command that works on an installation.
#[derive(Debug, Args)]
pub(crate) struct Installation {
    /// Configuration file (TOML); without it, defaults and THIDUA_SECTION__KEY variables
    #[arg(long, env = "THIDUA_CONFIG", value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Data directory, in place of the configured one
    #[arg(long, value_name = "DIRECTORY", global = true)]
    pub(crate) data_dir: Option<PathBuf>,
}

impl Installation {
    pub(crate) fn load(&self) -> Result<Loaded, Faults> {
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
        let data_dir = self.data_dir.iter().map(|path| ("data_dir", path.display().to_string()));
        config::load(self.config.as_deref(), environment, data_dir)
    }

    /// The data directory and what issues its tokens.
    pub(crate) fn open(&self) -> Result<Opened, AnyError> {
        let config = self.load()?.config;
        let data_dir = DataDir::open(&config.data_dir)?;
        let (clock, random) = (Clock::system(), Random::system());
        let tokens = Tokens::open(&config.auth, &data_dir, clock.clone(), random.clone())?;
        Ok(Opened { config, data_dir, clock, random, tokens })
    }
}

/// An installation on this machine.
pub(crate) struct Opened {
    pub(crate) config: config::Config,
    pub(crate) data_dir: DataDir,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) tokens: Tokens,
}

impl Opened {
    /// `connection`, as this machine's operator.
    pub(crate) fn as_local_operator(&self, connection: Connection) -> Result<Connection, AnyError> {
        let operator =
            LocalOperator::new(self.data_dir.clone(), self.clock.clone(), self.random.clone()).token()?;
        Ok(self.bearing(connection, &operator))
    }

    /// `connection` with a token.
    pub(crate) fn bearing(&self, connection: Connection, token: &str) -> Connection {
        let credentials = Credentials::Bearer(Secret::new(token));
        transport::outgoing(connection, credentials, self.clock.clone(), self.random.clone())
    }
}
