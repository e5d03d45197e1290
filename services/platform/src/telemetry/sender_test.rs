use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response};

use super::*;
use crate::telemetry::channel;

/// A collector that refuses so many messages before it takes one.
#[derive(Default)]
struct Collector {
    refusals: AtomicU32,
    code: Mutex<Option<Code>>,
    took: Mutex<Vec<String>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let refused =
            self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if refused.is_ok() {
            let code = *self.code.lock().expect("no panic");
            return Err(Status::new(code.unwrap_or(Code::Unavailable), "not now"));
        }
        let spans = request.into_inner().resource_spans.into_iter().flat_map(|spans| spans.scope_spans);
        let names = spans.flat_map(|spans| spans.spans).map(|span| span.name);
        self.took.lock().expect("no panic").extend(names);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// Sends the spans, each followed by an order to send all.
async fn sent(collector: &Arc<Collector>, spans: &[&str]) -> Vec<String> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tonic::transport::Server::builder()
        .add_service(TraceServiceServer::from_arc(Arc::clone(collector)))
        .serve_with_incoming(TcpListenerStream::new(listener));
    let server = tokio::spawn(server);
    let hand = Clock::manual(Timestamp::from_micros(0));
    let channel = channel::open(&url).expect("a URL");
    let sender = Sender::new(channel, Resource::default(), Metrics::new(), hand.clock());
    let ((queue, waiting), (orders, asked)) = (mpsc::channel(8), mpsc::channel(1));
    let sending = tokio::spawn(sender.run(Some(waiting), None, asked));
    for name in spans {
        let span = Span { name: (*name).to_owned(), ..Span::default() };
        queue.send(span).await.expect("there is room");
        let (done, told) = oneshot::channel();
        orders.send(done).await.expect("it runs");
        told.await.expect("done");
    }
    drop(orders);
    sending.await.expect("it ends when nobody can order anything");
    server.abort();
    collector.took.lock().expect("no panic").clone()
}

#[tokio::test]
async fn what_the_collector_cannot_take_now_waits_for_the_next_message() {
    let collector = Arc::new(Collector::default());
    collector.refusals.store(1, Ordering::SeqCst);
    assert_eq!(sent(&collector, &["first", "second"]).await, ["first", "second"]);
}

#[tokio::test]
async fn what_the_collector_will_never_take_holds_up_nothing() {
    let collector = Arc::new(Collector::default());
    collector.refusals.store(1, Ordering::SeqCst);
    *collector.code.lock().expect("no panic") = Some(Code::InvalidArgument);
    assert_eq!(sent(&collector, &["first", "second"]).await, ["second"]);
}
