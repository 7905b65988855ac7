//! Days and opening hours, in zones whose clocks jump.

use jiff::civil::{date, datetime};
use proptest::prelude::*;

use super::*;

/// A hall in `zone` whose day begins at `day_starts`, with `opening` in place of the small example's and further lines
/// for `[hall]`.
fn hall(zone: &str, day_starts: &str, opening: &str, more: &str) -> Catalogue {
    let text = include_str!("../catalogue/small.toml")
        .replace("Asia/Shanghai", zone)
        .replace(
            "day_starts = \"04:00\"",
            &format!("day_starts = \"{day_starts}\"\n{more}"),
        );
    let start = text.find("[hall.opening]").unwrap();
    let end = text.find("[rules]").unwrap();
    Catalogue::parse(&format!(
        "{}[hall.opening]\n{opening}\n{}",
        &text[..start],
        &text[end..]
    ))
    .unwrap()
}

const OFFICE: &str = "mon = [\"08:30-12:00\", \"13:30-17:30\"]\ntue = [\"09:00-12:00\"]\nfri = [\"18:00-24:00\"]\nsat = [\"00:00-02:00\"]";
const ALWAYS: &str = "mon = [\"00:00-24:00\"]\ntue = [\"00:00-24:00\"]\nwed = [\"00:00-24:00\"]\nthu = [\"00:00-24:00\"]\nfri = [\"00:00-24:00\"]\nsat = [\"00:00-24:00\"]\nsun = [\"00:00-24:00\"]";

/// The moment of a UTC civil time.
fn utc(text: &str) -> Moment {
    Moment::from(text.parse::<Timestamp>().unwrap())
}

fn day(text: &str) -> BusinessDay {
    text.parse().unwrap()
}

#[test]
fn a_day_is_written_and_read_in_one_way_only() {
    assert_eq!(
        serde_json::to_string(&day("2026-11-23")).unwrap(),
        "\"2026-11-23\""
    );
    assert_eq!(
        serde_json::from_str::<BusinessDay>("\"2026-11-23\"").unwrap(),
        BusinessDay(date(2026, 11, 23))
    );
    for text in [
        "20261123",
        "2026-11-23T00:00",
        "2026-1-3",
        "2026-02-30",
        "",
        "+002026-11-23",
    ] {
        assert_eq!(text.parse::<BusinessDay>(), Err(NotADay), "{text}");
    }
}

#[test]
fn the_business_day_begins_when_the_hall_says() {
    let hall = hall("Asia/Shanghai", "04:00", OFFICE, "");
    assert_eq!(
        hall.business_day(utc("2026-11-22T19:59:59.999Z")),
        day("2026-11-22")
    );
    assert_eq!(
        hall.business_day(utc("2026-11-22T20:00:00Z")),
        day("2026-11-23")
    );
    assert_eq!(
        hall.day_start(day("2026-11-23")),
        utc("2026-11-22T20:00:00Z")
    );
    assert_eq!(
        hall.local(utc("2026-11-22T20:00:00Z")),
        datetime(2026, 11, 23, 4, 0, 0, 0)
    );
}

#[test]
fn a_day_whose_beginning_is_skipped_begins_at_the_skip() {
    // New York, 2024-03-10: 02:00 EST is 03:00 EDT.
    let hall = hall("America/New_York", "02:30", OFFICE, "");
    assert_eq!(
        hall.day_start(day("2024-03-10")),
        utc("2024-03-10T07:00:00Z")
    );
    assert_eq!(
        hall.business_day(utc("2024-03-10T06:59:59Z")),
        day("2024-03-09")
    );
    assert_eq!(
        hall.business_day(utc("2024-03-10T07:00:00Z")),
        day("2024-03-10")
    );
}

#[test]
fn a_day_whose_beginning_comes_twice_begins_once() {
    // New York, 2024-11-03: 02:00 EDT is 01:00 EST, so 01:30 comes twice.
    let hall = hall("America/New_York", "01:30", OFFICE, "");
    assert_eq!(
        hall.day_start(day("2024-11-03")),
        utc("2024-11-03T05:30:00Z")
    );
    // The clock shows 01:10 for the second time: still the day that has begun.
    assert_eq!(
        hall.business_day(utc("2024-11-03T06:10:00Z")),
        day("2024-11-03")
    );
}

