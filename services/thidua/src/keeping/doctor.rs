//! Whether an installation is well, and what can be mended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use platform::auth::{OPERATOR_FILE, Tokens, key_directory};
use platform::clock::Clock;
use platform::config::{Config, DatabaseParts};
use platform::data_dir::DataDir;
use platform::db::{Database, DatabaseConfig, copy};
use platform::events::gaps::{self, Missing};
use platform::ids::{Ids, TenantId};
use platform::random::Random;
use platform::tenants::{self, Tenant, Tenants};
use serde::Serialize;

use super::key_files;
use crate::app::{AnyError, ServiceName};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// The service that it is about; absent: the installation.
    pub(crate) service: Option<&'static str>,
    /// What was looked at.
    pub(crate) check: &'static str,
    pub(crate) state: State,
    /// What was found, and what to do.
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Well,
    Mended,
    /// `--mend` would mend it.
    Mendable,
    /// A person has to see to it.
    Wrong,
}

/// Events that are named one by one.
const NAMED: usize = 5;

/// Looks at everything, and mends what can be mended when it is told to.
pub(crate) async fn look(config: &Config, mend: bool) -> Result<Vec<Finding>, AnyError> {
    let mut findings = vec![keys(config)];
    let databases = DatabaseConfig::of(config)?;
    let mut open = BTreeMap::new();
    for service in ServiceName::ALL {
        match opened(config, &databases, service, &mut findings).await {
            Ok(db) => {
                open.insert(service, db);
            }
            Err(error) => findings.push(Finding {
                service: Some(service.as_str()),
                check: "database",
                state: State::Wrong,
                text: error.to_string(),
            }),
        }
    }
    federations(&open, mend, &mut findings).await?;
    for (producer, from) in &open {
        for (consumer, to) in &open {
            events(*producer, from, *consumer, to, mend, &mut findings).await?;
        }
    }
    for db in open.into_values() {
        db.close().await;
    }
    Ok(findings)
}

fn keys(config: &Config) -> Finding {
    let (state, text) = match counted_keys(config) {
        Ok(keys) => (State::Well, format!("{keys} signing keys, readable by their owner alone")),
        Err(error) => (State::Wrong, error.to_string()),
    };
    Finding { service: None, check: "keys", state, text }
}

/// Who opens keys makes those that are missing: so they are looked for before.
fn counted_keys(config: &Config) -> Result<usize, AnyError> {
    if !DataDir::is_there(&config.data_dir)? {
        return Err(format!("there is no data directory {}", config.data_dir.display()).into());
    }
    let data_dir = DataDir::open(&config.data_dir)?;
    let operator = data_dir.path().join(OPERATOR_FILE);
    if key_files(config, &data_dir)?.is_empty() {
        let directory = key_directory(&config.auth, &data_dir);
        let text =
            "there is no signing key: the next start makes one, and tokens of an older one count no more";
        return Err(format!("{}: {text}", directory.display()).into());
    }
    if !operator.exists() {
        let text = "there is no key of the local operator: the next command makes one";
        return Err(format!("{}: {text}", operator.display()).into());
    }
    Ok(Tokens::open(&config.auth, &data_dir, Clock::system(), Random::system())?.public_keys().keys.len())
}

/// The service's database, if it can be used.
async fn opened(
    config: &Config,
    databases: &DatabaseConfig,
    service: ServiceName,
    findings: &mut Vec<Finding>,
) -> Result<Database, AnyError> {
    let mut find =
        |check, state, text| findings.push(Finding { service: Some(service.as_str()), check, state, text });
    if config.database.parts == DatabaseParts::Embedded {
        let file = config.data_dir.join(service.file());
        if !file.exists() {
            return Err(format!("there is no {}: run `thidua migrate`", file.display()).into());
        }
        let damage = copy::damage(&file).await?;
        if !damage.is_empty() {
            let text = format!("{}: {}; restore it from a backup", file.display(), damage.join("; "));
            return Err(text.into());
        }
        find("file", State::Well, "sound".to_owned());
    }
    let ids = Ids::new(Clock::system(), Random::system());
    let db = Database::connect(databases, service.as_str(), ids).await?;
    let schema = service.check_schema(&db).await;
    if schema.is_ok() {
        find("schema", State::Well, "that of this version".to_owned());
    }
    let isolation = if schema.is_ok() { db.prove_isolation().await } else { schema };
    match isolation {
        Ok(()) => {
            find("isolation", State::Well, "no federation reaches another's rows".to_owned());
            Ok(db)
        }
        Err(error) => {
            db.close().await;
            Err(error.into())
        }
    }
}

