//! What a process tells about its work, besides measurements ([`crate::metrics`]).
//!
//! - Logs: structured events on standard error, as text or JSON, with the ids of tenant, job and trace as fields.
//! - Spans: the steps of each trace, sent by OTLP where the configuration says so; else none is made. They have the ids
//!   that [`crate::trace::Trace`] carries through calls, job rows and events, so that a trace is one tree.
//! - Measurements go the same way, as `/metrics` shows them.
//!
//! What must not be logged has a type that does not print: [`crate::config::Secret`]. Names, e-mail addresses and
//! votes are never given to a log at all. A span has no other attribute than the [keys](span::Key) that are listed: no
//! text of an event or an error comes into it. That is why spans are made by hand and not from the log's.
//!
//! OTLP is spoken with the generated contract, and not through an SDK: that one would give spans ids of its own, and
//! take no histogram that is measured elsewhere.

mod attributes;
mod channel;
mod export;
mod measured;
mod sender;
pub(crate) mod span;

use std::io::IsTerminal as _;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

pub use channel::ChannelError;
pub use export::Export;

use crate::config::{LogFormat, Telemetry};

/// Says what is wrong with a log filter.
pub(crate) fn check_filter(filter: &str) -> Result<(), String> {
    EnvFilter::try_new(filter).map(drop).map_err(|error| format!("{filter:?} is no log filter: {error}"))
}

/// Starts logging for this process. A second call changes nothing and is told so.
pub fn start(settings: &Telemetry) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // What the client of the broker meets, our adapter tells in its own words.
    let quiet = format!("lapin=off,io_loop=off,{}", settings.filter);
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(quiet)?);
    match settings.format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(colours)).try_init()?;
        }
        LogFormat::Json => {
            let layer = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true);
            registry.with(layer.with_writer(std::io::stderr)).try_init()?;
        }
    }
    Ok(())
}
