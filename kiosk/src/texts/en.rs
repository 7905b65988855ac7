//! English: everything that the kiosk says.

use jiff::civil::{Date, Weekday};

use super::{Assistance, CheckIn, Everyone, Maintenance, Texts, runs};
use crate::state::{PrintStage, PrinterIs, PrinterTrouble};

pub(super) const TEXTS: Texts = Texts {
    date: |date| {
        format!(
            "{:.3} {} {:.3} {}",
            weekday(date),
            date.day(),
            month(date),
            date.year()
        )
    },

    touch_to_start: "Touch here to take a number",
    steps: [
        "Choose what you came for",
        "See how many wait, then confirm",
        "Take your ticket and wait",
    ],
    hall_closed: |opens| match opens {
        Some(opens) => format!("No numbers are given out now. We start {opens}."),
        None => "No numbers are given out now.".to_owned(),
    },
    hall_waiting: |people| match people {
        0 => "Nobody is waiting now".to_owned(),
        1 => "1 person is waiting now".to_owned(),
        _ => format!("{people} people are waiting now"),
    },
    starting: "Connecting, one moment please…",
    server_away: |phone| {
        format!(
            "The ticket system cannot be reached. Please take your number at the information desk{}.",
            call(phone)
        )
    },

    offline: "The connection is down. You can take a number all the same; the wait is not known now.",
    offline_wait: "Wait not known",
    offline_none: "No numbers left here: please ask at the information desk",
    offline_place: "The wait is not known now. You keep your place by the time on your ticket",

    choose_group: "Please choose a department",
    choose_service: "Please choose a service",
    choose_class: "Which of these are you?",
    choose_class_hint: "Please have your proof ready when you are called.",
    no_proof: "No proof needed",
    proof: |proof| format!("Please show: {proof}"),
    waiting: |people, windows| match (people, windows) {
        (0, 0) => "No window open".to_owned(),
        (_, 0) => format!("{people} waiting · no window open"),
        (_, _) => format!("{people} waiting · {}", windows_open(windows)),
    },
    group_note: |services, people| {
        let services = if services == 1 {
            "1 service".to_owned()
        } else {
            format!("{services} services")
        };
        match people {
            0 => format!("{services} · nobody waiting"),
            _ => format!("{services} · {people} waiting"),
        }
    },

    often: "Often asked for",
    other_class: "Priority",
    search: "Find a service",
    search_hint: "Type the beginning of its name",
    search_nothing: "No service of that name",
    erase: "Delete",
    clear: "Clear",

    service_closed: |opens| match opens {
        Some(opens) => format!("Closed now, opens {opens}"),
        None => "Closed now".to_owned(),
    },
    quota_reached: "All numbers for today are taken",
    not_now: "No numbers for this service now",
    not_now_advice: |phone| {
        format!(
            "You can choose another service, or ask at the information desk{}.",
            call(phone)
        )
    },
    today_at: |time| format!("today at {time}"),
    day_at: |date, time| {
        format!(
            "on {}, {} {} at {time}",
            weekday(date),
            date.day(),
            month(date)
        )
    },

    confirm_title: "Please check, then take your number",
    confirm: "Take a number",
    confirm_unprinted: "Take a number without paper",
    figures: [
        ("Waiting now", "people"),
        ("Windows open", ""),
        ("Last wait", "min"),
    ],
    under_a_minute: "<1",
    unknown_figure: "—",
    no_window_open: "No window is open for this service now. Expect a longer wait, or ask at the information desk first.",
    guide: [
        "Served at",
        "Please bring",
        "Fee",
        "Takes",
        "Steps",
        "Questions",
    ],
    class_row: "Class",

    issuing: "Taking your number, one moment please…",
    issuing_long: "The network is slow, we are trying again. Please stay: you will get only one number.",

    your_number: "Your number",
    ahead: |people| match people {
        0 => "You are next. Please listen for your number".to_owned(),
        1 => "1 person is waiting before you".to_owned(),
        _ => format!("{people} people are waiting before you"),
    },
    at_windows: |windows| format!("Served at {windows}"),
    wait_in: |zone| format!("Please wait in: {zone}"),
    scan_guide: "Scan to take this along",
    scan: "Scan to follow your place",
    printing: "Printing your ticket, one moment please…",
    take_ticket: "Please take your ticket",
    not_printed: "This number is not printed. Please write it down, scan the code or take a picture.",
    print_unknown: "If no ticket came out, your number is valid all the same. Please remember it or take a picture.",
    print_failed: "The ticket was not printed, but your number is valid. Please remember it or take a picture.",
    done: "Done",

    sorry: "Sorry, there is no number yet",
    retry: "Try again",
    back: "Back",
    home: "Start again",
    help: |phone| match phone {
        "" => "Need help? Please ask at the information desk".to_owned(),
        _ => format!("Need help? Ask at the information desk or call {phone}"),
    },
    previous: "Previous",
    next: "Next",

    still_there: |seconds| format!("Are you still there? This page closes in {seconds} s."),
    stay: "Yes, go on",

    printer_trouble: |trouble| match trouble {
        PrinterTrouble::Absent => {
            "This kiosk prints no tickets: your number is shown on the screen only."
        }
        PrinterTrouble::PaperOut => {
            "Out of paper: your number will be shown on the screen only. Please remember it or take a picture."
        }
        PrinterTrouble::CoverOpen => {
            "The printer's cover is open: your number will be shown on the screen only. Please remember it or take a picture."
        }
        PrinterTrouble::Offline => {
            "The printer does not work now: your number will be shown on the screen only. Please remember it or take a picture."
        }
    },
    no_paper: |trouble| match trouble {
        PrinterTrouble::Absent => {
            "This kiosk has no printer and gives out no numbers. Please use another kiosk or call staff."
        }
        PrinterTrouble::PaperOut => {
            "Out of paper: no numbers here now. Please use another kiosk or call staff."
        }
        PrinterTrouble::CoverOpen => {
            "The printer's cover is open: no numbers here now. Please use another kiosk or call staff."
        }
        PrinterTrouble::Offline => {
            "The printer does not work: no numbers here now. Please use another kiosk or call staff."
        }
    },
    paper_first: "Numbers are given out when the printer prints again",
    paper_again: "The printer prints again: you can take a number.",
    windows: |numbers| match numbers {
        [] => String::new(),
        [only] => format!("Window {only}"),
        [..] => format!("Windows {}", runs(numbers).join(", ")),
    },

    maintenance: Maintenance {
        pin: "Please enter the service code",
        pin_wrong: |left| match left {
            1 => "Wrong code. 1 try left".to_owned(),
            _ => format!("Wrong code. {left} tries left"),
        },
        pin_locked: |minutes| format!("Too many wrong codes. Please try again in {minutes} min"),
        enter: "OK",
        title: "Service page",
        facts: [
            "Kiosk",
            "Server",
            "Connection",
            "Clock",
            "Printer",
            "Its state",
            "Numbers",
            "Version",
            "Screen",
        ],
        unknown: "Not known",
        live: |seconds| format!("Good, heard {seconds} s ago"),
        lost: |seconds| format!("Lost {seconds} s ago"),
        clock: |seconds| match seconds {
            0 => "As the server's".to_owned(),
            1.. => format!("{seconds} s behind the server's"),
            _ => format!("{} s ahead of the server's", seconds.unsigned_abs()),
        },
        no_printer: "None",
        printer: |printer| match printer {
            PrinterIs::Starting => "Connecting",
            PrinterIs::Ready => "Ready",
            PrinterIs::PaperLow => "Ready, paper nearly out",
            PrinterIs::NotReady(PrinterTrouble::Absent) => "No printer",
            PrinterIs::NotReady(PrinterTrouble::PaperOut) => "Out of paper",
            PrinterIs::NotReady(PrinterTrouble::CoverOpen) => "Cover open",
            PrinterIs::NotReady(PrinterTrouble::Offline) => "No answer, or a fault",
        },
        numbers: |held, owed| format!("{held} in reserve, {owed} not handed over"),
        troubles: "Last troubles",
        no_trouble: "None",
        self_test: "Print a test",
        ask_again: "Check again",
        record: "Save the recording",
        leave: "Leave",
        tested: |stage| match stage {
            PrintStage::UnderWay => "Printing a test…",
            PrintStage::Printed => "The test is printed",
            PrintStage::Sent => "The test was sent; this printer does not say more",
            PrintStage::Unknown => "It is not known whether the test was printed",
            PrintStage::NotAsked | PrintStage::Failed => "The test was not printed",
        },
        asked: "Printer and server were asked again",
        recording: "Saving the recording…",
        recorded: |path| format!("The recording is in {path}"),
        not_recorded: |why| format!("The recording was not saved: {why}"),
        test_paper: ("Printer test", "This is no ticket."),
    },

    assistance: Assistance {
        print: "Print the ticket",
        print_again: "Print again",
        slip: "Print this guide",
        slip_printing: "Printing the guide, one moment please…",
        take_slip: "Please take the guide",
        slip_missing: "If no guide came out, please take a picture of this page or ask at the information desk.",
        call: "Call staff",
        call_stands: "✓ Called",
        calling: "Calling staff…",
        called: "Staff have been called, please wait here",
        coming: "Somebody is coming to you",
        call_failed: |phone| {
            format!(
                "The call failed. Please go to the information desk{}",
                call(phone)
            )
        },
    },

    checkin: CheckIn {
        known: |masked| format!("Card read: {masked}"),
        known_spoken: "Your card was read",
        forget: "Forget",
        forgotten: "Your card is forgotten",
        unknown_code: "This code is not known here. Show an identity card or the code on a ticket, or touch the screen.",
        card_not_now: "Cards cannot be read now. Please touch the screen to take a number.",
        looking: "Looking for your ticket, one moment please…",
        look_failed: |phone| {
            format!(
                "Your ticket cannot be looked up now. Try again later, or ask at the information desk{}.",
                call(phone)
            )
        },
        ticket_unknown: |phone| {
            format!(
                "There is no such ticket. Please ask at the information desk{}.",
                call(phone)
            )
        },
        ticket_over: |label| {
            format!("Ticket {label} is over. To be served again, please take a new number.")
        },
        found: "This is your ticket",
        has_ticket: "You have a number for this service. Please wait with it.",
        print_copy: "Print a copy",
        called: |window| match window {
            "" => "Your number is being called, please go to the window".to_owned(),
            _ => format!("Your number is being called, please go to {window}"),
        },
        serving: |window| match window {
            "" => "Being served now".to_owned(),
            _ => format!("Being served at {window}"),
        },
        delayed: "You missed your call; you will be called again later",
        held: "Your number is on hold; please ask at the window or the information desk",
        last_wait: |minutes| format!("The last person waited {minutes} min"),
    },

    everyone: Everyone {
        button: "Display & sound",
        large_text: ("Large text", "Larger letters, less on a page"),
        high_contrast: ("High contrast", "Bright letters on black"),
        low_reach: ("Within low reach", "All buttons in the lower part"),
        speech: ("Speech", "The page is read out"),
        on: "On",
        off: "Off",
        absent: "Not available on this kiosk now",
        close: "Close",

        speech_on: "Speech is on. The up and down keys choose, the OK key confirms, the repeat key says it again.",
        speech_off: "Speech is off.",
        start: "To go on in English, choose English",
        place: |place, count| format!("{place} of {count}: "),
        count: |count| match count {
            1 => "There is 1 choice".to_owned(),
            _ => format!("There are {count} choices"),
        },
        typed: |letters| format!("You typed {letters}"),
        any_key: "Press any key to go on",
        volume: |percent| format!("Volume {percent}"),
        keys: "Up and down choose, OK confirms, back leads one page back, repeat says it again, plus and minus change the volume",
        comma: ", ",
        full_stop: ". ",
    },
};

fn call(phone: &str) -> String {
    if phone.is_empty() {
        String::new()
    } else {
        format!(" or call {phone}")
    }
}

fn windows_open(windows: u32) -> String {
    if windows == 1 {
        "1 window open".to_owned()
    } else {
        format!("{windows} windows open")
    }
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or_default()
}