/// Whether every service knows the federations as organizations does.
async fn federations(
    open: &BTreeMap<ServiceName, Database>,
    mend: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), AnyError> {
    let Some(organizations) = open.get(&ServiceName::Organizations) else { return Ok(()) };
    let truth = known(organizations).await?;
    for (service, db) in open.iter().filter(|(service, _)| **service != ServiceName::Organizations) {
        let own = known(db).await?;
        let mut find = |state, text| {
            findings.push(Finding { service: Some(service.as_str()), check: "federations", state, text })
        };
        let older = |tenant: &&Tenant| own.get(&tenant.id).is_none_or(|own| own.revision < tenant.revision);
        let stale: Vec<Tenant> = truth.values().filter(older).cloned().collect();
        let ahead: Vec<&Tenant> = own
            .values()
            .filter(|own| truth.get(&own.id).is_none_or(|truth| truth.revision < own.revision))
            .collect();
        let codes = |tenants: &[&Tenant]| {
            tenants.iter().map(|tenant| tenant.code.as_str()).collect::<Vec<_>>().join(", ")
        };
        if !stale.is_empty() {
            let text = format!("what it knows of {} is old", codes(&stale.iter().collect::<Vec<_>>()));
            if mend {
                tenants::fill(db, &stale).await?;
                find(State::Mended, format!("{text}: told again"));
            } else {
                find(State::Mendable, format!("{text}; it is told again at its next start, or by --mend"));
            }
        }
        if !ahead.is_empty() {
            let text = format!(
                "it knows more of {} than organizations does: organizations was restored as of an earlier moment. \
                 Restore a later backup of organizations, or enter there again what is missing",
                codes(&ahead)
            );
            find(State::Wrong, text);
        }
        if stale.is_empty() && ahead.is_empty() {
            find(State::Well, format!("{} federations, as organizations knows them", own.len()));
        }
    }
    Ok(())
}

async fn known(db: &Database) -> Result<BTreeMap<TenantId, Tenant>, AnyError> {
    let tenants = Tenants::load(db.clone(), Clock::system()).await?;
    Ok(tenants.all().into_iter().map(|tenant| (tenant.id, (*tenant).clone())).collect())
}

/// Whether the consumer has what the producer has published, and nothing else.
async fn events(
    producer: ServiceName,
    from: &Database,
    consumer: ServiceName,
    to: &Database,
    mend: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), AnyError> {
    let found = gaps::between(from, to, &consumer.topics()).await?;
    let mut find = |state, text| {
        findings.push(Finding { service: Some(consumer.as_str()), check: "events", state, text });
    };
    if !found.not_received.is_empty() {
        let text = format!("it lacks {} of {producer}", told(&found.not_received));
        if mend {
            gaps::publish_again(from, &found.not_received).await?;
            find(State::Mended, format!("{text}: {producer} delivers them again"));
        } else {
            find(State::Mendable, format!("{text}; `thidua doctor --mend` has them delivered again"));
        }
    }
    if !found.unknown_to_producer.is_empty() {
        let text = format!(
            "it has {} of which {producer} knows nothing: {producer} was restored as of an earlier moment, and what \
             they told of is not there any more. Restore a later backup of {producer}, or enter there again what is \
             missing",
            told(&found.unknown_to_producer)
        );
        find(State::Wrong, text);
    }
    Ok(())
}

/// "3 events (SeasonChanged 2; UnitsChanged 1; federations …; from … to …): id, id, …"
fn told(events: &[Missing]) -> String {
    let mut topics = BTreeMap::<_, usize>::new();
    for event in events {
        *topics.entry(event.topic.rsplit('.').next().unwrap_or(&event.topic)).or_default() += 1;
    }
    let topics: Vec<_> = topics.into_iter().map(|(topic, count)| format!("{topic} {count}")).collect();
    let federations: BTreeSet<_> = events.iter().map(|event| event.tenant.to_string()).collect();
    let federations: Vec<_> = federations.into_iter().collect();
    let mut text = format!("{} events ({}", events.len(), topics.join("; "));
    let _ = write!(text, "; federations {}", federations.join(", "));
    if let (Some(first), Some(last)) = (events.first(), events.last()) {
        let _ = write!(text, "; from {} to {})", first.created_at, last.created_at);
    }
    let ids: Vec<_> = events.iter().take(NAMED).map(|event| event.event.to_string()).collect();
    let more = if events.len() > NAMED { ", …" } else { "" };
    let _ = write!(text, ": {}{more}", ids.join(", "));
    text
}
