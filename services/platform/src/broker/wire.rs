//! What messages look like on their way.

use prost::Message as _;
use uuid::Uuid;

use crate::Timestamp;
use crate::events::Envelope;
use crate::ids::{EventId, JobId, TenantId};
use crate::jobs::hand_off::Message;

/// The form of the message; a reader that does not know it puts the message aside.
const JOB: u8 = 1;

/// Version, tenant, jobs.
pub(super) fn job(message: &Message) -> Vec<u8> {
    let mut bytes = vec![JOB];
    bytes.extend_from_slice(message.tenant.0.as_bytes());
    message.jobs.iter().for_each(|job| bytes.extend_from_slice(job.0.as_bytes()));
    bytes
}

/// `None`: it cannot be understood.
pub(super) fn read_job(bytes: &[u8]) -> Option<Message> {
    let (&JOB, ids) = bytes.split_first()? else { return None };
    let (ids, rest) = ids.as_chunks::<16>();
    let (tenant, jobs) = ids.split_first()?;
    let message = Message {
        tenant: TenantId(Uuid::from_bytes(*tenant)),
        jobs: jobs.iter().map(|job| JobId(Uuid::from_bytes(*job))).collect(),
    };
    (rest.is_empty() && !jobs.is_empty()).then_some(message)
}

/// An event on its way. Tags are never used for something else.
#[derive(Clone, PartialEq, prost::Message)]
struct Event {
    #[prost(bytes = "vec", tag = "1")]
    id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    tenant: Vec<u8>,
    #[prost(string, tag = "3")]
    source: String,
    #[prost(int64, tag = "4")]
    sequence: i64,
    #[prost(string, tag = "5")]
    topic: String,
    #[prost(bytes = "bytes", tag = "6")]
    payload: prost::bytes::Bytes,
    #[prost(string, tag = "7")]
    trace: String,
    /// Microseconds since 1970.
    #[prost(int64, tag = "8")]
    created_at: i64,
}

pub(super) fn event(event: &Envelope) -> Vec<u8> {
    let wire = Event {
        id: event.id.0.as_bytes().to_vec(),
        tenant: event.tenant.0.as_bytes().to_vec(),
        source: event.source.clone(),
        sequence: event.sequence,
        topic: event.topic.clone(),
        payload: event.payload.clone(),
        trace: event.trace.clone(),
        created_at: event.created_at.micros(),
    };
    wire.encode_to_vec()
}

/// `None`: it cannot be understood.
pub(super) fn read_event(bytes: &[u8]) -> Option<Envelope> {
    let Event { id, tenant, source, sequence, topic, payload, trace, created_at } =
        Event::decode(bytes).ok()?;
    Some(Envelope {
        id: EventId(Uuid::from_slice(&id).ok()?),
        tenant: TenantId(Uuid::from_slice(&tenant).ok()?),
        source: Some(source).filter(|source| !source.is_empty())?,
        sequence,
        topic: Some(topic).filter(|topic| !topic.is_empty())?,
        payload,
        trace,
        created_at: Timestamp::from_micros(created_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_read_and_what_is_not_ours_is_not() {
        let jobs = [2, 3].map(|id| JobId(Uuid::from_u128(id)));
        let message = Message { tenant: TenantId(Uuid::from_u128(1)), jobs: jobs.to_vec() };
        assert_eq!(read_job(&job(&message)), Some(message.clone()));
        let mut longer = job(&message);
        longer.push(0);
        let mut newer = job(&message);
        newer[0] = 2;
        let none = job(&Message { jobs: Vec::new(), ..message });
        for wrong in [&b""[..], b"\x01short", &longer, &newer, &none] {
            assert_eq!(read_job(wrong), None, "{wrong:?}");
        }

        let sent = Envelope {
            id: EventId(Uuid::from_u128(3)),
            tenant: message.tenant,
            source: "organizations".into(),
            sequence: 7,
            topic: "thidua.organizations.v1.UnitsChanged".into(),
            payload: prost::bytes::Bytes::from_static(b"\x0a\x05vl-01"),
            trace: String::new(),
            created_at: Timestamp::from_micros(1_700_000_000_000_000),
        };
        assert_eq!(read_event(&event(&sent)), Some(sent.clone()));
        for wrong in [b"".to_vec(), b"\xff\xff".to_vec(), event(&Envelope { source: String::new(), ..sent })]
        {
            assert_eq!(read_event(&wrong), None, "{wrong:?}");
        }
    }
}
