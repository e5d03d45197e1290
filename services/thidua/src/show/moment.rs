use jiff::Timestamp;
use jiff::tz::TimeZone;
use prost_types::Timestamp as Told;

/// Where the federations are.
const ZONE: &str = "Asia/Ho_Chi_Minh";

/// A moment as a clock in Việt Nam shows it, with that clock's distance from UTC; empty when there is none.
pub(crate) fn moment(told: Option<&Told>) -> String {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    known(told).map(|at| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()).unwrap_or_default()
}

/// A moment as RFC 3339 has it, in UTC.
pub(super) fn rfc_3339(told: Option<&Told>) -> Option<String> {
    known(told).map(|at| at.to_string())
}

fn known(told: Option<&Told>) -> Option<Timestamp> {
    told.and_then(|told| Timestamp::new(told.seconds, told.nanos).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_time_of_viet_nam_and_says_so() {
        let told = Told { seconds: 1_700_000_000, nanos: 0 };
        assert_eq!(moment(Some(&told)), "2023-11-15 05:13:20 +07:00");
        assert_eq!(moment(None), "");
    }

    #[test]
    fn scripts_get_a_moment_as_rfc_3339_has_it() {
        let told = Told { seconds: 1_700_000_000, nanos: 250_000_000 };
        assert_eq!(rfc_3339(Some(&told)).as_deref(), Some("2023-11-14T22:13:20.25Z"));
        assert_eq!(rfc_3339(None), None);
    }
}