#[test]
fn a_clock_that_goes_back_over_midnight_does_not_bring_yesterday_back() {
    // St. John's until 2011: at 00:01 clocks went back to 23:01 of the day before.
    let hall = hall("America/St_Johns", "00:00", ALWAYS, "");
    let before = utc("2010-11-07T02:30:30Z");
    assert_eq!(
        (hall.business_day(before), hall.local(before).day()),
        (day("2010-11-07"), 7)
    );
    let after = utc("2010-11-07T02:31:30Z");
    assert_eq!(
        (hall.business_day(after), hall.local(after).day()),
        (day("2010-11-07"), 6)
    );
    assert!(hall.opening(after).is_open());
}

#[test]
fn a_date_that_a_zone_skipped_is_an_empty_day() {
    // Samoa went from 2011-12-29 straight to 2011-12-31.
    let hall = hall("Pacific/Apia", "00:00", ALWAYS, "");
    assert_eq!(
        hall.day_start(day("2011-12-30")),
        hall.day_start(day("2011-12-31"))
    );
    assert_eq!(
        hall.business_day(utc("2011-12-30T09:59:59Z")),
        day("2011-12-29")
    );
    assert_eq!(
        hall.business_day(utc("2011-12-30T10:00:00Z")),
        day("2011-12-31")
    );
    assert_eq!(
        hall.opening(utc("2011-12-30T09:59:59Z")),
        Opening::Open {
            until: utc("2012-01-14T10:00:00Z")
        }
    );
}

#[test]
fn opening_hours_say_what_comes_next() {
    // 2026-11-23 is a Monday; Shanghai is eight hours ahead of UTC.
    let hall = hall("Asia/Shanghai", "04:00", OFFICE, "");
    let opens = |at: &str| Opening::Closed {
        opens_at: Some(utc(at)),
    };
    assert_eq!(
        hall.opening(utc("2026-11-23T00:29:59Z")),
        opens("2026-11-23T00:30:00Z")
    );
    assert_eq!(
        hall.opening(utc("2026-11-23T00:30:00Z")),
        Opening::Open {
            until: utc("2026-11-23T04:00:00Z")
        }
    );
    assert_eq!(
        hall.opening(utc("2026-11-23T04:00:00Z")),
        opens("2026-11-23T05:30:00Z")
    );
    assert_eq!(
        hall.opening(utc("2026-11-23T09:30:00Z")),
        opens("2026-11-24T01:00:00Z")
    );
    // Friday evening runs into Saturday: one opening.
    assert_eq!(
        hall.opening(utc("2026-11-27T12:00:00Z")),
        Opening::Open {
            until: utc("2026-11-27T18:00:00Z")
        }
    );
    assert_eq!(
        hall.opening(utc("2026-11-27T17:00:00Z")),
        Opening::Open {
            until: utc("2026-11-27T18:00:00Z")
        }
    );
    assert_eq!(
        hall.opening(utc("2026-11-27T18:00:00Z")),
        opens("2026-11-30T00:30:00Z")
    );
}

#[test]
fn holidays_close_and_working_days_have_mondays_hours() {
    let more = "holidays = [\"2026-11-23\", \"2026-11-24\"]\nworking_days = [\"2026-11-22\"]";
    let hall = hall("Asia/Shanghai", "04:00", OFFICE, more);
    // Sunday 22 is worked with Monday's hours; Monday 23 and Tuesday 24 are holidays; Friday 27 is next.
    assert_eq!(
        hall.opening(utc("2026-11-22T06:00:00Z")),
        Opening::Open {
            until: utc("2026-11-22T09:30:00Z")
        }
    );
    assert_eq!(
        hall.opening(utc("2026-11-22T09:30:00Z")),
        Opening::Closed {
            opens_at: Some(utc("2026-11-27T10:00:00Z"))
        }
    );
}

