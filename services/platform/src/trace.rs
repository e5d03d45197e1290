//! Which request the present work belongs to. It goes with rows (jobs, events, audit entries), so that what happens
//! later, elsewhere, shows where it came from.

use std::fmt;

use crate::random::Random;

/// A W3C `traceparent`, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Trace(String);

tokio::task_local! {
    static CURRENT: Trace;
}

/// The trace of the work that asks; nothing outside of [`within`].
pub fn current() -> Trace {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs `work` as a part of `trace`. A task that it spawns is outside, unless it is wrapped too.
pub async fn within<T>(trace: Trace, work: impl Future<Output = T>) -> T {
    CURRENT.scope(trace, work).await
}

/// Runs `work`, which does not wait, as a part of `trace`.
pub(crate) fn enter<T>(trace: Trace, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(trace, work)
}

impl Trace {
    /// Takes what a caller or a row says; nothing when it is not of the form that the standard gives.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('-');
        let mut has = |length: usize, zero_allowed: bool| {
            parts.next().is_some_and(|part| {
                part.len() == length
                    && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
                    && (zero_allowed || part.bytes().any(|b| b != b'0'))
            })
        };
        let version_0 = text.starts_with("00-");
        let holds = version_0 && has(2, true) && has(32, false) && has(16, false) && has(2, true);
        if holds && parts.next().is_none() { Self(text.to_owned()) } else { Self::default() }
    }

    /// The beginning of a trace: with 16 and 8 random bytes as its ids.
    pub fn start(trace: [u8; 16], span: [u8; 8]) -> Self {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Self(format!("00-{}-{}-01", hex(&trace), hex(&span)))
    }

    /// The next step of this trace, with 8 random bytes as its id; nothing comes after nothing.
    #[must_use]
    pub fn next(&self, span: [u8; 8]) -> Self {
        match (self.0.get(..36), self.0.get(52..)) {
            (Some(trace), Some(flags)) => {
                let span: String = span.iter().map(|byte| format!("{byte:02x}")).collect();
                Self(format!("{trace}{span}{flags}"))
            }
            _ => Self::default(),
        }
    }

    /// The next step of this trace; after nothing, the first one of a new trace.
    #[must_use]
    pub fn step(&self, random: &Random) -> Self {
        if self.0.is_empty() {
            Self::start(random.bytes(), random.bytes())
        } else {
            self.next(random.bytes())
        }
    }

    /// The id that all parts of the trace have in common: 32 hexadecimal digits, or empty.
    pub fn id(&self) -> &str {
        self.0.get(3..35).unwrap_or_default()
    }

    /// The id of this step of the trace: 16 hexadecimal digits, or empty.
    pub fn span_id(&self) -> &str {
        self.0.get(36..52).unwrap_or_default()
    }

    /// Whether its beginner wants it to be recorded.
    pub fn is_sampled(&self) -> bool {
        let flags = self.0.get(53..).and_then(|flags| u8::from_str_radix(flags, 16).ok());
        flags.is_some_and(|flags| flags & 1 == 1)
    }

    /// The whole `traceparent`, or empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn only_the_standards_form_is_taken() {
        assert_eq!(Trace::parse(PARENT).id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::parse(wrong), Trace::default(), "{wrong}");
        }
    }

    #[test]
    fn a_started_trace_is_of_that_form() {
        let trace = Trace::start([0x4b; 16], [1; 8]);
        assert_eq!(Trace::parse(trace.as_str()), trace);
        let next = trace.next([2; 8]);
        assert_eq!(Trace::parse(next.as_str()), next);
        assert_eq!(next.id(), trace.id());
        assert_ne!(next, trace);
        assert_eq!(Trace::default().next([2; 8]), Trace::default());
        assert_eq!((trace.span_id(), next.span_id()), ("0101010101010101", "0202020202020202"));

        let random = Random::seeded(1);
        assert_eq!(trace.step(&random).id(), trace.id());
        assert_eq!(Trace::default().step(&random).id().len(), 32);
        assert!(trace.is_sampled() && !Trace::default().is_sampled());
        assert!(!Trace::parse(&PARENT.replace("-01", "-02")).is_sampled());
    }

    #[tokio::test]
    async fn work_knows_its_trace_and_others_do_not() {
        let seen = within(Trace::parse(PARENT), async { current() }).await;
        assert_eq!(seen.as_str(), PARENT);
        assert_eq!(current(), Trace::default());
    }
}
