//! A day drawn by chance, for any hall.
//!
//! People come as a Poisson process whose rate has two peaks, at ten and at three, and a dip over lunch. How many come
//! for a service follows from how much time the windows have for it and how long it takes, so that every hall is as
//! busy as [`DayPlan::load`] says, whatever its configuration. Service times are log-normal around the service's target;
//! some people belong to a priority class, some miss their call, lose patience, fetch papers, are sent on or want one
//! thing more. Clerks take their lunch and a short break in turns.
//!
//! Same catalogue, plan and seed, same script: see [`Chance`].

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use nowserving_shared::model::catalogue::{Catalogue, Role, Service};
use nowserving_shared::model::{Language, Moment, ServiceId, StaffId};

use super::chance::Chance;
use super::script::{Break, Comes, Script, Shift, Turn, VISITORS_MAX, Visitor};

/// What share of a class's neighbours in the list the next class has: each is half as common as the one before.
const CLASS_DECAY: f64 = 0.5;
/// How many people in a hundred belong to no priority class.
const ORDINARY_SHARE: f64 = 0.8;
/// How many speak a language other than the hall's own.
const FOREIGN_SHARE: f64 = 0.06;
/// How many miss their first call; of those, how many never come.
const MISS_SHARE: f64 = 0.06;
const NEVER_SHARE: f64 = 0.4;
/// How many have limited patience; its median in minutes and the deviation of its logarithm.
const IMPATIENT_SHARE: f64 = 0.12;
const PATIENCE_MINUTES: f64 = 45.0;
const PATIENCE_SIGMA: f64 = 0.6;
/// How many fetch papers, are sent on, or want a further service.
const TURN_SHARES: [f64; 4] = [0.93, 0.03, 0.02, 0.02];
/// How long fetching papers takes, in minutes.
const AWAY_MINUTES: (f64, f64) = (4.0, 12.0);
/// Median of the service time as a share of the target, and the deviation of its logarithm.
const SERVICE_MEDIAN: f64 = 0.85;
const SERVICE_SIGMA: f64 = 0.5;
/// The shortest service, and the longest as a multiple of the target.
const SERVICE_MIN: Duration = Duration::from_secs(20);
const SERVICE_MULTIPLE_MAX: f64 = 6.0;
/// The walk to the window in seconds: median, deviation of the logarithm, shortest, longest.
const WALK_SECONDS: f64 = 18.0;
const WALK_SIGMA: f64 = 0.6;
const WALK_SECONDS_RANGE: (f64, f64) = (3.0, 55.0);
/// How long lunch and the short break last.
const LUNCH: Duration = Duration::from_secs(40 * 60);
const SHORT_BREAK: Duration = Duration::from_secs(10 * 60);
/// The steps in which the rate of arrivals is added up.
const RATE_STEP_HOURS: f64 = 1.0 / 60.0;

/// How a day is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct DayPlan {
    /// Which day.
    pub date: Date,
    /// What chance depends on.
    pub seed: u64,
    /// How much of the windows' time is wanted: 1 is all of it.
    pub load: f64,
    /// When the doors open.
    pub doors: Time,
    /// When the windows open.
    pub from: Time,
    /// When nobody comes any more.
    pub last_entry: Time,
    /// When the windows close, if nobody waits.
    pub to: Time,
}

impl DayPlan {
    /// An ordinary working day: doors at 08:20, windows from 08:30 to 17:30, busy but not too busy.
    #[must_use]
    pub fn ordinary(date: Date, seed: u64) -> Self {
        Self {
            date,
            seed,
            load: 0.88,
            doors: time(8, 20, 0, 0),
            from: time(8, 30, 0, 0),
            last_entry: time(17, 0, 0, 0),
            to: time(17, 30, 0, 0),
        }
    }
}

