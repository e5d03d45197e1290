//! The probe service, and the two ways to it.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use platform::auth::{ACCESS_LIFE, Rule, Rules, Tokens};
use platform::clock::ManualClock;
use platform::config::{self, Secret};
use platform::data_dir::DataDir;
use platform::host::Host;
use platform::ids::{AccountId, TenantId};
use platform::lifecycle::Lifecycle;
use platform::metrics::Metrics;
use platform::random::Random;
use platform::readiness::Readiness;
use platform::service::Service;
use platform::tenancy::{Grant, Principal};
use platform::tenants::Tenants;
use platform::transport::{self, Connection, Credentials, Elsewhere, Late, Peer, Stack};
use platform::{Clock, Error, Timestamp, Violation, auth, trace};
use tokio::sync::watch;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use contract::Note;
use contract::probe_client::ProbeClient;
use contract::probe_server::{Probe as ProbeService, ProbeServer};

#[allow(clippy::all, unreachable_pub, reason = "generated")]
pub(crate) mod contract {
    tonic::include_proto!("thidua.probe.v1");
}

pub(crate) const TENANT: TenantId = TenantId(Uuid::from_u128(7));
pub(crate) const ACCOUNT: AccountId = AccountId(Uuid::from_u128(9));
pub(super) const MESSAGE_BYTES: u32 = 4096;

pub(crate) type Client = ProbeClient<Connection>;

/// The probe service behind the stack, with time in the test's hand.
pub(crate) struct Probe {
    pub(super) hand: ManualClock,
    pub(super) tokens: Tokens,
    pub(super) metrics: Metrics,
    pub(super) life: Lifecycle,
    pub(super) readiness: Readiness,
    /// Where the management port is, of a remote one.
    pub(super) management: Option<SocketAddr>,
    /// Where a remote one is.
    pub(super) grpc: Option<SocketAddr>,
    /// How many handlers run that never end by themselves.
    pub(super) running: watch::Receiver<u32>,
    connection: Connection,
    _directory: tempfile::TempDir,
}

/// How a probe differs from the usual one.
pub(crate) struct Setup {
    pub(crate) remote: bool,
    pub(crate) hand: ManualClock,
    /// What the service knows of the tenants, when it looks at them.
    pub(crate) door: Option<Tenants>,
    pub(crate) server: config::Server,
}

impl Default for Setup {
    fn default() -> Self {
        let hand = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
        Self { remote: false, hand, door: None, server: config::Server::default() }
    }
}

impl Probe {
    pub(super) async fn local() -> Self {
        Self::start(Setup::default()).await
    }

    pub(super) async fn remote() -> Self {
        Self::start(Setup { remote: true, ..Setup::default() }).await
    }

    pub(crate) async fn start(setup: Setup) -> Self {
        let Setup { remote, hand, door, server } = setup;
        let directory = tempfile::tempdir().expect("a directory");
        let data_dir = DataDir::open(directory.path()).expect("opens");
        let random = Random::seeded(1);
        let tokens = Tokens::open(&config::Auth::default(), &data_dir, hand.clock(), random.clone());
        let tokens = tokens.expect("keys");
        let metrics = Metrics::new();
        let limits = config::Limits { message_bytes: MESSAGE_BYTES, in_flight: 2, ..Default::default() };
        let stack = Stack {
            clock: hand.clock(),
            random: random.clone(),
            tokens: tokens.clone(),
            rules: rules(),
            limits,
            metrics: metrics.clone(),
        };
        let late = Late::new();
        let running = watch::Sender::new(0);
        let handlers = Handlers {
            running: running.clone(),
            peer: Peer::new("probe", late.connection(), tokens.clone(), random),
        };
        let routes = Routes::new(ProbeServer::new(handlers));
        let routes = door.iter().fold(routes, |routes, door| door.guard(routes));
        let service = Service::new("probe", routes);
        let life = Lifecycle::new(hand.clock());
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let settings = config::Server { listen: any_port, management_listen: any_port, ..server };
        let readiness = Readiness::default();
        let host = Host {
            settings,
            life: life.clone(),
            readiness: readiness.clone(),
            stack,
            elsewhere: Elsewhere::default(),
            descriptors: &[],
        };
        let (connection, management, grpc) = if remote {
            let hosted = host.start(vec![service]).await.expect("listens");
            let connection = transport::remote(&format!("http://{}", hosted.grpc)).expect("a URL");
            (connection, Some(hosted.management), Some(hosted.grpc))
        } else {
            (host.connect(vec![service]).expect("routes"), None, None)
        };
        late.set(connection.clone());
        Self {
            hand,
            tokens,
            metrics,
            life,
            readiness,
            management,
            grpc,
            running: running.subscribe(),
            connection,
            _directory: directory,
        }
    }

    /// The way to the probe without any token.
    pub(super) fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// A client without a token.
    pub(super) fn nobody(&self) -> Client {
        ProbeClient::new(self.connection.clone())
    }

    /// A client of a member with the role "officer" for one unit.
    pub(crate) fn officer(&self) -> Client {
        self.member(vec![Grant::within("officer", "unit", "vl-01")])
    }

    pub(super) fn member(&self, grants: Vec<Grant>) -> Client {
        self.account(ACCOUNT, grants)
    }

    pub(crate) fn account(&self, account: AccountId, grants: Vec<Grant>) -> Client {
        let token = self.tokens.member(TENANT, account, grants, ACCESS_LIFE).expect("a token");
        self.bearer(&token)
    }

