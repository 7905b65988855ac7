//! Displays that were brought to a scene by what happened to them, for tests of views and of pictures.

use std::sync::Arc;
use std::time::Duration;

use nowserving_display::state::{Event, Options, State};
use nowserving_shared::board::{
    Availability, Board, CallLine, CallState, ServiceLine, WindowDoes, WindowLine, ZoneLine,
};
use nowserving_shared::link::LinkEvent;
use nowserving_shared::model::{
    GroupId, Label, Language, Localized, Moment, ServiceId, TicketId, WindowId, ZoneId,
};
use nowserving_shared::protocol::http::HallView;

/// 2026-03-02 09:41 in Shanghai.
pub(crate) const MORNING: i64 = 1_772_415_660_000;
pub(crate) const MINUTE: i64 = 60_000;

mod translated;

fn both(chinese: &str, english: &str) -> Localized {
    let texts = [
        Some((Language::ZhCn, chinese)),
        Some((Language::En, english)),
        translated::of(english).map(|(zh_tw, _)| (Language::ZhTw, zh_tw)),
        translated::of(english).map(|(_, de)| (Language::De, de)),
    ];
    let owned = |(language, text): (Language, &str)| (language, text.to_owned());
    Localized::new(texts.into_iter().flatten().map(owned))
}

fn zone(id: &str) -> ZoneId {
    ZoneId::new(id).unwrap()
}

const ZONES: [(&str, &str, &str); 3] = [
    ("east", "东区", "East hall"),
    ("west", "西区", "West hall"),
    ("upper", "二楼", "Upper floor"),
];

const SERVICES: [(&str, &str, &str, u32); 12] = [
    ("household", "户籍业务", "Household register", 12),
    ("id-card", "身份证办理", "Identity cards", 23),
    ("passport", "出入境证件", "Passports", 7),
    ("pension", "养老保险", "Pensions", 4),
    ("medical", "医疗保险", "Medical insurance", 31),
    ("employment", "就业与失业登记", "Employment", 0),
    ("company", "企业设立登记", "Company registration", 9),
    ("food-licence", "食品经营许可", "Food licences", 2),
    ("tax", "综合纳税", "Taxes", 128),
    ("real-estate", "不动产登记", "Real estate registration", 16),
    ("housing-fund", "住房公积金", "Housing fund", 5),
    ("notary", "公证咨询", "Notary's advice", 1),
];

fn service(at: usize) -> ServiceLine {
    let (id, chinese, english, waiting) = SERVICES[at];
    let availability = match id {
        "tax" => Availability::QuotaReached,
        "food-licence" => Availability::Closed {
            opens_at: Some(Moment(MORNING + 229 * MINUTE)),
        },
        _ => Availability::Open,
    };
    ServiceLine {
        id: ServiceId::new(id).unwrap(),
        name: both(chinese, english),
        group: GroupId::new("hall").unwrap(),
        zones: vec![zone("east")],
        waiting,
        windows_open: u32::from(id != "notary"),
        last_wait_seconds: Some(300),
        availability,
    }
}

fn window(number: u32, does: WindowDoes) -> WindowLine {
    WindowLine {
        id: WindowId::new(&format!("w{number}")).unwrap(),
        number,
        zone: zone("east"),
        services: Vec::new(),
        does,
        staff: None,
    }
}

fn label(text: &str) -> Label {
    Label::from_text(text)
}

fn calling(text: &str) -> WindowDoes {
    WindowDoes::Calling { label: label(text) }
}

fn serving(text: &str) -> WindowDoes {
    WindowDoes::Serving {
        label: label(text),
        since: Moment(MORNING),
    }
}

fn paused(reason: &str, back_at: Option<i64>) -> WindowDoes {
    WindowDoes::Paused {
        reason: reason.to_owned(),
        back_at: back_at.map(Moment),
    }
}

/// A call; a higher `seq` is newer.
fn call(seq: u64, text: &str, number: u32, service: usize, state: CallState) -> CallLine {
    CallLine {
        seq,
        ticket: TicketId(seq),
        label: label(text),
        window: WindowId::new(&format!("w{number}")).unwrap(),
        number,
        zone: zone(ZONES[usize::try_from(number).unwrap() / 7].0),
        service: ServiceId::new(SERVICES[service].0).unwrap(),
        mark: Localized::default(),
        language: Language::ZhCn,
        at: Moment(MORNING - 1_000),
        recalls: 0,
        state,
    }
}

