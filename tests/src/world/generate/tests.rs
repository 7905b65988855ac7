use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// The demonstration hall.
fn demonstration() -> Catalogue {
    Catalogue::parse(include_str!("../../../../server/demo/hall.toml"))
        .expect("the demonstration hall is sound")
}

fn day(seed: u64) -> Script {
    generate(
        &demonstration(),
        &DayPlan::ordinary(date(2026, 11, 24), seed),
    )
}

fn came_between(script: &Script, from: i8, to: i8) -> usize {
    let zone = demonstration().hall.time_zone;
    let at = |hour| moment(&zone, date(2026, 11, 24), time(hour, 0, 0, 0));
    let come = |visitor: &&Visitor| (at(from)..at(to)).contains(&visitor.arrives_at);
    script.visitors.iter().filter(come).count()
}

#[test]
fn the_same_seed_gives_the_same_day_and_another_seed_another() {
    assert!(day(1) == day(1));
    assert!(day(1).visitors != day(2).visitors);
}

#[test]
fn every_window_of_the_demonstration_hall_has_its_own_clerk() {
    let shifts = day(1).shifts;
    assert_eq!(shifts.len(), 16);
    let mut staff: Vec<_> = shifts.iter().map(|shift| shift.staff.as_str()).collect();
    staff.dedup();
    assert_eq!(staff.len(), 16);
    assert_eq!(staff.first(), Some(&"clerk01"));
}

#[test]
fn more_people_come_at_ten_and_at_three_than_at_lunch() {
    let many: Vec<Script> = (0..10).map(day).collect();
    let come = |from, to| {
        many.iter()
            .map(|script| came_between(script, from, to))
            .sum::<usize>()
    };
    let (morning, lunch, afternoon) = (come(9, 11), come(12, 14), come(14, 16));
    assert!(
        morning > 2 * lunch,
        "{morning} in the morning, {lunch} at lunch"
    );
    assert!(
        afternoon > 3 * lunch / 2,
        "{afternoon} in the afternoon, {lunch} at lunch"
    );
}

#[test]
fn some_of_everything_happens_on_a_day() {
    let script = day(5);
    let share = |is: fn(&Visitor) -> bool| {
        script.visitors.iter().filter(|visitor| is(visitor)).count() as f64
            / script.visitors.len() as f64
    };
    assert!((0.01..0.12).contains(&share(|visitor| visitor.comes != Comes::AtOnce)));
    assert!(share(|visitor| visitor.comes == Comes::Never) > 0.0);
    assert!((0.05..0.2).contains(&share(|visitor| visitor.patience.is_some())));
    assert!((0.1..0.3).contains(&share(|visitor| visitor.class.as_str() != "ordinary")));
    assert!((0.02..0.12).contains(&share(|visitor| visitor.language != Language::ZhCn)));
    assert!((0.03..0.12).contains(&share(|visitor| visitor.turn != Turn::Plain)));
}

#[test]
fn the_rate_never_exceeds_its_stated_maximum() {
    for minute in 0..24 * 60 {
        let rate = rate(f64::from(minute) / 60.0);
        assert!(
            (0.0..=RATE_MAX).contains(&rate),
            "{rate} at minute {minute}"
        );
    }
}

#[test]
fn a_hall_without_clerks_is_visited_by_nobody() {
    let text = include_str!("../../../../server/demo/hall.toml")
        .replace("roles = [\"clerk\"]", "roles = [\"manager\"]");
    let catalogue = Catalogue::parse(&text).expect("a hall may have no clerks");
    let script = generate(&catalogue, &DayPlan::ordinary(date(2026, 11, 24), 1));
    assert!(script.shifts.is_empty());
    assert!(script.visitors.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn everybody_comes_in_order_while_the_doors_are_open(seed: u64) {
        let script = day(seed);
        prop_assert!(script.visitors.is_sorted_by_key(|visitor| visitor.arrives_at));
        prop_assert!(script.visitors.iter().all(|visitor| visitor.arrives_at >= script.starts_at));
        prop_assert!(script.visitors.iter().all(|visitor| visitor.arrives_at < script.ends_at));
    }

    #[test]
    fn as_many_come_as_expected_within_what_chance_allows(seed: u64, load in 0.1_f64..1.5) {
        let catalogue = demonstration();
        let plan = DayPlan { load, ..DayPlan::ordinary(date(2026, 11, 24), seed) };
        let script = generate(&catalogue, &plan);
        let expected = expected(&catalogue, &plan);
        let total: f64 = expected.iter().map(|(_, count)| count).sum();
        // Six deviations of a Poisson count, and one for the small counts.
        let near = |count: usize, expected: f64| (count as f64 - expected).abs() <= 6.0 * expected.sqrt() + 1.0;
        prop_assert!(near(script.visitors.len(), total), "{} came, {total} expected", script.visitors.len());
        for (service, expected) in expected {
            let count = script.visitors_for(&service);
            prop_assert!(near(count, expected), "{count} for {service}, {expected} expected");
        }
    }

    #[test]
    fn what_people_bring_is_of_this_hall_and_within_bounds(seed: u64) {
        let catalogue = demonstration();
        for visitor in day(seed).visitors {
            let service = catalogue.services.get(&visitor.service).expect("a service of the hall");
            prop_assert!(catalogue.classes.contains(&visitor.class));
            prop_assert!(visitor.service_time >= SERVICE_MIN);
            prop_assert!(visitor.service_time <= service.service_target.mul_f64(SERVICE_MULTIPLE_MAX));
            prop_assert!((3.0..=55.0).contains(&visitor.walk.as_secs_f64()));
            match &visitor.turn {
                Turn::Plain | Turn::FetchesPapers { .. } => {}
                Turn::SentOn { to } | Turn::AlsoWants { service: to, .. } => {
                    prop_assert!(*to != visitor.service);
                    prop_assert!(catalogue.services.get(to).is_some_and(|to| to.group == service.group));
                }
            }
        }
    }

    #[test]
    fn service_times_lie_around_the_target(seed: u64) {
        let catalogue = demonstration();
        let ratios: Vec<f64> = day(seed).visitors.iter().map(|visitor| {
            let service = catalogue.services.get(&visitor.service).expect("a service of the hall");
            visitor.service_time.as_secs_f64() / service.service_target.as_secs_f64()
        }).collect();
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        prop_assert!((0.85..1.1).contains(&mean), "the mean is {mean} of the target");
    }

    #[test]
    fn breaks_follow_each_other_within_the_shift(seed: u64) {
        for shift in day(seed).shifts {
            let mut from = shift.from;
            for pause in &shift.breaks {
                prop_assert!(pause.from >= from);
                from = pause.from.after(pause.lasts);
            }
            prop_assert!(from <= shift.to);
        }
    }
}