#[test]
fn a_hall_that_stays_closed_for_long_does_not_say_when_it_opens() {
    let days: Vec<String> = (0..40)
        .map(|week| format!("\"{}\"", days_after(date(2026, 11, 24), 7 * week)))
        .collect();
    let hall = hall(
        "Asia/Shanghai",
        "04:00",
        "tue = [\"09:00-12:00\"]",
        &format!("holidays = [{}]", days.join(",")),
    );
    assert_eq!(
        hall.opening(utc("2026-11-24T02:00:00Z")),
        Opening::Closed { opens_at: None }
    );
    // It opens on 2027-08-31 at 09:00: 60 days after the first of these, 61 after the second.
    let opens_at = Some(utc("2027-08-31T01:00:00Z"));
    assert_eq!(
        hall.opening(utc("2027-07-02T02:00:00Z")),
        Opening::Closed { opens_at }
    );
    assert_eq!(
        hall.opening(utc("2027-07-01T02:00:00Z")),
        Opening::Closed { opens_at: None }
    );
}

#[test]
fn a_service_is_open_in_its_bands_and_while_the_hall_is() {
    let text = include_str!("../catalogue/small.toml").replace(
        "prefix = \"E\"",
        "prefix = \"E\"\nbands = [{ from = \"16:00\", to = \"20:00\" }, { from = \"09:00\", to = \"11:30\", quota = 50 }]",
    );
    let text = text.replace(
        "mon = [\"00:00-24:00\"]",
        "mon = [\"08:30-12:00\", \"13:30-17:30\"]",
    );
    let hall = Catalogue::parse(&text).unwrap();
    let passport = hall
        .services
        .iter()
        .find(|service| service.id.as_str() == "passport")
        .unwrap();
    let at = |text| hall.gives_out(passport, utc(text));
    let not_before = |text| {
        Err(NotNow {
            opens_at: Some(utc(text)),
        })
    };
    assert_eq!(at("2026-11-23T01:00:00Z"), Ok(Some(0)));
    assert_eq!(
        passport.bands[0].quota,
        Some(50),
        "bands are in the order of the day"
    );
    assert_eq!(
        at("2026-11-23T03:30:00Z"),
        not_before("2026-11-23T08:00:00Z")
    );
    assert_eq!(at("2026-11-23T08:00:00Z"), Ok(Some(1)));
    // The hall closes before the second band ends.
    assert_eq!(at("2026-11-23T09:29:59Z"), Ok(Some(1)));
    assert_eq!(
        at("2026-11-23T09:30:00Z"),
        not_before("2026-11-24T01:00:00Z")
    );
    assert_eq!(at("2026-11-24T11:00:00Z"), Ok(Some(1)));
    assert!(at("2026-11-24T12:00:00Z").is_err());
    let household = hall
        .services
        .iter()
        .find(|service| service.id.as_str() == "household")
        .unwrap();
    // Without bands, the hall's hours are the service's.
    let at = |text| hall.gives_out(household, utc(text));
    assert_eq!(at("2026-11-23T03:59:59Z"), Ok(None));
    assert!(at("2026-11-23T05:00:00Z").is_err());
}

#[test]
fn an_hour_that_comes_twice_is_open_or_closed_by_the_first() {
    // New York, 2024-11-03 (a Sunday): 01:00 to 02:00 comes twice.
    let hall = hall(
        "America/New_York",
        "00:00",
        "sun = [\"00:00-01:30\", \"01:45-03:00\"]",
        "",
    );
    assert_eq!(
        hall.opening(utc("2024-11-03T05:29:59Z")),
        Opening::Open {
            until: utc("2024-11-03T05:30:00Z")
        }
    );
    assert_eq!(
        hall.opening(utc("2024-11-03T05:30:00Z")),
        Opening::Closed {
            opens_at: Some(utc("2024-11-03T05:45:00Z"))
        }
    );
    // The second 01:10 lies between 01:45 and 03:00 as time passes.
    assert_eq!(
        hall.opening(utc("2024-11-03T06:10:00Z")),
        Opening::Open {
            until: utc("2024-11-03T08:00:00Z")
        }
    );
}

