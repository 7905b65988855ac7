//! Civil time of the hall: what a clock on its wall shows.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nowserving_shared::model::Moment;

/// The civil time at `at` in the IANA time zone `zone`; in UTC when there is no such zone.
#[must_use]
pub fn at(at: Moment, zone: &str) -> DateTime {
    TimeZone::get(zone)
        .unwrap_or(TimeZone::UTC)
        .to_datetime(at.timestamp())
}

/// `09:41`.
#[must_use]
pub fn time(civil: DateTime) -> String {
    format!("{:02}:{:02}", civil.hour(), civil.minute())
}

/// `2026-03-02 09:41`.
#[must_use]
pub fn date_time(civil: DateTime) -> String {
    format!("{} {}", civil.date(), time(civil))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halls_own_zone_counts() {
        let moment = Moment(1_772_415_660_000);
        assert_eq!(date_time(at(moment, "Asia/Shanghai")), "2026-03-02 09:41");
        assert_eq!(date_time(at(moment, "Nowhere/At-All")), "2026-03-02 01:41");
    }
}