fn calls() -> Vec<CallLine> {
    let mark = |mark, line: CallLine| CallLine { mark, ..line };
    vec![
        call(40, "A017", 3, 0, CallState::Calling),
        mark(
            both("军人", "Military"),
            call(39, "F203", 12, 4, CallState::Calling),
        ),
        call(38, "C088", 5, 2, CallState::Serving),
        mark(
            both("老年人", "Senior"),
            call(37, "A016", 1, 0, CallState::Serving),
        ),
        call(36, "E112", 10, 9, CallState::Serving),
        call(35, "A015", 3, 0, CallState::Over),
        call(34, "C087", 5, 2, CallState::Over),
        mark(
            both("预约", "Booked"),
            call(33, "G009", 14, 6, CallState::Over),
        ),
        call(32, "F202", 12, 4, CallState::Over),
    ]
}

/// The board of that morning.
pub(crate) fn board() -> Board {
    Board {
        catalogue_version: 1,
        hall: both("示范市政务服务中心", "Model City Government Service Centre"),
        zones: ZONES
            .map(|(id, chinese, english)| ZoneLine {
                id: zone(id),
                name: both(chinese, english),
            })
            .to_vec(),
        services: (0..SERVICES.len()).map(service).collect(),
        windows: vec![
            window(1, serving("A016")),
            window(2, WindowDoes::Free),
            window(3, calling("A017")),
            window(4, WindowDoes::Closed),
            window(5, serving("C088")),
            window(10, serving("E112")),
            window(12, calling("F203")),
            window(14, WindowDoes::Free),
        ],
        calls: calls(),
        tickets: Vec::new(),
        helps: Vec::new(),
        waiting: None,
    }
}

/// The hall that it belongs to.
pub(crate) fn hall() -> HallView {
    let text = r#"{"catalogue_version":1,"name":{"zh-CN":"示范市政务服务中心"},"time_zone":"Asia/Shanghai","phone":"",
        "languages":["zh-CN","en"],"day":"2026-03-02","opening":{"is":"open"},"at":0,"zones":[],"groups":[],
        "classes":[],"services":[],"windows":[],"no_show_rule":{}}"#;
    serde_json::from_str(text).unwrap()
}

/// A display that was running when the calls of `board` that are not over were made.
pub(crate) fn showing(language: Language, zone: Option<ZoneId>, board: Board) -> State {
    let mut state = State::new(Options {
        language,
        zone,
        server: "http://127.0.0.1:8080".to_owned(),
    });
    let mut news = |at: u64, board: Board| {
        let board = Arc::new(board);
        let news = LinkEvent::Board {
            board,
            epoch: "e1".into(),
            seq: 1,
            at: Moment(MORNING),
        };
        state.on(Duration::from_secs(at), Event::Link(news));
    };
    let before = Board {
        calls: board
            .calls
            .iter()
            .filter(|call| call.seq < 39)
            .cloned()
            .collect(),
        ..board.clone()
    };
    news(0, before);
    news(0, board);
    state.on(Duration::ZERO, Event::Link(LinkEvent::Connected));
    state.on(Duration::ZERO, Event::Hall(Box::new(hall())));
    state
}

/// An ordinary morning: two are called at this moment.
pub(crate) fn normal(language: Language) -> State {
    showing(language, None, board())
}

/// The same on a wall of one zone.
pub(crate) fn of_zone(language: Language, id: &str) -> State {
    showing(language, Some(zone(id)), board())
}

/// The same in the dark half of the flash.
pub(crate) fn dark_half(language: Language) -> State {
    let mut state = normal(language);
    state.on(Duration::from_millis(600), Event::Tick);
    state
}

/// Before anybody came: windows closed, nobody called.
pub(crate) fn empty(language: Language) -> State {
    let mut board = board();
    board.calls.clear();
    board
        .windows
        .iter_mut()
        .for_each(|window| window.does = WindowDoes::Closed);
    board
        .services
        .iter_mut()
        .for_each(|service| service.waiting = 0);
    showing(language, None, board)
}

/// Sixteen windows, most of them busy; the newest call has a mark.
pub(crate) fn many(language: Language) -> State {
    let mut board = board();
    board.calls.remove(0);
    board.windows = (1..=16)
        .map(|number| {
            let does = match number {
                12 => calling("F203"),
                7 => WindowDoes::Closed,
                9 | 13 => WindowDoes::Free,
                15 => paused("午餐", Some(MORNING + 139 * MINUTE)),
                other => serving(&format!("C{other:03}")),
            };
            window(number, does)
        })
        .collect();
    showing(language, None, board)
}

/// Two windows are paused, one of them without a word.
pub(crate) fn pause(language: Language) -> State {
    let mut board = board();
    board.windows[3].does = paused("系统故障", Some(MORNING + 34 * MINUTE));
    board.windows[7].does = paused("", None);
    showing(language, None, board)
}

/// The server has not spoken for 23 seconds.
pub(crate) fn stale(language: Language) -> State {
    let mut state = normal(language);
    state.on(
        Duration::from_secs(12),
        Event::Link(LinkEvent::Lost {
            why: "cable".to_owned(),
        }),
    );
    state.on(Duration::from_secs(23), Event::Tick);
    state
}
