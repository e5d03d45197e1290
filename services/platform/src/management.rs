//! The management port: plain HTTP for whoever runs the process. It gives nothing of any tenant.
//!
//! | path | answer |
//! |---|---|
//! | `/healthz` | 200 while the process runs |
//! | `/readyz` | 200 when it can serve, else 503 with a line `name: what is missing` for each |
//! | `/metrics` | OpenMetrics text |
//! | `/.well-known/jwks.json` | the public keys of our tokens (RFC 7517) |

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header::CONTENT_TYPE};

use crate::auth::Tokens;
use crate::metrics::Metrics;
use crate::readiness::Readiness;

#[derive(Clone)]
struct Parts {
    readiness: Readiness,
    metrics: Metrics,
    tokens: Tokens,
}

pub(crate) fn router(readiness: Readiness, metrics: Metrics, tokens: Tokens) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .route("/.well-known/jwks.json", get(public_keys))
        .with_state(Parts { readiness, metrics, tokens })
}

async fn readyz(State(parts): State<Parts>) -> Response {
    let missing = parts.readiness.missing();
    if missing.is_empty() {
        return "ready\n".into_response();
    }
    let mut text = String::new();
    for (name, reason) in missing {
        let _ = writeln!(text, "{name}: {reason}");
    }
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

async fn metrics_text(State(parts): State<Parts>) -> Response {
    match parts.metrics.read().await {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn public_keys(State(parts): State<Parts>) -> Response {
    match serde_json::to_string(&parts.tokens.public_keys()) {
        Ok(text) => ([(CONTENT_TYPE, "application/jwk-set+json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