    /// A client of another service, for the same tenant.
    pub(crate) fn service(&self) -> Client {
        self.bearer(&self.tokens.service("other", Some(TENANT)).expect("a token"))
    }

    pub(super) fn operator(&self) -> Client {
        self.bearer(&self.tokens.operator(ACCOUNT, ACCESS_LIFE).expect("a token"))
    }

    pub(super) fn bearer(&self, token: &str) -> Client {
        let credentials = Credentials::Bearer(Secret::new(token));
        let connection = self.connection.clone();
        let clock = self.hand.clock();
        ProbeClient::new(transport::outgoing(connection, credentials, clock, Random::seeded(2)))
    }

    /// Waits until `count` handlers run that never end by themselves.
    pub(crate) async fn running(&self, count: u32) {
        self.running.clone().wait_for(|now| *now == count).await.expect("the service lives");
    }
}

pub(crate) fn note(text: impl Into<String>) -> Note {
    Note { text: text.into() }
}

fn rules() -> Rules {
    let member = || Rule { any_member: true, service: true, ..Rule::default() };
    let officer = Rule { roles: vec!["officer".to_owned()], mutates: true, ..Rule::default() };
    ["Echo", "Who", "Wait", "Flow", "Endless", "Panic", "PanicLate", "Refuse", "Relay"]
        .into_iter()
        .map(|method| (method, member()))
        .chain([("Officers", officer)])
        .map(|(method, rule)| (format!("/thidua.probe.v1.Probe/{method}"), rule))
        .collect()
}

struct Handlers {
    running: watch::Sender<u32>,
    peer: Peer,
}

/// Counts a handler for as long as it is not dropped.
struct Running(watch::Sender<u32>);

impl Running {
    fn new(count: &watch::Sender<u32>) -> Self {
        count.send_modify(|now| *now += 1);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|now| *now -= 1);
    }
}

type Notes = Pin<Box<dyn Stream<Item = Result<Note, Status>> + Send>>;
type Answer = Result<Response<Note>, Status>;

#[tonic::async_trait]
impl ProbeService for Handlers {
    type FlowStream = Notes;
    type EndlessStream = Notes;
    type PanicLateStream = Notes;

    async fn echo(&self, request: Request<Note>) -> Answer {
        let said = request.metadata().get("x-note").cloned();
        let mut response = Response::new(request.into_inner());
        if let Some(said) = said {
            response.metadata_mut().insert("x-note", said);
        }
        Ok(response)
    }

    async fn who(&self, request: Request<Note>) -> Answer {
        let who = match auth::principal(&request)? {
            Principal::Member(member) => format!("member {} of {}", member.account(), member.tenant_id()),
            Principal::Operator(operator) => format!("operator {}", operator.account()),
            Principal::Service(service) => {
                format!("service {} for {:?}", service.name(), service.tenant_id())
            }
        };
        Ok(Response::new(note(format!("{who} in {}", trace::current().id()))))
    }

    async fn wait(&self, _: Request<Note>) -> Answer {
        let _running = Running::new(&self.running);
        std::future::pending().await
    }

    async fn flow(&self, request: Request<Streaming<Note>>) -> Result<Response<Notes>, Status> {
        Ok(Response::new(request.into_inner().boxed()))
    }

    async fn endless(&self, request: Request<Note>) -> Result<Response<Notes>, Status> {
        let running = Running::new(&self.running);
        let first = stream::iter([Ok(request.into_inner())]);
        let never = stream::once(async move {
            let _running = running;
            std::future::pending().await
        });
        Ok(Response::new(first.chain(never).boxed()))
    }

    async fn panic(&self, _: Request<Note>) -> Answer {
        panic!("a secret of the handler")
    }

    async fn panic_late(&self, request: Request<Note>) -> Result<Response<Notes>, Status> {
        let first = stream::iter([Ok(request.into_inner())]);
        let second = stream::once(async {
            // What is ready together goes out together; the first note is to go out before.
            tokio::task::yield_now().await;
            panic!("a secret of the handler")
        });
        Ok(Response::new(first.chain(second).boxed()))
    }

    async fn refuse(&self, _: Request<Note>) -> Answer {
        let violations = vec![
            Violation::new("lines[0].points", "POINTS_OVER_MAXIMUM", "\"9\" is over the maximum 8"),
            Violation::new("unit", "UNIT_UNKNOWN", "no unit \"vl-99\""),
        ];
        Err(Error::invalid(violations).with("unit", "vl-99").into())
    }

    async fn relay(&self, request: Request<Note>) -> Answer {
        let note = request.into_inner();
        match note.text.as_str() {
            "wait" => ProbeClient::new(self.peer.as_caller()).wait(note).await,
            "caller" => ProbeClient::new(self.peer.as_caller()).who(note).await,
            _ => ProbeClient::new(self.peer.as_service(TENANT)).who(note).await,
        }
    }

    async fn officers(&self, request: Request<Note>) -> Answer {
        Ok(Response::new(request.into_inner()))
    }

    async fn nobody(&self, request: Request<Note>) -> Answer {
        Ok(Response::new(request.into_inner()))
    }
}

/// Moves the clock until `work` is done: a sleeper may not have begun when the clock is first moved.
pub(super) async fn while_time_passes<T>(probe: &Probe, by: Duration, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        probe.hand.advance(by);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::task::yield_now() => {}
        }
    }
}
