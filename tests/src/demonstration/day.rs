//! A day that is played in the demonstration hall, and its proof.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use nowserving_client::api::{Api, SESSION_COOKIE};
use nowserving_server::tools::{Verdict, verify};
use nowserving_shared::model::{BusinessDay, Catalogue, Moment};
use nowserving_shared::protocol::http::LoginRequest;

use super::options::Options;
use super::place::Place;
use super::{CONFIGURATION, Outcome};
use crate::world::account::compare;
use crate::world::call_log::{LogDay, configuration, read_rows};
use crate::world::generate::{DayPlan, generate};
use crate::world::player::{Played, Progress, Scene, play};
use crate::world::report::report;
use crate::world::script::Script;

/// How long setting up the hall may take before the first visitor comes, by the machine's clock.
const LEAD: Duration = Duration::from_secs(12);
/// How often progress is told where there is no terminal to draw a bar on.
const TELL_EVERY: Duration = Duration::from_secs(15);

/// A day to be played.
#[derive(Debug)]
pub(super) struct Day {
    /// The configuration of the hall in which it is played.
    pub(super) configuration: String,
    /// How many times as fast as it was.
    pub(super) speed: f64,
    catalogue: Catalogue,
    script: Script,
}

/// A day that was played.
#[derive(Debug)]
pub(super) struct PlayedDay {
    faults: Vec<String>,
    hall: PathBuf,
}

impl Day {
    /// The day that the options want; none when nobody is to come.
    pub(super) fn of(options: &Options) -> anyhow::Result<Option<Self>> {
        let Some(speed) = options.visitors else {
            return Ok(None);
        };
        match &options.log {
            Some(path) => {
                let day = LogDay::choose(read_rows(path)?, options.day)?;
                let text = configuration(&day);
                let catalogue = Catalogue::parse(&text).context("the hall of the log")?;
                let script = day.script(&catalogue);
                Ok(Some(Self {
                    configuration: text,
                    speed,
                    catalogue,
                    script,
                }))
            }
            None => {
                let catalogue =
                    Catalogue::parse(CONFIGURATION).context("the demonstration hall")?;
                let date = match options.day {
                    Some(date) => date,
                    None => today(&catalogue)?,
                };
                let script = generate(&catalogue, &DayPlan::ordinary(date, options.seed));
                Ok(Some(Self {
                    configuration: CONFIGURATION.to_owned(),
                    speed,
                    catalogue,
                    script,
                }))
            }
        }
    }

    /// What the server's clock must show at its start.
    pub(super) fn clock_start(&self) -> Moment {
        let lead = i64::try_from(LEAD.mul_f64(self.speed).as_millis()).unwrap_or(i64::MAX);
        Moment(self.script.starts_at.0.saturating_sub(lead))
    }

    /// Plays the day, shows its figures and checks them.
    pub(super) async fn play(self, scene: Scene, place: &Place) -> anyhow::Result<PlayedDay> {
        eprintln!("{}", self.announcement());
        let (api, manager) = (scene.api.clone(), manager(&scene)?);
        let mut show = Show::new(&self);
        let visitors = self.script.visitors.len();
        let observed = self.script.observed.clone();
        let day = self.catalogue.business_day(self.script.starts_at);
        let played = play(scene, self.script, |progress| show.progress(progress)).await?;
        show.end();
        println!(
            "{}",
            report(&self.catalogue, &played.summary, observed.as_ref())
        );
        tell_account(&played, visitors);
        let mut faults = played.account.faults(visitors);
        faults.extend(compare(&played.account, &played.summary));
        faults.extend(replayed(&api, &manager, day, place).await?);
        for fault in &faults {
            println!("!! {fault}");
        }
        Ok(PlayedDay {
            faults,
            hall: place.hall(),
        })
    }

    fn announcement(&self) -> String {
        let observed = self.script.observed.as_ref();
        let turned = observed.map_or(0, |observed| observed.turned_round);
        let left_out = match turned {
            0 => String::new(),
            turned => format!("; {turned} hung up in the menu and are not played"),
        };
        format!(
            "{}: {} visitors, {} windows, {}x as fast{left_out}",
            self.script.title,
            self.script.visitors.len(),
            self.script.shifts.len(),
            self.speed
        )
    }
}

impl PlayedDay {
    /// Looks at what is on disk, now that the server has stopped, and says how the day ended.
    pub(super) fn verdict(&self) -> anyhow::Result<Outcome> {
        let mut told = Vec::new();
        let verdict = verify(&self.hall, &mut told)?;
        println!("{}", String::from_utf8_lossy(&told).trim_end());
        let whole = match verdict {
            Verdict::Good => true,
            Verdict::Bad => false,
        };
        if whole && self.faults.is_empty() {
            println!("账目相符 The day adds up.");
            Ok(Outcome::Well)
        } else {
            println!(
                "账目不符 The day does not add up: {} faults, see above.",
                self.faults.len()
            );
            Ok(Outcome::Faulty)
        }
    }
}

/// The date in the hall.
fn today(catalogue: &Catalogue) -> anyhow::Result<Date> {
    let now =
        jiff::Timestamp::try_from(std::time::SystemTime::now()).context("the machine's clock")?;
    Ok(catalogue.local(Moment::from(now)).date())
}

