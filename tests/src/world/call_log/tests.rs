use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::date;
use nowserving_shared::model::{Catalogue, ServiceId, WindowId};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::world::script::Script;

const HEAD: &str = "date,type,priority,vru_entry,vru_exit,q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server\n";

/// A small log that nobody ever wrote: two days, three who answer.
const LOG: &str = "\
080102,PS,0,8:00:00,8:00:10,8:00:10,8:00:40,30,AGENT,8:00:40,8:02:40,120,ADA
080102,PS,2,8:00:05,8:00:12,0:00:00,0:00:00,0,AGENT,8:00:12,8:01:12,60,BEN
080102,NW,0,8:01:00,8:01:05,8:01:05,8:01:45,40,HANG,0:00:00,0:00:00,0,NO_SERVER
080102,PS,0,8:01:10,8:01:12,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER
080102,PS,0,8:01:11,8:01:12,8:01:12,8:01:15,3,PHANTOM,0:00:00,0:00:00,0,NO_SERVER
080102,NW,1,8:01:20,8:01:30,8:01:30,8:01:40,10,AGENT,8:01:40,8:04:40,180,NO_SERVER
080102,IN,0,9:30:00,9:30:05,0:00:00,0:00:00,0,AGENT,9:30:05,9:30:35,30,ADA
080102,PS,0,23:59:50,0:00:05,0:00:05,0:00:20,15,AGENT,0:00:20,0:01:20,60,CY
080103,PS,0,2:00:00,2:00:05,0:00:00,0:00:00,0,AGENT,2:00:05,2:02:05,120,CY
080103,PS,0,8:00:00,8:00:05,0:00:00,0:00:00,0,AGENT,8:00:05,8:02:05,120,BEN
";

fn written(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log.csv");
    std::fs::write(&path, text).expect("the log is written");
    (directory, path)
}

fn rows(text: &str) -> Result<Vec<Row>, LogError> {
    let (_directory, path) = written(text);
    read_rows(&path)
}

fn first_day() -> LogDay {
    LogDay::choose(rows(&format!("{HEAD}{LOG}")).expect("a sound log"), None).expect("a day")
}

fn hall(day: &LogDay) -> Catalogue {
    Catalogue::parse(&configuration(day)).unwrap_or_else(|faults| panic!("{faults}"))
}

fn script() -> Script {
    let day = first_day();
    day.script(&hall(&day))
}

#[test]
fn the_busiest_day_is_chosen_and_lasts_from_four_to_four() {
    let day = first_day();
    assert_eq!(day.date, date(2008, 1, 2));
    // The call of two in the night belongs to the day before; that of eight does not.
    assert_eq!(day.rows.len(), 9);
    assert_eq!(day.rows.last().map(|row| row.arrives), Some(22 * 3600 + 5));
}

#[test]
fn a_wanted_day_is_chosen_and_one_that_is_not_there_is_refused_with_those_that_are() {
    let rows = rows(&format!("{HEAD}{LOG}")).expect("a sound log");
    let day = LogDay::choose(rows.clone(), Some(date(2008, 1, 3))).expect("it is there");
    assert_eq!(day.rows.len(), 1);
    let error = LogDay::choose(rows, Some(date(2008, 2, 1))).expect_err("it is not there");
    assert_eq!(
        error.to_string(),
        "the log has no day 2008-02-01 on which anybody was served; it has 2008-01-02, 2008-01-03"
    );
}

#[test]
fn types_become_services_priorities_classes_and_those_who_answer_windows() {
    let day = first_day();
    let hall = hall(&day);
    let services: Vec<&str> = hall
        .services
        .iter()
        .map(|service| service.id.as_str())
        .collect();
    assert_eq!(services, ["in", "nw", "ps"]);
    let classes: Vec<(&str, u32)> = hall
        .classes
        .iter()
        .map(|class| (class.id.as_str(), class.rank))
        .collect();
    assert_eq!(classes, [("p0", 2), ("p1", 1), ("p2", 0)]);
    let staff: Vec<&str> = hall
        .staff
        .iter()
        .map(|staff| staff.id.as_str())
        .skip(4)
        .collect();
    assert_eq!(staff, ["agent-ada", "agent-ben", "agent-cy"]);
    assert_eq!(hall.windows.len(), 3);
}