#[test]
fn a_range_within_a_skipped_hour_never_opens() {
    let hall = hall("America/New_York", "00:00", "sun = [\"02:10-02:50\"]", "");
    assert_eq!(
        hall.opening(utc("2024-03-10T06:59:59Z")),
        Opening::Closed {
            opens_at: Some(utc("2024-03-17T06:10:00Z"))
        }
    );
    assert!(!hall.opening(utc("2024-03-10T07:00:00Z")).is_open());
}

#[test]
fn the_ends_of_time_are_answered() {
    let hall = hall("America/New_York", "04:00", ALWAYS, "");
    for now in [Moment(i64::MIN), Moment(i64::MAX), Moment(0)] {
        let (day, _) = (hall.business_day(now), hall.opening(now));
        assert!(hall.day_start(day) <= Moment(now.timestamp().as_millisecond().saturating_add(1)));
    }
}

/// Zones with ordinary, half-hour, midnight and whole-day jumps.
const ZONES: [&str; 7] = [
    "Asia/Shanghai",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
];

proptest! {
    #[test]
    fn each_moment_belongs_to_one_day_and_days_never_run_backwards(
        zone in prop::sample::select(&ZONES[..]),
        minute in 0_u32..24 * 60,
        start in 0_i64..2_500_000_000,
        steps in prop::collection::vec(0_i64..200_000, 1..30),
    ) {
        let hall = hall(zone, &format!("{:02}:{:02}", minute / 60, minute % 60), ALWAYS, "");
        let mut now = Moment(1000 * start);
        let mut last = hall.business_day(now);
        for step in steps {
            now = now.after(std::time::Duration::from_secs(u64::try_from(step).unwrap()));
            let today = hall.business_day(now);
            prop_assert!(last <= today, "{now:?}: {today} after {last}");
            prop_assert!(hall.day_start(today) <= now);
            prop_assert!(now < hall.day_start(BusinessDay(days_after(today.0, 1))), "{now:?} after the end of {today}");
            last = today;
        }
    }

    #[test]
    fn around_a_clock_change_every_second_belongs_to_one_day(
        zone in prop::sample::select(&ZONES[..]),
        minute in 0_u32..24 * 60,
        nth in 0_usize..60,
        offset in -90_000_i64..90_000,
    ) {
        let hall = hall(zone, &format!("{:02}:{:02}", minute / 60, minute % 60), ALWAYS, "");
        let from = utc("1980-01-01T00:00:00Z").timestamp();
        let Some(change) = hall.hall.time_zone.following(from).nth(nth) else { return Ok(()) };
        let now = Moment(change.timestamp().as_millisecond() + 1000 * offset);
        let today = hall.business_day(now);
        prop_assert!(hall.day_start(today) <= now);
        prop_assert!(now < hall.day_start(BusinessDay(days_after(today.0, 1))));
        prop_assert!(hall.opening(now).is_open(), "a hall that never closes is open at {now:?} in {zone}");
    }

    #[test]
    fn an_opening_holds_until_it_says_and_a_closed_hall_opens_when_it_says(
        zone in prop::sample::select(&ZONES[..]),
        start in 0_i64..2_500_000_000,
        part in 0.0_f64..1.0,
    ) {
        let hall = hall(zone, "04:00", OFFICE, "");
        let now = Moment(1000 * start);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a point between two moments")]
        let between = |end: Moment| Moment(now.0 + ((end.0 - now.0 - 1) as f64 * part) as i64);
        match hall.opening(now) {
            Opening::Open { until } => {
                prop_assert!(now < until);
                prop_assert_eq!(hall.opening(between(until)), Opening::Open { until });
                prop_assert!(!hall.opening(until).is_open());
            }
            Opening::Closed { opens_at } => {
                let opens_at = opens_at.expect("this hall opens every week");
                prop_assert!(now < opens_at);
                prop_assert_eq!(hall.opening(between(opens_at)), Opening::Closed { opens_at: Some(opens_at) });
                prop_assert!(hall.opening(opens_at).is_open());
            }
        }
    }
}
