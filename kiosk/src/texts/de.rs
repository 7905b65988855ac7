//! Deutsch: alles, was das Gerät sagt.

use jiff::civil::{Date, Weekday};

use super::{Assistance, CheckIn, Everyone, Maintenance, Texts, runs};
use crate::state::{PrintStage, PrinterIs, PrinterTrouble};

pub(super) const TEXTS: Texts = Texts {
    date: |date| {
        format!(
            "{:.2}., {}. {} {}",
            weekday(date),
            date.day(),
            month(date),
            date.year()
        )
    },

    touch_to_start: "Bitte hier eine Nummer ziehen",
    steps: [
        "Anliegen auswählen",
        "Wartezeit ansehen und bestätigen",
        "Wartenummer nehmen und Aufruf abwarten",
    ],
    hall_closed: |opens| match opens {
        Some(opens) => {
            format!("Zurzeit werden keine Nummern ausgegeben. Die Ausgabe beginnt {opens}.")
        }
        None => "Zurzeit werden keine Nummern ausgegeben.".to_owned(),
    },
    hall_waiting: |people| match people {
        0 => "Zurzeit wartet niemand".to_owned(),
        1 => "Zurzeit wartet 1 Person".to_owned(),
        _ => format!("Zurzeit warten {people} Personen"),
    },
    starting: "Verbindung wird aufgebaut, einen Moment bitte …",
    server_away: |phone| {
        format!(
            "Das Aufrufsystem ist nicht erreichbar. Bitte lassen Sie sich Ihre Nummer an der Information geben{}.",
            call(phone)
        )
    },
    offline: "Verbindung unterbrochen: Nummern gibt es trotzdem, die Wartezeit ist unbekannt.",
    offline_wait: "Wartezeit unbekannt",
    offline_none: "Hier sind keine Nummern mehr: bitte an der Information fragen",
    offline_place: "Die Wartezeit ist unbekannt. Ihr Platz richtet sich nach der Uhrzeit auf dem Zettel",

    choose_group: "Bitte wählen Sie eine Abteilung",
    choose_service: "Bitte wählen Sie Ihr Anliegen",
    choose_class: "Was trifft auf Sie zu?",
    choose_class_hint: "Bitte halten Sie beim Aufruf Ihren Nachweis bereit.",
    no_proof: "Kein Nachweis nötig",
    proof: |proof| format!("Bitte vorzeigen: {proof}"),
    waiting: |people, windows| match (people, windows) {
        (0, 0) => "Kein Schalter geöffnet".to_owned(),
        (1, 0) => "1 Person wartet · kein Schalter geöffnet".to_owned(),
        (_, 0) => format!("{people} Wartende · kein Schalter geöffnet"),
        // “Schalter” and “Anliegen” are the same word for one and for many.
        (1, _) => format!("1 Person wartet · {windows} Schalter geöffnet"),
        (_, _) => format!("{people} Wartende · {windows} Schalter geöffnet"),
    },
    group_note: |services, people| match people {
        0 => format!("{services} Anliegen · niemand wartet"),
        1 => format!("{services} Anliegen · 1 Person wartet"),
        _ => format!("{services} Anliegen · {people} Wartende"),
    },

    often: "Häufig gewählt",
    other_class: "Vorrang",
    search: "Anliegen suchen",
    search_hint: "Geben Sie den Anfang des Wortes ein",
    search_nothing: "Kein Anliegen dieses Namens",
    erase: "Löschen",
    clear: "Leeren",

    service_closed: |opens| match opens {
        Some(opens) => format!("Zurzeit geschlossen, öffnet {opens}"),
        None => "Zurzeit geschlossen".to_owned(),
    },
    quota_reached: "Für heute vergeben",
    not_now: "Für dieses Anliegen gibt es zurzeit keine Nummern",
    not_now_advice: |phone| {
        format!(
            "Sie können ein anderes Anliegen wählen oder an der Information nachfragen{}.",
            call(phone)
        )
    },
    today_at: |time| format!("heute um {time} Uhr"),
    day_at: |date, time| {
        format!(
            "am {}, {}. {} um {time} Uhr",
            weekday(date),
            date.day(),
            month(date)
        )
    },

    confirm_title: "Bitte prüfen und dann die Nummer ziehen",
    confirm: "Nummer ziehen",
    confirm_unprinted: "Nummer ohne Ausdruck ziehen",
    figures: [
        ("Es warten", "Pers."),
        ("Schalter offen", ""),
        ("Wartezeit zuletzt", "Min."),
    ],
    under_a_minute: "<1",
    unknown_figure: "—",
    no_window_open: "Für dieses Anliegen ist zurzeit kein Schalter geöffnet. Bitte rechnen Sie mit längerer Wartezeit oder fragen Sie zuerst an der Information.",
    guide: [
        "Zuständig",
        "Unterlagen",
        "Gebühr",
        "Dauer",
        "Ablauf",
        "Auskunft",
    ],
    class_row: "Vorrang",

    issuing: "Ihre Nummer wird gezogen, einen Moment bitte …",
    issuing_long: "Das Netz ist langsam, wir versuchen es erneut. Bitte bleiben Sie hier: Sie erhalten nur eine Nummer.",

    your_number: "Ihre Nummer",
    ahead: |people| match people {
        0 => "Sie sind als Nächstes an der Reihe, bitte achten Sie auf den Aufruf".to_owned(),
        1 => "Vor Ihnen wartet 1 Person".to_owned(),
        _ => format!("Vor Ihnen warten {people} Personen"),
    },
    at_windows: |windows| format!("Zuständig: {windows}"),
    wait_in: |zone| format!("Ihr Wartebereich: {zone}"),
    scan_guide: "Scannen und mitnehmen",
    scan: "Code scannen und Wartestand verfolgen",
    printing: "Ihre Wartenummer wird gedruckt, einen Moment bitte …",
    take_ticket: "Bitte entnehmen Sie Ihre Wartenummer",
    not_printed: "Diese Nummer wird nicht gedruckt. Bitte notieren Sie sie, scannen Sie den Code oder machen Sie ein Foto.",
    print_unknown: "Falls kein Ausdruck kam: Ihre Nummer gilt trotzdem. Bitte merken Sie sich die Nummer oder machen Sie ein Foto.",
    print_failed: "Der Ausdruck ist ausgeblieben, aber Ihre Nummer gilt. Bitte merken Sie sich die Nummer oder machen Sie ein Foto.",
    done: "Fertig",

    sorry: "Leider gibt es noch keine Nummer",
    retry: "Erneut versuchen",
    back: "Zurück",
    home: "Neu beginnen",
    help: |phone| match phone {
        "" => "Hilfe erhalten Sie an der Information".to_owned(),
        _ => format!("Hilfe: an der Information oder unter {phone}"),
    },
    previous: "Vorherige",
    next: "Weitere",

    still_there: |seconds| format!("Sind Sie noch da? Diese Seite schließt sich in {seconds} s."),
    stay: "Ja, weiter",

    printer_trouble: |trouble| match trouble {
        PrinterTrouble::Absent => {
            "Dieses Gerät druckt nicht: Ihre Nummer erscheint nur auf dem Bildschirm."
        }
        PrinterTrouble::PaperOut => {
            "Kein Papier mehr: Ihre Nummer erscheint nur auf dem Bildschirm. Bitte merken Sie sich die Nummer oder machen Sie ein Foto."
        }
        PrinterTrouble::CoverOpen => {
            "Die Abdeckung des Druckers ist offen: Ihre Nummer erscheint nur auf dem Bildschirm. Bitte merken Sie sich die Nummer oder machen Sie ein Foto."
        }
        PrinterTrouble::Offline => {
            "Der Drucker ist gestört: Ihre Nummer erscheint nur auf dem Bildschirm. Bitte merken Sie sich die Nummer oder machen Sie ein Foto."
        }
    },
    no_paper: |trouble| match trouble {
        PrinterTrouble::Absent => {
            "Dieses Gerät hat keinen Drucker und gibt keine Nummern aus. Bitte nutzen Sie ein anderes Gerät oder rufen Sie Hilfe."
        }
        PrinterTrouble::PaperOut => {
            "Kein Papier mehr: Hier gibt es zurzeit keine Nummern. Bitte nutzen Sie ein anderes Gerät oder rufen Sie Hilfe."
        }
        PrinterTrouble::CoverOpen => {
            "Die Abdeckung des Druckers ist offen: Hier gibt es zurzeit keine Nummern. Bitte nutzen Sie ein anderes Gerät oder rufen Sie Hilfe."
        }
        PrinterTrouble::Offline => {
            "Der Drucker ist gestört: Hier gibt es zurzeit keine Nummern. Bitte nutzen Sie ein anderes Gerät oder rufen Sie Hilfe."
        }
    },
    paper_first: "Nummern gibt es wieder, sobald der Drucker druckt",
    paper_again: "Der Drucker druckt wieder: Sie können eine Nummer ziehen.",
    windows: |numbers| match numbers {
        [] => String::new(),
        [..] => format!("Schalter {}", runs(numbers).join(", ")),
    },

    maintenance: Maintenance {
        pin: "Bitte den Wartungscode eingeben",
        pin_wrong: |left| match left {
            1 => "Falscher Code. Noch 1 Versuch".to_owned(),
            _ => format!("Falscher Code. Noch {left} Versuche"),
        },
        pin_locked: |minutes| {
            format!("Zu viele falsche Codes. Bitte in {minutes} min wieder versuchen")
        },
        enter: "Weiter",
        title: "Wartung",
        facts: [
            "Gerät",
            "Server-Adresse",
            "Verbindung",
            "Uhr",
            "Drucker",
            "Zustand",
            "Nummern",
            "Programm",
            "Bildschirm",
        ],
        unknown: "Unbekannt",
        live: |seconds| format!("In Ordnung, gehört vor {seconds} s"),
        lost: |seconds| format!("Seit {seconds} s unterbrochen"),
        clock: |seconds| match seconds {
            0 => "Wie die des Servers".to_owned(),
            1.. => format!("Geht {seconds} s nach"),
            _ => format!("Geht {} s vor", seconds.unsigned_abs()),
        },
        no_printer: "Keiner",
        printer: |printer| match printer {
            PrinterIs::Starting => "Wird verbunden",
            PrinterIs::Ready => "Bereit",
            PrinterIs::PaperLow => "Bereit, Papier fast zu Ende",
            PrinterIs::NotReady(PrinterTrouble::Absent) => "Kein Drucker",
            PrinterIs::NotReady(PrinterTrouble::PaperOut) => "Kein Papier",
            PrinterIs::NotReady(PrinterTrouble::CoverOpen) => "Abdeckung offen",
            PrinterIs::NotReady(PrinterTrouble::Offline) => "Keine Antwort oder gestört",
        },
        numbers: |held, owed| format!("{held} in Reserve, {owed} nicht übergeben"),
        troubles: "Letzte Störungen",
        no_trouble: "Keine",
        self_test: "Testseite drucken",
        ask_again: "Neu prüfen",
        record: "Aufzeichnung sichern",
        leave: "Wartung beenden",
        tested: |stage| match stage {
            PrintStage::UnderWay => "Die Testseite wird gedruckt …",
            PrintStage::Printed => "Die Testseite ist gedruckt",
            PrintStage::Sent => "Die Testseite ist gesendet; mehr sagt dieser Drucker nicht",
            PrintStage::Unknown => "Es ist nicht bekannt, ob die Testseite gedruckt ist",
            PrintStage::NotAsked | PrintStage::Failed => "Die Testseite wurde nicht gedruckt",
        },
        asked: "Drucker und Server wurden neu gefragt",
        recording: "Die Aufzeichnung wird gesichert …",
        recorded: |path| format!("Die Aufzeichnung liegt in {path}"),
        not_recorded: |why| format!("Die Aufzeichnung wurde nicht gesichert: {why}"),
        test_paper: ("Druckertest", "Dies ist keine Nummer."),
    },

    assistance: Assistance {
        print: "Nummer drucken",
        print_again: "Noch einmal drucken",
        slip: "Hinweise drucken",
        slip_printing: "Die Hinweise werden gedruckt, einen Moment bitte …",
        take_slip: "Bitte entnehmen Sie die Hinweise",
        slip_missing: "Falls kein Blatt kam: Bitte fotografieren Sie diese Seite oder fragen Sie an der Information.",
        call: "Hilfe rufen",
        call_stands: "✓ Gerufen",
        calling: "Das Personal wird gerufen …",
        called: "Das Personal ist gerufen, bitte warten Sie hier",
        coming: "Es kommt gleich jemand zu Ihnen",
        call_failed: |phone| {
            format!(
                "Der Ruf kam nicht an. Bitte gehen Sie zur Information{}",
                call(phone)
            )
        },
    },

    checkin: CheckIn {
        known: |masked| format!("Ausweis gelesen: {masked}"),
        known_spoken: "Ihr Ausweis wurde gelesen",
        forget: "Löschen",
        forgotten: "Ihr Ausweis ist gelöscht",
        unknown_code: "Dieser Code ist hier nicht bekannt. Zeigen Sie einen Ausweis oder den Code einer Nummer, oder berühren Sie den Bildschirm.",
        card_not_now: "Ausweise können gerade nicht gelesen werden. Bitte berühren Sie den Bildschirm.",
        looking: "Ihre Nummer wird gesucht, einen Moment bitte…",
        look_failed: |phone| {
            format!(
                "Ihre Nummer kann gerade nicht gesucht werden. Versuchen Sie es später oder fragen Sie an der Information{}.",
                call(phone)
            )
        },
        ticket_unknown: |phone| {
            format!(
                "Diese Nummer gibt es nicht. Bitte fragen Sie an der Information{}.",
                call(phone)
            )
        },
        ticket_over: |label| {
            format!("Die Nummer {label} ist erledigt. Ziehen Sie bei Bedarf eine neue.")
        },
        found: "Das ist Ihre Nummer",
        has_ticket: "Sie haben schon eine Nummer. Bitte warten.",
        print_copy: "Kopie drucken",
        called: |window| match window {
            "" => "Ihre Nummer wird gerade aufgerufen".to_owned(),
            _ => format!("Ihre Nummer wird aufgerufen: {window}"),
        },
        serving: |window| match window {
            "" => "Wird gerade bedient".to_owned(),
            _ => format!("Wird bedient: {window}"),
        },
        delayed: "Sie haben den Aufruf verpasst und werden später noch einmal aufgerufen",
        held: "Ihre Nummer ist zurückgestellt; bitte fragen Sie am Schalter oder an der Information",
        last_wait: |minutes| format!("Zuletzt {minutes} Min. Wartezeit"),
    },

    everyone: Everyone {
        button: "Anzeige & Ton",
        large_text: ("Große Schrift", "Größere Buchstaben, weniger je Seite"),
        high_contrast: ("Hoher Kontrast", "Helle Schrift auf Schwarz"),
        low_reach: ("Tief bedienen", "Alle Tasten weit unten"),
        speech: ("Vorlesen", "Die Seite wird vorgelesen"),
        on: "Ein",
        off: "Aus",
        absent: "Zurzeit an diesem Gerät nicht möglich",
        close: "Schließen",

        speech_on: "Das Vorlesen ist eingeschaltet. Die Tasten auf und ab wählen, die OK-Taste bestätigt, die Wiederholtaste liest noch einmal vor.",
        speech_off: "Das Vorlesen ist ausgeschaltet.",
        start: "Um auf Deutsch fortzufahren, wählen Sie Deutsch",
        place: |place, count| format!("{place} von {count}: "),
        count: |count| match count {
            1 => "Es gibt 1 Möglichkeit".to_owned(),
            _ => format!("Es gibt {count} Möglichkeiten"),
        },
        typed: |letters| format!("Eingegeben: {letters}"),
        any_key: "Drücken Sie eine beliebige Taste, um fortzufahren",
        volume: |percent| format!("Lautstärke {percent}"),
        keys: "Auf und ab wählen, OK bestätigt, Zurück führt eine Seite zurück, Wiederholen liest noch einmal vor, Plus und Minus ändern die Lautstärke",
        comma: ", ",
        full_stop: ". ",
    },
};

fn call(phone: &str) -> String {
    if phone.is_empty() {
        String::new()
    } else {
        format!(" oder rufen Sie {phone} an")
    }
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    }
}

fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or_default()
}
