//! A way over TCP that a test cuts, stalls and slows.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    /// Each piece that goes through waits so long.
    Slow(Duration),
    /// Connections stand, and nothing goes through.
    Stalled,
    /// Connections are torn, and new ones end at once.
    Cut,
}

/// Leads from a port of its own to a server.
pub struct Proxy {
    pub port: u16,
    state: Arc<watch::Sender<State>>,
    _task: AbortOnDropHandle<()>,
}

impl Proxy {
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(watch::Sender::new(State::Open));
        let (server, states) = (server.to_owned(), Arc::clone(&state));
        let task = AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                tokio::spawn(carry(client, server.clone(), states.subscribe()));
            }
        }));
        Self { port, state, _task: task }
    }

    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn carry(client: TcpStream, server: String, mut state: watch::Receiver<State>) {
    if *state.borrow() == State::Cut {
        return;
    }
    let within = state.clone();
    let carried = async move {
        let Ok(server) = TcpStream::connect(&server).await else { return };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::select! {
            () = pump(from_client, to_server, within.clone()) => {}
            () = pump(from_server, to_client, within) => {}
        }
    };
    tokio::select! {
        () = carried => {}
        _ = state.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<State>) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else { return };
        let now = *state.borrow();
        if let State::Slow(by) = now {
            tokio::time::sleep(by).await;
        }
        if state.wait_for(|state| *state != State::Stalled).await.is_err() {
            return;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
