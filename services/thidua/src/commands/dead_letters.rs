//! `thidua dead-letters`: messages that the broker has put aside.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use platform::broker::{Broker, Content, DeadLetter, Replayed};
use platform::config::BrokerParts;
use platform::random::Random;
use platform::readiness::Readiness;

use super::fail;
use crate::app::{AnyError, ServiceName};
use crate::installation::Installation;
use crate::show::{Column, Table};

/// Messages that the broker has put aside: such as nobody understood, or as were brought back too often
///
/// What counts are rows: jobs whose message is lost are handed out again by themselves, and events are kept by who published
/// them. A message that was put aside tells of a fault, such as a program of another version.
#[derive(Debug, Args)]
pub(crate) struct DeadLetters {
    #[command(subcommand)]
    action: Action,
    /// Of this service alone
    #[arg(long, value_enum, global = true)]
    service: Option<ServiceName>,
    #[command(flatten)]
    installation: Installation,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show them, and leave them where they are
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Send them once more to the queues that they came from
    Replay(Replay),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Replay {
    /// As `list` names them
    ids: Vec<String>,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl DeadLetters {
    pub(crate) fn run(self) -> ExitCode {
        match self.act() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn act(self) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        if config.broker.parts != BrokerParts::RabbitMq {
            writeln!(
                io::stdout(),
                "there is no broker: broker.parts is \"embedded\", and so nothing is put aside"
            )?;
            return Ok(());
        }
        let services = self.service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let gate = Readiness::default().gate("broker");
            let broker = Broker::open(&config.broker, "thidua dead-letters", Random::system(), gate)?;
            let done = match &self.action {
                Action::List { json } => list(&broker, &services, *json).await,
                Action::Replay(replay) => replay.run(&broker, &services).await,
            };
            broker.close().await;
            done
        })
    }
}

async fn list(broker: &Broker, services: &[ServiceName], json: bool) -> Result<(), AnyError> {
    let mut table = Table::new([
        Column::text("Id"),
        Column::text("Service"),
        Column::text("Queue"),
        Column::text("Reason"),
        Column::text("Put aside at"),
        Column::number("Bytes"),
        Column::text("Content"),
    ]);
    for service in services {
        for letter in broker.dead_letters(service.as_str()).await? {
            let at = letter.put_aside_at.map_or(String::new(), |at| at.to_string());
            table.row([
                letter.id.clone(),
                service.to_string(),
                letter.queue.clone(),
                letter.reason.clone(),
                at,
                letter.bytes.to_string(),
                content(&letter),
            ]);
        }
    }
    if table.is_empty() && !json {
        writeln!(io::stdout(), "nothing is put aside")?;
        return Ok(());
    }
    Ok(table.print(json)?)
}

fn content(letter: &DeadLetter) -> String {
    match &letter.content {
        Content::Jobs(message) => {
            let jobs: Vec<_> = message.jobs.iter().map(ToString::to_string).collect();
            format!("tenant {}, jobs {}", message.tenant, jobs.join(", "))
        }
        Content::Event(event) => {
            format!("event {} of {}, tenant {}: {}", event.id, event.source, event.tenant, event.topic)
        }
        Content::Unreadable(beginning) => format!("unreadable: {beginning}"),
    }
}

impl Replay {
    async fn run(&self, broker: &Broker, services: &[ServiceName]) -> Result<(), AnyError> {
        let ids = (!self.all).then_some(self.ids.as_slice());
        let mut replayed = Replayed::default();
        for service in services {
            let Replayed { sent, without_origin } = broker.replay_dead_letters(service.as_str(), ids).await?;
            replayed.sent.extend(sent);
            replayed.without_origin.extend(without_origin);
        }
        let Replayed { sent, without_origin } = replayed;
        let mut out = io::stdout().lock();
        for letter in &sent {
            writeln!(out, "{} went to {}", letter.id, letter.queue)?;
        }
        let mut left: Vec<_> = without_origin
            .iter()
            .map(|letter| format!("nobody knows which queue the message {} came from: it stays", letter.id))
            .collect();
        let known = |id: &&String| sent.iter().chain(&without_origin).any(|letter| letter.id == **id);
        let unknown = self.ids.iter().filter(|id| !known(id));
        left.extend(unknown.map(|id| format!("nothing that was put aside has the id {id}")));
        if !left.is_empty() {
            return Err(left.join("\n").into());
        }
        if sent.is_empty() {
            writeln!(out, "nothing is put aside")?;
        }
        Ok(())
    }
}