fn manager(scene: &Scene) -> anyhow::Result<LoginRequest> {
    let password = scene
        .passwords
        .get(&scene.manager)
        .context("the manager has no password")?;
    Ok(LoginRequest {
        staff: scene.manager.clone(),
        password: password.clone(),
    })
}

/// What the account says on its own.
fn tell_account(played: &Played, visitors: usize) {
    let refused: u64 = played.account.refusals().values().sum();
    let reasons: Vec<String> = played
        .account
        .refusals()
        .iter()
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    println!(
        "{visitors} 人到厅 came · {} 人取号 were given one number each · {refused} 人未取到 were refused one{}{} · \
         played in {:.0} s, at most {:.0} s of the hall's time late",
        played.account.tickets().len(),
        if reasons.is_empty() { "" } else { ": " },
        reasons.join(", "),
        played.took.as_secs_f64(),
        played.late_max.as_secs_f64(),
    );
}

/// Compares the server's figures with those of its journal replayed, byte for byte; keeps them; tells a difference.
async fn replayed(
    api: &Api,
    manager: &LoginRequest,
    day: BusinessDay,
    place: &Place,
) -> anyhow::Result<Option<String>> {
    let served = raw_summary(api, manager, day)
        .await
        .context("reading the figures as they are sent")?;
    let path = place.summary();
    std::fs::write(&path, &served)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let hall = place.hall();
    let counted = tokio::task::spawn_blocking(move || {
        let mut counted = Vec::new();
        nowserving_server::tools::summary(&hall, Some(day), &mut counted).map(|_| counted)
    })
    .await?
    .context("replaying the journal")?;
    if served.trim_ascii_end() == counted.trim_ascii_end() {
        println!(
            "重放日志得到相同汇总 The journal replayed gives the same {} bytes of figures: {}",
            served.len(),
            path.display()
        );
        Ok(None)
    } else {
        let beside = path.with_extension("replayed.json");
        std::fs::write(&beside, &counted)
            .with_context(|| format!("{} cannot be written", beside.display()))?;
        Ok(Some(format!(
            "the journal replayed gives other figures: compare {} and {}",
            path.display(),
            beside.display()
        )))
    }
}

/// The figures of a day, as the server sends them.
async fn raw_summary(
    api: &Api,
    manager: &LoginRequest,
    day: BusinessDay,
) -> anyhow::Result<Vec<u8>> {
    let (api, _) = api.log_in(manager).await?;
    let session = api
        .session_cookie()
        .context("logged in without a session")?;
    let reply = reqwest::Client::builder()
        .no_proxy()
        .build()?
        .get(format!("{}/api/v1/summary?day={day}", api.base_url()))
        .header("cookie", format!("{SESSION_COOKIE}={session}"))
        .send()
        .await?
        .error_for_status()?;
    Ok(reply.bytes().await?.to_vec())
}

/// Shows how far the day is: a bar on a terminal, else a line now and then.
struct Show {
    bar: Option<ProgressBar>,
    catalogue: Catalogue,
    told_at: Option<Instant>,
}

impl Show {
    fn new(day: &Day) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(day.script.visitors.len() as u64);
            let style = ProgressStyle::with_template(
                "{msg} {wide_bar} {pos}/{len} 已离开 done [{elapsed}]",
            );
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            bar,
            catalogue: day.catalogue.clone(),
            told_at: None,
        }
    }

    fn progress(&mut self, progress: &Progress) {
        let clock = self
            .catalogue
            .local(progress.at)
            .strftime("%H:%M")
            .to_string();
        let inside = progress.came.saturating_sub(progress.done);
        match &self.bar {
            Some(bar) => {
                bar.set_position(progress.done);
                bar.set_message(format!("{clock} 在厅 inside {inside}"));
            }
            None => {
                if self
                    .told_at
                    .is_none_or(|told_at| told_at.elapsed() >= TELL_EVERY)
                {
                    self.told_at = Some(Instant::now());
                    eprintln!(
                        "{clock} {} of {} came, {inside} inside, {} done",
                        progress.came, progress.visitors, progress.done
                    );
                }
            }
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn day(arguments: &[&str]) -> anyhow::Result<Option<Day>> {
        Day::of(&Options::parse_from(["hall run"].iter().chain(arguments)))
    }

    #[test]
    fn nobody_comes_unless_wanted() {
        assert!(day(&[]).expect("no day").is_none());
    }

    #[test]
    fn a_generated_day_begins_when_the_hall_has_been_set_up() {
        let day = day(&["--visitors=60x", "--day=2026-11-24", "--seed=3"])
            .expect("a day")
            .expect("visitors");
        assert_eq!(day.script.title, "generated day 2026-11-24, seed 3");
        let lead = day.script.starts_at.since(day.clock_start());
        assert_eq!(lead, 60 * LEAD);
        let same_day = |moment| day.catalogue.business_day(moment);
        assert_eq!(same_day(day.clock_start()), same_day(day.script.ends_at));
    }

    #[test]
    fn a_log_that_is_not_there_is_named() {
        let error = day(&["--visitors=60x", "--log=/nowhere/calls.csv"])
            .expect_err("no log")
            .to_string();
        assert!(error.contains("/nowhere/calls.csv"), "{error}");
    }
}
