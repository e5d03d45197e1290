//! The connection to the collector.

use std::time::Duration;

use tonic::transport::{Channel, ClientTlsConfig, Endpoint};

/// One message takes no longer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
#[error("telemetry.otlp = {url:?} is no URL of a collector, such as http://collector:4317: {cause}")]
pub struct ChannelError {
    url: String,
    cause: tonic::transport::Error,
}

/// The collector at `url`, connected to with the first message, and again when the connection was lost.
pub(super) fn open(url: &str) -> Result<Channel, ChannelError> {
    let fault = |cause| ChannelError { url: url.to_owned(), cause };
    let mut endpoint = Endpoint::from_shared(url.to_owned()).map_err(fault)?;
    if url.starts_with("https://") {
        endpoint = endpoint.tls_config(ClientTlsConfig::new().with_enabled_roots()).map_err(fault)?;
    }
    Ok(endpoint.connect_timeout(CONNECT_LIMIT).timeout(ANSWER_LIMIT).connect_lazy())
}
