//! Any template that passes the checks, any ticket: nothing panics, nothing is wider than the paper, nothing steers the
//! printer.

use nowserving_shared::model::Localized;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::printer::encode::EncodeError;
use crate::printer::layout::{Element, lay_out};
use crate::printer::press::Press;
use crate::printer::profile::PrinterProfile;
use crate::printer::simulated::print_on_paper;
use crate::printer::ticket::TicketPaper;
use crate::printer::wrap::columns;

/// What words are put together from: what printers know and what they do not, fields, braces, marks, other scripts.
static PIECES: [&str; 18] = [
    "社保",
    "A",
    "17",
    " ",
    "，",
    "–",
    "{hall}",
    "{service}",
    "{windows}",
    "{people_ahead}",
    "{{",
    "}}",
    "ئۈرۈ",
    "e\u{301}",
    "𠮷",
    "\u{3000}",
    "W",
    "{wait_minutes}",
];

fn words() -> impl Strategy<Value = String> {
    let text = || vec(select(&PIECES[..]), 1..20).prop_map(|pieces| pieces.concat());
    let quoted = |text: String| toml::Value::from(text).to_string();
    prop_oneof![
        text().prop_map(quoted),
        (text(), text()).prop_map(move |(zh, en)| format!(
            "{{ zh-CN = {}, en = {} }}",
            quoted(zh),
            quoted(en)
        )),
    ]
}

fn look() -> impl Strategy<Value = String> {
    let size = (1u8..=8, 1u8..=8).prop_map(|(wide, high)| format!("\"{wide}x{high}\""));
    let align = select(vec!["left", "centre"]);
    (vec(size, 1..4), any::<bool>(), any::<bool>(), align, 0u8..=64).prop_map(
        |(sizes, bold, reversed, align, spacing)| {
            format!(
                "size = [{}]\nbold = {bold}\nreversed = {reversed}\nalign = \"{align}\"\nspacing = {spacing}\n",
                sizes.join(", ")
            )
        },
    )
}

fn condition() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "when = \"copy\"\n",
        "when = \"further-language\"\n",
        "when = [\"class_mark\", \"several-ahead\"]\n",
    ])
}

fn block() -> impl Strategy<Value = String> {
    let arrange = select(vec!["lines", "together", "badge", "chosen"]);
    let what = prop_oneof![
        4 => (words(), arrange, look()).prop_map(|(words, arrange, look)| format!(
            "kind = \"text\"\nwords = {words}\narrange = \"{arrange}\"\n{look}"
        )),
        1 => look().prop_map(|look| format!(
            "kind = \"joined\"\nfields = [\"zone\", \"hall\"]\nbetween = \" · \"\n{look}"
        )),
        1 => (words(), look()).prop_map(|(name, look)| format!(
            "kind = \"fact\"\nname = {name}\nfield = \"phone\"\n{look}"
        )),
        1 => (1u8..=255).prop_map(|dots| format!("kind = \"gap\"\ndots = {dots}\n")),
        1 => Just("kind = \"rule\"\n".to_owned()),
        1 => (15u8..=48).prop_map(|mm| format!("kind = \"qr\"\nmm = {mm}\n")),
    ];
    (condition(), what).prop_map(|(condition, what)| format!("[[block]]\n{condition}{what}"))
}

fn template() -> impl Strategy<Value = String> {
    (3u8..=8, 3u8..=8, vec(block(), 0..12)).prop_map(|(one, other, blocks)| {
        let (smallest, largest) = (one.min(other), one.max(other));
        format!(
            "format = 1\n[[block]]\nkind = \"number\"\nlargest = {largest}\nsmallest = {smallest}\n{}",
            blocks.concat()
        )
    })
}

/// A text as a careless or a wicked hand would write it, control characters included.
fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        any::<char>(),
        select(vec![
            '社', 'a', ' ', '\n', '\u{10}', '\u{4}', '\u{14}', '\u{1B}', 'م'
        ]),
    ];
    vec(character, 0..60).prop_map(String::from_iter)
}