/// The day of `plan` in the hall of `catalogue`.
#[must_use]
pub fn generate(catalogue: &Catalogue, plan: &DayPlan) -> Script {
    let chance = Chance::new(plan.seed);
    let zone = &catalogue.hall.time_zone;
    let shifts = shifts(catalogue, plan);
    let demand = demand(catalogue, plan, &shifts);
    let people = People {
        catalogue,
        chance: chance.of("people"),
        services: catalogue.services.iter().collect(),
        demand: &demand,
        classes: class_weights(catalogue.classes.len()),
    };
    let visitors = arrivals(plan, chance.of("arrivals"), demand.iter().sum())
        .into_iter()
        .zip(0_u64..)
        .filter_map(|(hour, n)| people.visitor(n, moment_at(zone, plan.date, hour)))
        .collect();
    Script {
        title: format!("generated day {}, seed {}", plan.date, plan.seed),
        starts_at: moment(zone, plan.date, plan.doors),
        ends_at: moment(zone, plan.date, plan.to),
        visitors,
        shifts,
        observed: None,
    }
}

/// One clerk for each window, in the order of the configuration, as far as there are clerks.
fn shifts(catalogue: &Catalogue, plan: &DayPlan) -> Vec<Shift> {
    let zone = &catalogue.hall.time_zone;
    let clerks: Vec<&StaffId> = catalogue
        .staff
        .iter()
        .filter(|staff| staff.roles.contains(&Role::Clerk))
        .map(|staff| &staff.id)
        .collect();
    let at = |time| moment(zone, plan.date, time);
    catalogue
        .windows
        .iter()
        .zip(clerks)
        .enumerate()
        .map(|(index, (window, staff))| Shift {
            window: window.id.clone(),
            staff: staff.clone(),
            from: at(plan.from),
            to: at(plan.to),
            breaks: breaks(index, at),
        })
        .collect()
}

/// The breaks of the `index`-th clerk: neighbours go one after the other.
fn breaks(index: usize, at: impl Fn(Time) -> Moment) -> Vec<Break> {
    let turn = Duration::from_secs(60 * 45 * (index as u64 % 3));
    let short_turn = Duration::from_secs(60 * 12 * (index as u64 % 4));
    let short = |hour| Break {
        from: at(time(hour, 0, 0, 0)).after(short_turn),
        lasts: SHORT_BREAK,
        reason: "短暂休息".to_owned(),
    };
    let lunch = Break {
        from: at(time(11, 40, 0, 0)).after(turn),
        lasts: LUNCH,
        reason: "午餐".to_owned(),
    };
    vec![short(9), lunch, short(16)]
}

/// How many are expected for each service, in the order of the configuration: as many as the windows can serve, times
/// the load. A window has half as much time for services of each further preference level.
fn demand(catalogue: &Catalogue, plan: &DayPlan, shifts: &[Shift]) -> Vec<f64> {
    let staffed = |id| shifts.iter().find(|shift| shift.window == id);
    let mut seconds = vec![0.0; catalogue.services.len()];
    for window in catalogue.windows.iter() {
        let Some(shift) = staffed(window.id.clone()) else {
            continue;
        };
        let weight = |level: u8| 0.5_f64.powi(i32::from(level) - 1);
        let total: f64 = window.serves.values().map(|level| weight(*level)).sum();
        for (service, time) in catalogue.services.iter().zip(&mut seconds) {
            if let Some(level) = window.serves.get(&service.id) {
                *time += at_work(shift).as_secs_f64() * weight(*level) / total;
            }
        }
    }
    let per_visit = |service: &Service| {
        let mean = SERVICE_MEDIAN * (SERVICE_SIGMA.powi(2) / 2.0).exp();
        service.service_target.as_secs_f64() * mean + WALK_SECONDS
    };
    catalogue
        .services
        .iter()
        .zip(seconds)
        .map(|(service, seconds)| plan.load.max(0.0) * seconds / per_visit(service))
        .collect()
}