#[test]
fn a_type_that_nobody_answered_is_served_by_everybody() {
    let day = first_day();
    let hall = hall(&day);
    let nw = ServiceId::new("nw").expect("an id");
    assert_eq!(hall.windows_of(&nw).len(), 3);
    let ps = ServiceId::new("ps").expect("an id");
    assert_eq!(hall.windows_of(&ps).len(), 3);
    let internet = ServiceId::new("in").expect("an id");
    assert_eq!(hall.windows_of(&internet).len(), 1);
}

#[test]
fn those_who_queued_or_were_answered_come_and_nobody_else() {
    let script = script();
    assert_eq!(script.visitors.len(), 7);
    let observed = script.observed.as_ref().expect("the day was");
    assert_eq!(
        (
            observed.came,
            observed.served,
            observed.gave_up,
            observed.turned_round
        ),
        (7, 6, 1, 1)
    );
    assert_eq!(observed.waits_seconds, [0, 0, 0, 10, 15, 30]);
}

#[test]
fn who_hung_up_has_the_patience_of_the_log_and_the_usual_service_time() {
    let script = script();
    let impatient: Vec<_> = script
        .visitors
        .iter()
        .filter(|visitor| visitor.patience.is_some())
        .collect();
    assert_eq!(impatient.len(), 1);
    assert_eq!(impatient[0].patience, Some(Duration::from_secs(40)));
    assert_eq!(impatient[0].service_time, Duration::from_secs(180));
}

#[test]
fn a_shift_lasts_from_the_first_answer_to_the_last_and_long_gaps_are_breaks() {
    let script = script();
    let day_start = moment_of(&script, 0);
    let ada = &script.shifts[0];
    assert_eq!(ada.window, WindowId::new("w01").expect("an id"));
    let seconds = |moment: nowserving_shared::model::Moment| moment.since(day_start).as_secs();
    assert_eq!(seconds(ada.from), 4 * 3600 + 40 - 60);
    assert_eq!(seconds(ada.to), 5 * 3600 + 30 * 60 + 35 + 60);
    assert_eq!(ada.breaks.len(), 1);
    assert_eq!(seconds(ada.breaks[0].from), 4 * 3600 + 2 * 60 + 40 + 60);
    // An answer after midnight stays behind the one before it.
    let cy = &script.shifts[2];
    assert_eq!(seconds(cy.from), 20 * 3600 + 20 - 60);
    assert_eq!(seconds(cy.to), 22 * 3600 + 125 + 60);
}

fn moment_of(_: &Script, hour: i8) -> nowserving_shared::model::Moment {
    let day = first_day();
    crate::world::generate::moment(
        &hall(&day).hall.time_zone,
        day.date,
        jiff::civil::time(4 + hour, 0, 0, 0),
    )
}

#[test]
fn a_compressed_log_reads_like_a_plain_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log.csv.gz");
    let mut file = flate2::write::GzEncoder::new(
        std::fs::File::create(&path).expect("a file"),
        flate2::Compression::fast(),
    );
    file.write_all(format!("{HEAD}{LOG}").as_bytes())
        .expect("written");
    file.finish().expect("finished");
    assert!(
        read_rows(&path).expect("a sound log")
            == rows(&format!("{HEAD}{LOG}")).expect("a sound log")
    );
}

