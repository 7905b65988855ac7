//! The parser against texts that are right, broken, contradictory, torn and mutated.

use proptest::prelude::*;

use super::check;
use super::report::{At, Report};
use super::*;
use crate::announce::{One, SpokenIn};
use crate::model::Moment;

const SMALL: &str = include_str!("small.toml");

/// The faults of `text`, or nothing when it is sound.
fn faults(text: &str) -> Vec<String> {
    match Catalogue::parse(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_small_example_is_read_as_it_is_written() {
    let hall = Catalogue::small_example();
    assert_eq!(hall.source().as_ref(), SMALL);
    assert_eq!(
        (
            hall.zones.len(),
            hall.groups.len(),
            hall.services.len(),
            hall.windows.len()
        ),
        (2, 2, 4, 4)
    );
    assert_eq!(
        (
            hall.classes.len(),
            hall.series.len(),
            hall.staff.len(),
            hall.devices.len()
        ),
        (3, 3, 8, 3)
    );
    assert_eq!(hall.ordinary_class().id.as_str(), "ordinary");
    let tax = hall.services.get(&ServiceId::new("tax").unwrap()).unwrap();
    assert_eq!(
        hall.series.get(&tax.series).unwrap().prefix,
        "M",
        "tax shares the series of its group"
    );
    assert_eq!(
        tax.no_show.steps,
        [MissStep::Back { places: 3 }, MissStep::End, MissStep::Void]
    );
    let passport = hall
        .services
        .get(&ServiceId::new("passport").unwrap())
        .unwrap();
    assert_eq!(passport.wait_target, Duration::from_secs(20 * 60));
    let numbers: Vec<u32> = hall
        .windows_of(&passport.id)
        .iter()
        .map(|window| window.number)
        .collect();
    assert_eq!(numbers, [1, 2, 4]);
    let zones: Vec<&str> = hall
        .zones_of(&passport.id)
        .iter()
        .map(ZoneId::as_str)
        .collect();
    assert_eq!(zones, ["east", "west"]);
    assert_eq!(
        hall.longest_delay(),
        Duration::ZERO,
        "no miss is answered by a delay"
    );
    assert_eq!(hall.rules.recall_gap, Duration::from_secs(5));
}

#[test]
fn another_format_is_refused_before_anything_else() {
    let text = SMALL.replace("format = 1", "format = 2\nnew_thing = 7");
    assert_eq!(
        faults(&text),
        ["line 2: format: this version reads format 1, not 2"]
    );
}

#[test]
fn a_text_that_is_too_long_is_not_read() {
    let text = "#".repeat(CONFIGURATION_BYTES_MAX + 1);
    assert_eq!(
        faults(&text),
        ["line 1: the text has 1048577 bytes: at most 1048576 are read"]
    );
}

#[test]
fn more_faults_than_the_most_are_counted() {
    let text = format!("{SMALL}\n[nonsense]\n") + &"[[zone]]\nx=1\n".repeat(62);
    let faults = faults(&text);
    assert_eq!(faults.len(), FAULTS_MAX);
    assert!(
        faults
            .last()
            .unwrap()
            .ends_with("more faults are not listed; mend these first"),
        "{faults:?}"
    );
}

#[test]
fn a_hall_without_classes_has_the_ordinary_one() {
    let start = SMALL.find("[[class]]").unwrap();
    let end = SMALL.find("[[service]]").unwrap();
    let text = format!("{}{}", &SMALL[..start], &SMALL[end..]);
    let hall = Catalogue::parse(&text).unwrap();
    assert_eq!(hall.ordinary_class().name.text(Language::ZhCn), "普通");
}

#[test]
fn a_hall_without_policies_voids_what_missed_its_call() {
    let start = SMALL.find("[rules]").unwrap();
    let end = SMALL.find("[[zone]]").unwrap();
    let hall = Catalogue::parse(&format!("{}{}", &SMALL[..start], &SMALL[end..])).unwrap();
    assert_eq!(hall.rules.no_show.step(1), MissStep::Void);
    assert_eq!(
        (hall.rules.recalls_max, hall.rules.order),
        (5, Order::FirstCome)
    );
}

#[test]
fn numbers_without_paper_are_given_out_only_where_the_hall_says_so() {
    assert!(Catalogue::small_example().hall.paperless);
    let silent = Catalogue::parse(&SMALL.replace("paperless = true\n", "")).unwrap();
    assert!(!silent.hall.paperless);
    assert_eq!(
        faults(&SMALL.replace("paperless = true", "paperless = \"yes\"")),
        ["line 10: [hall], paperless: expected true or false, found a text"]
    );
    assert_eq!(
        faults(&SMALL.replace("paperless = true", "paperles = true")),
        ["line 10: [hall]: unknown key “paperles”; did you mean “paperless”?"]
    );
}

#[test]
fn notices_have_days_and_their_faults_have_lines() {
    let lines = SMALL.matches('\n').count();
    let with = |notice: &str| format!("{SMALL}[[notice]]\n{notice}\n");
    let text = with("text = \"周末不办公\"\nfrom = 2026-10-01\nuntil = \"2026-10-07\"");
    let hall = Catalogue::parse(&text).unwrap();
    let days = (
        Some(civil::date(2026, 10, 1)),
        Some(civil::date(2026, 10, 7)),
    );
    assert_eq!((hall.notices[0].from, hall.notices[0].until), days);
    let told = faults(&with(
        "text = { en = \"No Chinese\" }\nfrom = \"2026-10-08\"\nuntil = \"2026-10-07\"\nuntill = 1",
    ));
    let expected = [
        (
            2,
            "[[notice]] number 1, text: the text in “zh-CN”, the hall's first language, is missing",
        ),
        (
            4,
            "[[notice]] number 1, until: 2026-10-07 is before 2026-10-08, the first day: the notice would never be shown",
        ),
        (
            5,
            "[[notice]] number 1: unknown key “untill”; did you mean “until”?",
        ),
    ];
    let expected = expected.map(|(line, what)| format!("line {}: {what}", lines + line));
    assert_eq!(told, expected);
    let long = "长".repeat(NOTICE_CHARS_MAX + 1);
    assert!(faults(&with(&format!("text = \"{long}\"")))[0].ends_with("at most 80 are possible"));
    let many = "[[notice]]\ntext = \"好\"\n".repeat(NOTICES_MAX + 1);
    assert!(faults(&format!("{SMALL}{many}"))[0].ends_with("at most 16 are possible"));
}

#[test]
fn how_calls_are_said_is_checked_line_by_line() {
    let quiet = Catalogue::parse(SMALL).unwrap().voice;
    assert_eq!(quiet.languages, [Language::ZhCn, Language::En]);
    assert_eq!((quiet.times, quiet.spoken_in), (2, SpokenIn::Tickets));
    let with = |voice: &str| format!("{SMALL}\n[voice]\n{voice}\n");
    let text = with(
        "one = \"yao\"\nquiet = [\"12:30-14:00\"]\nvolumes = { \"18:00-08:00\" = 30 }\ntemplate = { en = \"{label}, {window}\" }",
    );
    let voice = Catalogue::parse(&text).unwrap().voice;
    assert_eq!(voice.one, One::Yao);
    assert_eq!(voice.quiet[0].to_string(), "12:30-14:00");
    assert_eq!(voice.volumes[0].percent, 30);
    assert_eq!(voice.templates[&Language::En], "{label}, {window}");
    let lines = SMALL.matches('\n').count() + 2;
    let told = faults(&with(
        "one = \"yay\"\ntimes = 9\nquiet = [\"noon\"]\nvolumes = { \"18:00-20:00\" = 130 }\ntemplate = { en = \"{name}\" }\nvolum = 3",
    ));
    let expected = [
        (1, "[voice], one: “yay” is unknown: use “yi”, “yao”"),
        (2, "[voice], times: 9 is out of range: use 1 to 3"),
        (
            3,
            "[voice], quiet: “noon” is no part of a day: write it as \"12:30-14:00\"",
        ),
        (
            4,
            "[voice], volumes, “18:00-20:00”: 130 is out of range: use 0 to 100",
        ),
        (
            5,
            "[voice], template, en: “{name}” is no field: there are “{label}” and “{window}”",
        ),
        (6, "[voice]: unknown key “volum”; did you mean “volume”?"),
    ];
    let expected = expected.map(|(line, what)| format!("line {}: {what}", lines + line));
    assert_eq!(told, expected);
}

#[test]
fn what_only_a_stricter_version_finds_unreadable_is_refused_when_offered_and_read_when_recorded() {
    let text = format!(
        "{SMALL}\n[[layout]]\nid = \"lobby\"\nname = \"大厅\"\n\
         panel = [{{ show = \"calls\", share = 95 }}, {{ show = \"counts\", share = 5 }}]\n"
    );
    assert!(faults(&text)[0].contains("a share of 5 percent"));
    let hall = Catalogue::parse_recorded(&text).unwrap();
    assert_eq!(hall.layouts.iter().count(), 1);
    let torn = text.replace("share = 5 ", "share = 4 ");
    let told = Catalogue::parse_recorded(&torn).unwrap_err().to_string();
    assert!(told.contains("make 99, not 100"), "{told}");
}

#[test]
fn layouts_stand_on_displays_and_what_low_vision_cannot_read_is_warned_of() {
    let lines = SMALL.matches('\n').count();
    let with = |metres: &str| {
        format!(
            "{SMALL}\n[[layout]]\nid = \"lobby\"\nname = \"大厅\"\nline = \"欢迎\"\npanel = [{{ show = \"calls\", share = 100 }}]\n\
             [[device]]\nid = \"wall-lobby\"\nkind = \"display\"\nname = \"大屏\"\nlayout = \"lobby\"\n\
             screen = {{ inches = 54.6, pixels = \"1920x1080\", farthest_seat = {metres} }}\n"
        )
    };
    let hall = Catalogue::parse(&with("5")).unwrap();
    let wall = hall
        .devices
        .get(&DeviceId::new("wall-lobby").unwrap())
        .unwrap();
    let lobby = hall.layouts.get(wall.layout.as_ref().unwrap()).unwrap();
    assert_eq!(
        (lobby.panels.len(), lobby.line.text(Language::En)),
        (1, "欢迎")
    );
    assert_eq!(wall.screen.unwrap().inches, 54.6);
    assert_eq!(hall.warnings, []);
    let far = Catalogue::parse(&with("20")).unwrap().warnings;
    assert_eq!(far[0].line, lines + 7);
    assert!(far[0].what.contains("low vision"), "{far:?}");
    assert!(faults(&with("90"))[0].contains("a seat at 90 m needs 450 mm"));
    let recorded = Catalogue::parse_recorded(&with("90")).unwrap().warnings;
    assert!(recorded[0].what.contains("a seat at 90 m needs 450 mm"));
    let many = "[[layout]]\nid = \"a\"\n".repeat(LAYOUTS_MAX + 1);
    let told = faults(&format!("{SMALL}\n{many}"));
    assert!(
        told.iter()
            .any(|fault| fault.ends_with("at most 32 are possible")),
        "{told:?}"
    );
}

#[test]
fn hooks_have_an_address_and_whom_they_are_for_and_their_faults_have_lines() {
    let lines = SMALL.matches('\n').count() + 1;
    let with = |text: &str| format!("{SMALL}\n[[hook]]\nid = \"lamps\"\n{text}\n");
    let good = "url = \"http://192.168.1.50:8080/calls?hall=1\"\nzones = [\"east\"]\nwindows = [\"w3\"]\nclasses = [\"senior\"]";
    let hall = Catalogue::parse(&with(good)).unwrap();
    let lamps = hall.hooks.get(&HookId::new("lamps").unwrap()).unwrap();
    assert_eq!(lamps.url.path_and_query().unwrap(), "/calls?hall=1");
    let hears = |window: &str, zone: &str| {
        let (window, zone) = (WindowId::new(window).unwrap(), ZoneId::new(zone).unwrap());
        lamps.hears_of(&window, &zone)
    };
    assert!(hears("w1", "east") && hears("w3", "west") && !hears("w4", "west"));
    let told = faults(&with(
        "url = \"https://lamps.example/\"\nzones = [\"eats\"]\nwindows = []\nclasses = \"senior\"\nurls = 1",
    ));
    let expected = [
        (
            3,
            "[[hook]] “lamps”, url: only http:// is spoken: a lamp is on the hall's own network; for what is not, put a proxy between",
        ),
        (4, "[[hook]] “lamps”, zones: there is no zone “eats”"),
        (
            5,
            "[[hook]] “lamps”, windows: is empty: leave it out, and the hook is told of all",
        ),
        (
            6,
            "[[hook]] “lamps”, classes: expected a list in square brackets, found a text",
        ),
        (
            7,
            "[[hook]] “lamps”: unknown key “urls”; did you mean “url”?",
        ),
    ];
    let expected = expected.map(|(line, what)| format!("line {}: {what}", lines + line));
    assert_eq!(told, expected);
    for (url, what) in [
        ("lamps", "must begin with http://"),
        ("/calls", "is no address"),
        ("http://", "is no address"),
        ("ftp://lamps/calls", "must begin with http://"),
        (
            "http://lamp:secret@lamps/",
            "a name or password has no place",
        ),
        ("http://lamps:0/", "names nobody"),
    ] {
        let told = faults(&with(&format!("url = \"{url}\"")));
        assert!(told.len() == 1 && told[0].contains(what), "{url}: {told:?}");
    }
    let twice = with("url = \"http://lamps/\"\n[[hook]]\nid = \"lamps\"\nurl = \"http://lamps/\"");
    assert!(faults(&twice)[0].contains("already a hook of this id"));
    let many = "[[hook]]\nid = \"a\"\n".repeat(HOOKS_MAX + 1);
    let told = faults(&format!("{SMALL}\n{many}"));
    assert!(
        told.iter()
            .any(|fault| fault.ends_with("at most 16 are possible"))
    );
}

#[test]
fn a_text_of_layouts_alone_is_read_and_every_fault_has_its_line() {
    let text = "format = 1\n[[layout]]\nid = \"a\"\nname = \"甲\"\npanel = [{ show = \"strip\", share = 100 }]";
    let layouts = Catalogue::parse_layouts(text, Language::ZhCn).unwrap();
    assert_eq!(layouts.len(), 1);
    let told = |text: &str| match Catalogue::parse_layouts(text, Language::ZhCn) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(told(""), ["line 1: there is no [[layout]]"]);
    assert_eq!(
        told(&text.replace("100", "99")),
        [
            "line 2: [[layout]] “a”: the shares of the panels make 99, not 100: they are percent of the screen"
        ]
    );
}

#[test]
fn limits_are_held() {
    let zones = |count: usize| -> String {
        (0..count)
            .map(|at| format!("[[zone]]\nid = \"z{at}\"\nname = \"区\"\nseats = 1\n"))
            .collect()
    };
    assert_eq!(
        faults(&format!("{SMALL}\n{}", zones(ZONES_MAX - 2))),
        Vec::<String>::new()
    );
    let crowded = faults(&format!("{SMALL}\n{}", zones(ZONES_MAX - 1)));
    assert_eq!(crowded.len(), 1, "{crowded:?}");
    assert!(
        crowded[0].ends_with("65 are too many: at most 64 are possible"),
        "{crowded:?}"
    );
}

#[test]
fn dates_and_times_may_be_written_without_quotation_marks() {
    let text = SMALL
        .replace(
            "day_starts = \"04:00\"",
            "day_starts = 04:00:00\nholidays = [2026-10-01]",
        )
        .replace(
            "group = \"residence\"\nprefix = \"E\"",
            "group = \"residence\"\nprefix = \"E\"\nbands = [{ from = 09:00:00, to = \"24:00\" }]",
        );
    let hall = Catalogue::parse(&text).unwrap();
    assert_eq!(hall.hall.day_starts, civil::time(4, 0, 0, 0));
    assert!(hall.hall.holidays.contains(&civil::date(2026, 10, 1)));
    let passport = hall
        .services
        .get(&ServiceId::new("passport").unwrap())
        .unwrap();
    assert_eq!(passport.bands[0].range.to_string(), "09:00-24:00");
}

fn series(prefix: &str, first: u32, last: u32, digits: u8) -> Series {
    Series {
        id: SeriesId::new(&format!("s{digits}")).unwrap(),
        prefix: prefix.to_owned(),
        first,
        last,
        digits,
    }
}

fn clashes(a: &Series, b: &Series) -> bool {
    let report = Report::new("", &[]);
    let mut b = b.clone();
    b.id = SeriesId::new("other").unwrap();
    check::labels_differ(
        &[
            At {
                value: a.clone(),
                line: 1,
            },
            At { value: b, line: 2 },
        ],
        &report,
    );
    report.into_faults().is_some()
}

/// A series whose prefix can end in digits.
fn any_series() -> impl Strategy<Value = Series> {
    let numbers = (1_u8..=3).prop_flat_map(|digits| {
        let numbers = 0..10_u32.pow(u32::from(digits));
        (Just(digits), numbers.clone(), numbers)
    });
    ("A?[0-2]{0,2}", numbers)
        .prop_map(|(prefix, (digits, a, b))| series(&prefix, a.min(b), a.max(b), digits))
}

/// Where a service is served agrees with asking every window.
fn served_as_counted(hall: &Catalogue, service: &ServiceId) -> Result<(), TestCaseError> {
    let mut windows: Vec<&Window> = hall
        .windows
        .iter()
        .filter(|window| window.serves.contains_key(service))
        .collect();
    windows.sort_by_key(|window| window.number);
    let ids = |windows: &[&Window]| -> Vec<WindowId> {
        windows.iter().map(|window| window.id.clone()).collect()
    };
    prop_assert_eq!(ids(&hall.windows_of(service)), ids(&windows));
    let served = |zone: &&Zone| windows.iter().any(|window| window.zone == zone.id);
    let zones: Vec<ZoneId> = hall
        .zones
        .iter()
        .filter(served)
        .map(|zone| zone.id.clone())
        .collect();
    prop_assert_eq!(hall.zones_of(service), zones.as_slice());
    for zone in hall.zones.iter() {
        prop_assert_eq!(hall.serves_in(service, &zone.id), zones.contains(&zone.id));
    }
    Ok(())
}

proptest! {
    #[test]
    fn two_series_clash_exactly_when_they_can_give_the_same_label(a in any_series(), b in any_series()) {
        let labels = |series: &Series| -> BTreeSet<String> {
            (series.first..=series.last).map(|n| Label::new(&series.prefix, n, series.digits).to_string()).collect()
        };
        let alike = if a.prefix == b.prefix {
            a.prefix.is_empty() || a.first.max(b.first) <= a.last.min(b.last)
        } else {
            !labels(&a).is_disjoint(&labels(&b))
        };
        prop_assert_eq!(clashes(&a, &b), alike);
    }

    #[test]
    fn whatever_is_cut_or_typed_into_a_text_it_is_read_or_refused_in_order(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[ -~\n\"\\[\\]{}=.,0-9户\u{202e}\0]{0,6}"), 1..6),
        broken in any::<bool>(),
    ) {
        let mut text: Vec<char> = if broken { include_str!("../../../../tests/golden/catalogue/broken.toml") } else { SMALL }.chars().collect();
        for (at, cut, typed) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + cut).min(text.len());
            text.splice(at..end, typed.chars());
        }
        let text: String = text.into_iter().collect();
        match Catalogue::parse(&text) {
            Ok(hall) => {
                // What was accepted can be used.
                prop_assert!(!hall.classes.is_empty() && !hall.services.is_empty() && !hall.windows.is_empty());
                for service in hall.services.iter() {
                    prop_assert!(hall.series.contains(&service.series));
                    prop_assert!(hall.groups.contains(&service.group));
                    prop_assert!(!hall.windows_of(&service.id).is_empty());
                    served_as_counted(&hall, &service.id)?;
                    let band = hall.gives_out(service, Moment(1_800_000_000_000)).ok().flatten();
                    prop_assert!(band.is_none_or(|band| band < service.bands.len()));
                }
            }
            Err(faults) => {
                let lines: Vec<usize> = faults.0.iter().map(|fault| fault.line).collect();
                prop_assert!(!lines.is_empty() && lines.len() <= FAULTS_MAX);
                prop_assert!(lines.is_sorted());
                prop_assert!(lines.iter().all(|line| (1..=text.matches('\n').count() + 1).contains(line)));
            }
        }
    }
}