fn at_work(shift: &Shift) -> Duration {
    let away: Duration = shift.breaks.iter().map(|pause| pause.lasts).sum();
    shift.to.since(shift.from).saturating_sub(away)
}

/// Weights of the classes: the first is the ordinary one, the others share the rest.
fn class_weights(classes: usize) -> Vec<f64> {
    let weights: Vec<f64> = (0..classes)
        .map(|index| CLASS_DECAY.powi(i32::try_from(index).unwrap_or(i32::MAX)))
        .collect();
    let others: f64 = weights.iter().skip(1).sum();
    weights
        .iter()
        .enumerate()
        .map(|(index, weight)| match index {
            0 => ORDINARY_SHARE,
            _ => (1.0 - ORDINARY_SHARE) * weight / others,
        })
        .collect()
}

/// How many come at that hour of the day, relative to a busy hour.
fn rate(hour: f64) -> f64 {
    let peak = |at: f64, width: f64| (-((hour - at) / width).powi(2) / 2.0).exp();
    let lunch = 1.0 - 0.7 * peak(12.7, 0.55);
    (0.35 + 0.75 * peak(10.0, 0.9) + 0.6 * peak(15.0, 0.9)) * lunch
}

/// The highest value of [`rate`].
const RATE_MAX: f64 = 1.15;

/// The hours of the day at which `expected` people come on average, in order: a Poisson process of changing rate, by
/// thinning (Lewis and Shedler 1979).
fn arrivals(plan: &DayPlan, chance: Chance, expected: f64) -> Vec<f64> {
    let (from, to) = (hours(plan.doors), hours(plan.last_entry));
    let steps = ((to - from) / RATE_STEP_HOURS).max(0.0) as u32;
    let mass: f64 = (0..steps)
        .map(|step| rate(from + (f64::from(step) + 0.5) * RATE_STEP_HOURS) * RATE_STEP_HOURS)
        .sum();
    if mass <= 0.0 || expected <= 0.0 {
        return Vec::new();
    }
    let fastest = expected / mass * RATE_MAX;
    let (gaps, kept) = (chance.of("gaps"), chance.of("kept"));
    let mut hour = from;
    let mut hours = Vec::new();
    for n in 0.. {
        hour += gaps.exponential(n) / fastest;
        if hour >= to || hours.len() >= VISITORS_MAX {
            break;
        }
        if kept.happens(n, rate(hour) / RATE_MAX) {
            hours.push(hour);
        }
    }
    hours
}

/// Who comes, and with what.
struct People<'a> {
    catalogue: &'a Catalogue,
    chance: Chance,
    services: Vec<&'a Service>,
    demand: &'a [f64],
    classes: Vec<f64>,
}