#[test]
fn what_is_not_such_a_log_is_refused_with_the_place() {
    let told = |text: &str| rows(text).expect_err("not a log").to_string();
    assert!(told("").starts_with("the log's first line must name its columns"));
    assert_eq!(
        told("date,type\n"),
        "the log's first line must name its columns; missing: priority, vru_entry, vru_exit, q_time, outcome, \
         ser_start, ser_time, server"
    );
    let changed = |from: &str, to: &str| {
        let first = LOG.lines().next().expect("a line").replace(from, to);
        told(&format!("{HEAD}{first}\n"))
    };
    assert_eq!(
        changed("080102", "081302"),
        "line 2 of the log: “081302” is no date: YYMMDD, such as 990523"
    );
    assert_eq!(
        changed("8:00:10", "8:61:10"),
        "line 2 of the log: “8:61:10” is no time: H:MM:SS"
    );
    assert_eq!(
        changed("AGENT", "LOST"),
        "line 2 of the log: “LOST” is no outcome: AGENT, HANG or PHANTOM"
    );
    assert!(changed("ADA", "A\"D").contains("is no type, priority or name"));
    assert!(changed(",120,ADA", "").contains("it has no ser_time"));
    let long = format!("{HEAD}{}\n", "x".repeat(10_000));
    assert!(told(&long).contains("longer than 4096 bytes"));
}

#[test]
fn a_log_that_is_not_there_is_named() {
    let error = read_rows(std::path::Path::new("/nowhere/log.csv")).expect_err("nothing there");
    assert!(
        error
            .to_string()
            .starts_with("the log /nowhere/log.csv cannot be read")
    );
}

/// The published log, where somebody put it: `NOWSERVING_CALL_LOG` names one of its files.
#[test]
fn the_busiest_day_of_the_real_log_becomes_a_sound_hall() {
    let Some(path) = std::env::var_os("NOWSERVING_CALL_LOG") else {
        println!("skipped: NOWSERVING_CALL_LOG names no call log");
        return;
    };
    let rows = read_rows(path.as_ref()).expect("a sound log");
    let day = LogDay::choose(rows, None).expect("a day");
    let hall = hall(&day);
    let script = day.script(&hall);
    let observed = script.observed.as_ref().expect("the day was");
    assert_eq!(script.visitors.len() as u64, observed.came);
    assert_eq!(observed.came, observed.served + observed.gave_up);
    assert_eq!(script.shifts.len(), hall.windows.len());
    println!(
        "{}: {} come, {} windows",
        script.title,
        observed.came,
        script.shifts.len()
    );
}

proptest! {
    #[test]
    fn whatever_stands_in_a_file_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let mut text = HEAD.as_bytes().to_vec();
        text.extend(bytes);
        std::fs::write(&path, text).expect("written");
        drop(read_rows(&path));
    }

    #[test]
    fn every_sound_log_becomes_a_sound_hall_in_which_everybody_can_be_served(
        calls in proptest::collection::vec((0_u32..86_400, 0_u32..900, 0_u32..2_000, 0_usize..3, 0_usize..4, 0_usize..5), 1..60)
    ) {
        let mut text = HEAD.to_owned();
        for (left, queued, service, outcome, kind, server) in calls {
            let clock = |seconds: u32| {
                let seconds = seconds % 86_400;
                format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
            };
            let outcome = ["AGENT", "HANG", "PHANTOM"][outcome];
            let kind = ["PS", "NE", "XX", "q_9"][kind];
            let server = ["NO_SERVER", "ADA", "BEN", "CY", "DO-RA"][server];
            text.push_str(&format!(
                "080102,{kind},{},{},{},0:00:00,0:00:00,{queued},{outcome},{},0:00:00,{service},{server}\n",
                left % 3, clock(left), clock(left), clock(left + queued)
            ));
        }
        let rows = rows(&text).expect("a sound log");
        match LogDay::choose(rows, None) {
            Ok(day) => {
                let hall = hall(&day);
                let script = day.script(&hall);
                prop_assert_eq!(script.visitors.len() as u64, script.observed.as_ref().map_or(0, |observed| observed.came));
                prop_assert!(script.visitors.is_sorted_by_key(|visitor| visitor.arrives_at));
                for visitor in &script.visitors {
                    prop_assert!(!hall.windows_of(&visitor.service).is_empty());
                    prop_assert!(hall.classes.contains(&visitor.class));
                }
                for shift in &script.shifts {
                    prop_assert!(hall.windows.contains(&shift.window) && hall.staff.contains(&shift.staff));
                    prop_assert!(shift.from < shift.to);
                    prop_assert!(script.starts_at <= shift.from && shift.to <= script.ends_at);
                }
            }
            Err(LogError::NoSuchDay { .. } | LogError::TooMuch(_)) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
