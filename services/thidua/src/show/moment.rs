use jiff::Timestamp;
use jiff::tz::TimeZone;
use prost_types::Timestamp as Told;

/// Where the federations are.
const ZONE: &str = "Asia/Ho_Chi_Minh";

/// A moment as a clock in Việt Nam shows it; empty when there is none.
pub(crate) fn moment(told: Option<&Told>) -> String {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    told.and_then(|told| Timestamp::new(told.seconds, told.nanos).ok())
        .map(|at| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_time_of_viet_nam() {
        let told = Told { seconds: 1_700_000_000, nanos: 0 };
        assert_eq!(moment(Some(&told)), "2023-11-15 05:13:20");
        assert_eq!(moment(None), "");
    }
}