#[test]
fn the_demonstration_hall_is_read_and_has_what_it_promises() {
    let text = include_str!("../../../../server/demo/hall.toml");
    assert_eq!(faults(text), Vec::<String>::new());
    let hall = Catalogue::parse(text).unwrap();
    assert_eq!(
        (
            hall.zones.len(),
            hall.groups.len(),
            hall.windows.len(),
            hall.classes.len()
        ),
        (3, 4, 16, 5)
    );
    assert!(hall.services.len() >= 12);
    let clerks = hall
        .staff
        .iter()
        .filter(|staff| staff.roles.contains(&Role::Clerk))
        .count();
    assert_eq!(
        clerks,
        hall.windows.len(),
        "there is somebody for every window"
    );
    for role in Role::ALL {
        assert!(
            hall.staff.iter().any(|staff| staff.roles.contains(&role)),
            "nobody is {}",
            role.name()
        );
    }
    let displays: Vec<_> = hall
        .devices
        .iter()
        .filter(|device| device.kind == DeviceKind::Display)
        .collect();
    assert_eq!(
        displays.len(),
        1 + hall.zones.len() + 1,
        "one for the hall, one for each zone, and a strip"
    );
    for display in displays {
        let layout = display.layout.as_ref().and_then(|id| hall.layouts.get(id));
        assert!(layout.is_some(), "{} has no layout", display.id);
    }
    let shown = |theme| hall.layouts.iter().any(|layout| layout.theme == theme);
    assert!(shown(crate::wall::Theme::Dark) && shown(crate::wall::Theme::Light));
    for service in hall.services.iter() {
        let guide = &service.guide;
        for text in [
            &service.name,
            &guide.process,
            &guide.materials,
            &guide.fee,
            &guide.time_limit,
        ] {
            assert_eq!(
                text.iter().count(),
                Language::ALL.len(),
                "{}: {text:?}",
                service.id
            );
        }
        assert!(hall.gives_out(service, Moment(1_800_000_000_000)).is_ok());
    }
    for series in hall.series.iter() {
        assert!(
            !series.prefix.contains(['B', 'D', 'P', 'T', 'I', 'O']),
            "{} sounds or looks like others",
            series.prefix
        );
    }
}
