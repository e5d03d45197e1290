use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use tonic::Status;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::call::Call;
use super::steps::Made;
use super::{Connection, TRACEPARENT, deadline, stack};
use crate::auth::{SERVICE_LIFE, Tokens};
use crate::clock::{Clock, Timestamp};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::ids::TenantId;
use crate::random::Random;
use crate::trace;

/// Another service, as a service sees it.
#[derive(Clone)]
pub struct Peer {
    connection: Connection,
    clock: Clock,
    random: Random,
    own: ServiceTokens,
}

impl Peer {
    /// `connection` as it is used by the service `name`.
    pub fn new(name: &'static str, connection: Connection, tokens: Tokens, random: Random) -> Self {
        let clock = tokens.clock().clone();
        Self { connection, clock, random, own: ServiceTokens { name, tokens, issued: Arc::default() } }
    }

    /// For calls in the name of who called us: with the caller's token.
    pub fn as_caller(&self) -> Connection {
        self.with(Credentials::Caller)
    }

    /// For calls in our own name, for `tenant`.
    pub fn as_service(&self, tenant: TenantId) -> Connection {
        self.with(Credentials::Service(self.own.clone(), Some(tenant)))
    }

    /// For calls in our own name, about no tenant.
    pub fn as_service_itself(&self) -> Connection {
        self.with(Credentials::Service(self.own.clone(), None))
    }

    fn with(&self, credentials: Credentials) -> Connection {
        outgoing(self.connection.clone(), credentials, self.clock.clone(), self.random.clone())
    }
}

/// Whose token an outgoing call carries.
#[derive(Clone)]
pub enum Credentials {
    /// That of the call in which this task runs.
    Caller,
    /// A token that the client was given.
    Bearer(Secret),
    /// Our own, for a tenant or for none.
    Service(ServiceTokens, Option<TenantId>),
}

/// The tokens of one service, each issued anew when half its life is over.
#[derive(Clone)]
pub struct ServiceTokens {
    name: &'static str,
    tokens: Tokens,
    issued: Arc<Mutex<Issued>>,
}

/// Tenant → token and when it was issued.
type Issued = HashMap<Option<TenantId>, (Secret, Timestamp)>;

impl ServiceTokens {
    fn token(&self, tenant: Option<TenantId>) -> Result<Secret> {
        let now = self.tokens.clock().now();
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, at)) = issued.get(&tenant)
            && now.since(*at) < SERVICE_LIFE / 2
        {
            return Ok(token.clone());
        }
        issued.retain(|_, (_, at)| now.since(*at) < SERVICE_LIFE / 2);
        let token = Secret::new(self.tokens.service(self.name, tenant)?);
        issued.insert(tenant, (token.clone(), now));
        Ok(token)
    }
}

/// `connection`, each call with a token, the trace, and what is left of the deadline of the call in which it is made.
pub fn outgoing(
    connection: Connection,
    credentials: Credentials,
    clock: Clock,
    random: Random,
) -> Connection {
    Connection::new(tower::service_fn(move |request: Request<Body>| {
        let (connection, credentials) = (connection.clone(), credentials.clone());
        let (clock, random) = (clock.clone(), random.clone());
        async move { call(connection, &credentials, &clock, &random, request).await }
    }))
}

async fn call(
    connection: Connection,
    credentials: &Credentials,
    clock: &Clock,
    random: &Random,
    mut request: Request<Body>,
) -> std::result::Result<Response<Body>, Status> {
    let current = Call::current();
    let headers = request.headers_mut();
    let token = token(credentials, current.as_ref())?;
    headers.insert(AUTHORIZATION, header(&format!("Bearer {}", token.reveal()))?);
    let parent = trace::current();
    let trace = parent.step(random);
    headers.insert(TRACEPARENT, header(trace.as_str())?);

    let own = deadline::read(headers)?;
    let made = Made::begin(request.uri().path(), &trace, &parent, clock);
    let inherited = current.and_then(|call| call.remaining(clock));
    let Some(limit) = [own, inherited].into_iter().flatten().min() else {
        return made.follow(connection.oneshot(request).await);
    };
    if limit.is_zero() {
        return made.follow(Err(stack::deadline_exceeded()));
    }
    deadline::write(request.headers_mut(), limit);
    // The other side ends the call too; this is for when it does not answer any more.
    let answer = clock.timeout(limit, connection.oneshot(request)).await;
    made.follow(answer.unwrap_or_else(|| Err(stack::deadline_exceeded())))
}

fn token(credentials: &Credentials, current: Option<&Call>) -> Result<Secret> {
    match credentials {
        Credentials::Bearer(token) => Ok(token.clone()),
        Credentials::Service(own, tenant) => own.token(*tenant),
        Credentials::Caller => current
            .and_then(|call| call.bearer.clone())
            .ok_or_else(|| Error::unauthenticated("there is no caller in whose name to call")),
    }
}

fn header(text: &str) -> std::result::Result<HeaderValue, Status> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| Status::from(Error::unauthenticated("the token holds characters that no token has")))?;
    value.set_sensitive(true);
    Ok(value)
}