fn localized() -> impl Strategy<Value = Localized> {
    (any_text(), proptest::option::of(any_text())).prop_map(|(zh, en)| {
        let both = [
            Some((Language::ZhCn, zh)),
            en.map(|text| (Language::En, text)),
        ];
        Localized::new(both.into_iter().flatten())
    })
}

fn ticket() -> impl Strategy<Value = TicketPaper> {
    let label = vec(0x21u8..0x7F, 1..=12)
        .prop_map(|bytes| bytes.into_iter().map(char::from).collect::<String>());
    let texts = (
        localized(),
        localized(),
        localized(),
        localized(),
        any_text(),
    );
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (
        label,
        texts,
        proptest::option::of(localized()),
        proptest::option::of(any::<u32>()),
        proptest::option::of(any::<(u16, u16)>()),
        proptest::option::of(vec(0x21u8..0x7F, 0..200)),
        flags,
    )
        .prop_map(
            |(label, texts, mark, people, minutes, url, flags)| TicketPaper {
                identity: String::new(),
                hall: texts.0,
                zone: texts.1.clone(),
                group: texts.1,
                service: texts.2,
                label,
                class_mark: mark,
                people_ahead: people,
                wait_minutes: minutes,
                windows: texts.3.clone(),
                issued_at: texts.4.clone(),
                language: if flags.0 {
                    Language::En
                } else {
                    Language::ZhCn
                },
                no_show_rule: texts.3,
                phone: texts.4,
                url: url.map(|bytes| bytes.into_iter().map(char::from).collect()),
                copy: flags.1,
                large: flags.2,
            },
        )
}

fn profile() -> impl Strategy<Value = PrinterProfile> {
    let named = |name| PrinterProfile::named(name).expect("built in");
    let narrow = PrinterProfile {
        width_dots: 240,
        columns: 20,
        ..PrinterProfile::paper_58mm()
    };
    select(vec![
        named("80mm"),
        named("58mm"),
        named("58mm-raster"),
        narrow,
    ])
}

/// Whether the bytes have a `DLE EOT`, `DLE ENQ` or `DLE DC4` in them.
fn has_real_time_command(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .any(|pair| matches!(pair, [0x10, 0x04 | 0x05 | 0x14]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sound_template_prints_any_ticket(
        text in template(),
        paper in ticket(),
        profile in profile(),
    ) {
        let document = if paper.large { Document::TicketLarge } else { Document::Ticket };
        let template = Template::parse(document, &text);
        // Words that are too long or nothing but spaces are refused; nothing else here is.
        if let Err(faults) = &template {
            let told = faults.to_string();
            prop_assert!(told.contains("at most 200") || told.contains("text is empty"), "{}", told);
            return Ok(());
        }
        let templates = Templates::built_in().with(document, template.expect("looked at just now"));
        let elements = lay_out(&templates, document, &(&paper).into(), &profile);
        for element in &elements {
            if let Element::Line(line) = element {
                let taken = columns(&line.text) * usize::from(line.style.wide);
                prop_assert!(taken <= usize::from(profile.columns), "{:?}", line);
            }
        }
        let press = Press::from(profile).with_templates(templates);
        match press.ticket(&paper) {
            Ok(encoded) => {
                prop_assert!(!has_real_time_command(&encoded.bytes));
                let printed = print_on_paper(&encoded.bytes, press.profile.width_dots);
                prop_assert_eq!(printed.len(), 1);
                prop_assert_eq!(&printed[0].warnings, &Vec::<String>::new());
            }
            Err(EncodeError::TooLong { .. }) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(
        document in select(Document::ALL.to_vec()),
        cut in 0usize..4000,
        noise in any_text(),
    ) {
        let text = document.built_in_text();
        let at = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        for text in [
            noise.clone(),
            format!("{}{noise}", &text[..at]),
            format!("{}{noise}{}", &text[..at], &text[at..]),
        ] {
            if let Err(faults) = Template::parse(document, &text) {
                prop_assert!(!faults.0.is_empty());
            }
        }
    }
}