impl People<'_> {
    /// Visitor number `n`; none when the hall has nothing to offer.
    fn visitor(&self, n: u64, arrives_at: Moment) -> Option<Visitor> {
        let service = self.service(self.chance.of("service").pick(n, self.demand)?)?;
        let class = self.chance.of("class").pick(n, &self.classes)?;
        let walk = self
            .chance
            .of("walk")
            .log_normal(n, WALK_SECONDS, WALK_SIGMA)
            .clamp(WALK_SECONDS_RANGE.0, WALK_SECONDS_RANGE.1);
        Some(Visitor {
            arrives_at,
            service: service.id.clone(),
            class: self.catalogue.classes.iter().nth(class)?.id.clone(),
            language: self.language(n),
            walk: Duration::from_secs_f64(walk),
            service_time: self.service_time(self.chance.of("service time"), n, service),
            comes: self.comes(n),
            patience: self.patience(n),
            turn: self.turn(n, service),
        })
    }

    fn service(&self, index: usize) -> Option<&Service> {
        self.services.get(index).copied()
    }

    fn language(&self, n: u64) -> Language {
        let offered = &self.catalogue.hall.languages;
        let own = offered.first().copied().unwrap_or_default();
        let others = vec![1.0; offered.len().saturating_sub(1)];
        let other = self.chance.of("other language").pick(n, &others);
        match (self.chance.of("language").happens(n, FOREIGN_SHARE), other) {
            (true, Some(at)) => offered.get(at + 1).copied().unwrap_or(own),
            (true, None) | (false, _) => own,
        }
    }

    fn service_time(&self, chance: Chance, n: u64, service: &Service) -> Duration {
        let target = service.service_target;
        let seconds = chance.log_normal(n, target.as_secs_f64() * SERVICE_MEDIAN, SERVICE_SIGMA);
        let longest = target.mul_f64(SERVICE_MULTIPLE_MAX).max(SERVICE_MIN);
        Duration::from_secs_f64(seconds.min(longest.as_secs_f64())).max(SERVICE_MIN)
    }

    fn comes(&self, n: u64) -> Comes {
        let chance = self.chance.of("comes");
        if !chance.happens(n, MISS_SHARE) {
            Comes::AtOnce
        } else if chance.of("never").happens(n, NEVER_SHARE) {
            Comes::Never
        } else {
            Comes::AfterMissing(1)
        }
    }

    fn patience(&self, n: u64) -> Option<Duration> {
        let chance = self.chance.of("patience");
        let limited = chance.happens(n, IMPATIENT_SHARE);
        limited.then(|| {
            let minutes = chance.log_normal(n, PATIENCE_MINUTES, PATIENCE_SIGMA);
            Duration::from_secs_f64(60.0 * minutes.clamp(1.0, 600.0))
        })
    }

    fn turn(&self, n: u64, service: &Service) -> Turn {
        let chance = self.chance.of("turn");
        let another = || self.another(chance.of("another"), n, service);
        match chance.pick(n, &TURN_SHARES) {
            Some(1) => {
                let (least, most) = AWAY_MINUTES;
                let minutes = least + (most - least) * chance.of("away").unit(n);
                Turn::FetchesPapers {
                    away: Duration::from_secs_f64(60.0 * minutes),
                }
            }
            Some(2) => another().map_or(Turn::Plain, |other| Turn::SentOn {
                to: other.id.clone(),
            }),
            Some(3) => another().map_or(Turn::Plain, |other| Turn::AlsoWants {
                service: other.id.clone(),
                service_time: self.service_time(chance.of("further"), n, other),
            }),
            Some(_) | None => Turn::Plain,
        }
    }

    /// Another service of the same group.
    fn another(&self, chance: Chance, n: u64, service: &Service) -> Option<&Service> {
        let others: Vec<&Service> = self
            .services
            .iter()
            .filter(|other| other.group == service.group && other.id != service.id)
            .copied()
            .collect();
        let index = chance.pick(n, &vec![1.0; others.len()])?;
        others.get(index).copied()
    }
}

/// How many are expected to come for each service.
#[must_use]
pub fn expected(catalogue: &Catalogue, plan: &DayPlan) -> Vec<(ServiceId, f64)> {
    let demand = demand(catalogue, plan, &shifts(catalogue, plan));
    let ids = catalogue.services.iter().map(|service| service.id.clone());
    ids.zip(demand).collect()
}

/// The moment at which a hall's wall clock shows `time` on `date`; of two such moments the first, of none the next.
#[must_use]
pub fn moment(zone: &TimeZone, date: Date, time: Time) -> Moment {
    let timestamp = zone
        .to_ambiguous_timestamp(date.to_datetime(time))
        .compatible();
    timestamp.map_or(Moment::default(), Moment::from)
}

fn moment_at(zone: &TimeZone, date: Date, hour: f64) -> Moment {
    let midnight = moment(zone, date, Time::midnight());
    midnight.after(Duration::from_secs_f64(3600.0 * hour))
}

fn hours(time: Time) -> f64 {
    f64::from(time.hour()) + f64::from(time.minute()) / 60.0 + f64::from(time.second()) / 3600.0
}
