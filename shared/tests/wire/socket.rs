//! Messages of the websocket.

use nowserving_shared::board::Board;
use nowserving_shared::model::{Label, Language, TicketId};
use nowserving_shared::protocol::SCHEMA;
use nowserving_shared::protocol::socket::{ClientMessage, ServerMessage, What};
use nowserving_shared::protocol::voice::{
    AnnouncementView, SaidView, SentenceView, SpokenCallView,
};
use nowserving_shared::protocol::wall::PlacedView;

use super::board::{board, changes, waiting, window_id, zone_id};
use super::{Golden, MORNING, http};

fn hello(what: What) -> ClientMessage {
    ClientMessage::Hello {
        schema: SCHEMA,
        what,
        token: None,
        epoch: None,
        last_seq: None,
        language: Language::ZhCn,
    }
}

/// Fails to compile when there is something to follow that is not shown here.
fn name(what: &What) -> &'static str {
    match what {
        What::Wall { zone: Some(_) } => "wall-of-a-zone",
        What::Wall { zone: None } => "wall",
        What::Window { .. } => "window",
        What::Ticket => "ticket",
        What::Staff => "staff",
        What::Kiosk => "kiosk",
        What::Display { zone: Some(_) } => "display-of-a-zone",
        What::Display { zone: None } => "display",
    }
}

fn client_message_name(message: &ClientMessage) -> String {
    match message {
        ClientMessage::Hello { what, .. } => format!("hello-{}", name(what)),
        ClientMessage::Applied { .. } => "applied".into(),
        ClientMessage::Resync => "resync".into(),
        ClientMessage::Voice { said: None, .. } => "voice".into(),
        ClientMessage::Voice { said: Some(_), .. } => "voice-again".into(),
        ClientMessage::Lasts { .. } => "lasts".into(),
        ClientMessage::Said { .. } => "said".into(),
    }
}

fn server_message_name(message: &ServerMessage) -> &'static str {
    match message {
        ServerMessage::Snapshot { .. } => "snapshot",
        ServerMessage::Delta { .. } => "delta",
        ServerMessage::Ticket { .. } => "ticket",
        ServerMessage::Beat { .. } => "beat",
        ServerMessage::Refused { .. } => "refused",
        ServerMessage::Placed(_) => "placed",
        ServerMessage::Announcement(_) => "announcement",
        ServerMessage::AnnouncementOver { .. } => "announcement-over",
    }
}

pub(super) fn check(golden: &mut Golden) {
    for message in [
        hello(What::Wall { zone: None }),
        hello(What::Wall {
            zone: Some(zone_id()),
        }),
        hello(What::Window {
            window: window_id(),
        }),
        hello(What::Ticket),
        hello(What::Staff),
        hello(What::Kiosk),
        hello(What::Display { zone: None }),
        hello(What::Display {
            zone: Some(zone_id()),
        }),
        ClientMessage::Applied { seq: 41 },
        ClientMessage::Resync,
        ClientMessage::Voice {
            able: true,
            said: None,
        },
        ClientMessage::Voice {
            able: true,
            said: Some(SaidView {
                settled: 41,
                beyond: vec![44],
            }),
        },
        ClientMessage::Lasts {
            number: 7,
            length_ms: 10_480,
        },
        ClientMessage::Said { number: 7 },
    ] {
        let name = client_message_name(&message);
        golden.check(&format!("client-{name}"), &message);
    }
    let again = ClientMessage::Hello {
        schema: SCHEMA,
        what: What::Wall { zone: None },
        token: Some("a token".into()),
        epoch: Some("an epoch".into()),
        last_seq: Some(41),
        language: Language::En,
    };
    golden.check("client-hello-again", &again);
    let with_queue = Board {
        waiting: Some(waiting()),
        ..Board::default()
    };
    let snapshot_with_queue = ServerMessage::Snapshot {
        schema: SCHEMA,
        epoch: "an epoch".into(),
        seq: 41,
        at: MORNING,
        board: with_queue,
    };
    golden.check("server-snapshot-with-waiting", &snapshot_with_queue);
    let delta_with_queue = ServerMessage::Delta {
        seq: 43,
        prev: 41,
        at: MORNING,
        changes: Vec::new(),
        waiting: Some(Some(waiting())),
    };
    golden.check("server-delta-with-waiting", &delta_with_queue);
    for message in [
        ServerMessage::Snapshot {
            schema: SCHEMA,
            epoch: "an epoch".into(),
            seq: 41,
            at: MORNING,
            board: board(),
        },
        ServerMessage::Delta {
            seq: 43,
            prev: 41,
            at: MORNING,
            changes: changes(),
            waiting: None,
        },
        ServerMessage::Ticket {
            seq: 43,
            at: MORNING,
            ticket: http::ticket_view(),
        },
        ServerMessage::Beat {
            seq: 43,
            at: MORNING,
        },
        ServerMessage::Placed(PlacedView {
            zone: Some(zone_id()),
            layout: None,
            window: Some(3),
        }),
        ServerMessage::Announcement(AnnouncementView {
            epoch: "an epoch".into(),
            number: 7,
            speak: true,
            settled: 43,
            calls: vec![SpokenCallView {
                seq: 43,
                ticket: TicketId(17),
                label: Label::new("A", 17, 3),
                window: 3,
                language: Language::En,
                recalls: 1,
                at: MORNING,
            }],
            languages: vec![Language::ZhCn, Language::En],
            times: 2,
            gap_ms: 400,
            volume: 80,
            sentences: vec![SentenceView {
                language: Language::ZhCn,
                text: "请 A017 号到 3 号窗口".into(),
            }],
            sound: "/api/v1/announcements/east/7.wav".into(),
        }),
        ServerMessage::AnnouncementOver { number: 7 },
        ServerMessage::Refused {
            code: "device-token-unknown".into(),
            detail: "设备凭证无效或已撤销。请管理员重新配对这台设备。".into(),
        },
    ] {
        let name = server_message_name(&message);
        golden.check(&format!("server-{name}"), &message);
    }
}

#[test]
fn a_hello_that_says_only_what_it_must_is_understood() {
    let text = format!(r#"{{"type":"hello","schema":{SCHEMA},"what":{{"kind":"kiosk"}}}}"#);
    let read: ClientMessage = serde_json::from_str(&text).unwrap();
    assert_eq!(read, hello(What::Kiosk));
}

#[test]
fn what_a_newer_build_adds_to_a_message_is_passed_over() {
    let text = r#"{"type":"beat","seq":43,"at":1795400400000,"mood":"calm"}"#;
    let read: ServerMessage = serde_json::from_str(text).unwrap();
    let beat = ServerMessage::Beat {
        seq: 43,
        at: MORNING,
    };
    assert_eq!(read, beat);
}
