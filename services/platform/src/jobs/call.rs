//! What a transaction tells the dispatcher when it wakes it: where to look.

use crate::db::Wake;
use crate::ids::TenantId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Jobs have ended: places are free.
    Places,
    /// Workers have come or gone.
    Slots,
    /// The tenant has a new job, which goes after those that it has.
    Last(TenantId),
    /// The tenant has a job that may go before others.
    Anywhere(TenantId),
    /// Anything may have happened.
    Everything,
}

const SLOTS: &str = "slots";
const ANYWHERE: &str = "anywhere ";

impl Call {
    /// The payload of the wake-up.
    pub(super) fn payload(self) -> String {
        match self {
            Self::Places => String::new(),
            Self::Slots => SLOTS.to_owned(),
            Self::Last(tenant) => tenant.to_string(),
            Self::Anywhere(tenant) => format!("{ANYWHERE}{tenant}"),
            Self::Everything => "everything".to_owned(),
        }
    }

    pub(super) fn of(wake: &Wake) -> Self {
        let Wake::Said(payload) = wake else { return Self::Everything };
        match payload.as_str() {
            "" => Self::Places,
            SLOTS => Self::Slots,
            payload => match payload.strip_prefix(ANYWHERE) {
                Some(tenant) => tenant.parse().map_or(Self::Everything, Self::Anywhere),
                None => payload.parse().map_or(Self::Everything, Self::Last),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_said_is_understood_and_anything_else_means_everything() {
        let tenant = TenantId(Uuid::from_u128(1));
        for call in [Call::Places, Call::Slots, Call::Last(tenant), Call::Anywhere(tenant), Call::Everything]
        {
            assert_eq!(Call::of(&Wake::Said(call.payload())), call);
        }
        assert_eq!(Call::of(&Wake::Missed), Call::Everything);
        assert_eq!(Call::of(&Wake::Said("anywhere else".to_owned())), Call::Everything);
    }
}
