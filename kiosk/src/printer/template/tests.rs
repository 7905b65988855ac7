use std::fs;

use super::*;
use crate::printer::encode::encode_ticket;
use crate::printer::layout::{Element, Line, lay_out};
use crate::printer::press::Press;
use crate::printer::profile::PrinterProfile;
use crate::printer::sample;

/// What is wrong with this text as a template of a ticket.
fn faults(text: &str) -> Vec<String> {
    match Template::parse(Document::Ticket, text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    }
}

/// A ticket's template with its number and these blocks behind it, which begin on line 4.
fn with_number(blocks: &str) -> String {
    format!("format = 1\n[[block]]\nkind = \"number\"\n{blocks}")
}

fn lines(template: &Template, language: Language) -> Vec<Line> {
    let templates = Templates::built_in().with(Document::Ticket, template.clone());
    let data = DocumentData::from(&sample::ticket(language));
    let elements = lay_out(
        &templates,
        Document::Ticket,
        &data,
        &PrinterProfile::paper_80mm(),
    );
    let line = |element| match element {
        Element::Line(line) => Some(line),
        Element::Gap(_) | Element::Rule | Element::Qr { .. } => None,
    };
    elements.into_iter().filter_map(line).collect()
}

fn texts(blocks: &str, language: Language) -> Vec<String> {
    let template = Template::parse(Document::Ticket, &with_number(blocks)).expect(blocks);
    let said = lines(&template, language).into_iter().skip(1);
    said.map(|line| line.text).collect()
}

#[test]
fn every_built_in_template_is_sound_and_names_the_fields_it_has() {
    for document in Document::ALL {
        let text = document.built_in_text();
        if let Err(faults) = Template::parse(document, text) {
            panic!("{document}: {faults}");
        }
        assert_eq!(Document::named(document.name()), Some(document));
        for field in document.fields() {
            let told = Document::Ticket.built_in_text().contains(field.name())
                || text.contains(field.name());
            assert!(told, "{document} does not explain {}", field.name());
        }
    }
}

#[test]
fn every_fault_is_told_at_once_with_its_line_and_what_to_write() {
    let text = r#"format = 1
colour = "red"
[[block]]
kind = "number"
largest = 20
[[block]]
kind = "tekst"
words = "{hall}"
[[block]]
kind = "text"
words = { zh-CN = "{hal}", en = "{colour}" }
size = ["huge", "9x1"]
bold = "yes"
[[block]]
kind = "text"
words = {}
[[block]]
kind = "gap"
dots = 1000
when = ["class_mark", "sometimes"]
[[block]]
kind = "text"
words = "half { open"
fonts = "Arial"
[[block]]
words = "no kind"
"#;
    let told = faults(text);
    for (line, words) in [
        (2, "unknown key “colour”"),
        (5, "20 is out of range: use 3 to 8"),
        (7, "“tekst” is unknown: use “text”, “joined”"),
        (11, "no field “hal”; did you mean “hall”?"),
        (11, "it has: hall, zone, group"),
        (11, "no field “colour”"),
        (12, "“huge” is no size: use “normal”"),
        (12, "“9x1” is no size"),
        (13, "expected true or false, found a text"),
        (16, "a text in no language: write { zh-CN"),
        (19, "1000 is out of range: use 1 to 255"),
        (20, "“sometimes” is no condition (there are: copy,"),
        (23, "a “{” stands alone"),
        (24, "unknown key “fonts”"),
        (25, "“kind” is missing"),
    ] {
        let found = told
            .iter()
            .any(|fault| fault.starts_with(&format!("line {line}: ")) && fault.contains(words));
        assert!(
            found,
            "line {line}: {words} is not among\n{}",
            told.join("\n")
        );
    }
}

#[test]
fn a_wrong_format_a_wrong_type_and_a_torn_text_are_told() {
    assert!(faults("")[0].contains("begin with `format = 1`"));
    assert_eq!(
        faults("format = 2\n"),
        ["line 1: format: this version reads format 1, not 2"]
    );
    let single = faults("format = 1\nblock = 3\n");
    assert!(
        single[1].contains("[[block]] in double brackets"),
        "{single:?}"
    );
    let torn = faults("format = 1\n[[block\nkind = \"number\"\n");
    assert!(torn[0].contains("not TOML"), "{torn:?}");
    let many = format!("format = 1\n{}", "[[block]]\nkind=\"rule\"\n".repeat(100));
    let told = faults(&many);
    assert!(told[1].contains("100 are too many: at most 64"), "{told:?}");
    let long = with_number(&format!(
        "[[block]]\nkind = \"text\"\nwords = \"{}\"",
        "字".repeat(201)
    ));
    assert!(faults(&long)[0].contains("201 characters: at most 200"));
}

#[test]
fn a_document_cannot_lose_what_it_is_nothing_without() {
    assert!(faults("format = 1\n[[block]]\nkind = \"rule\"")[0].contains("needs its number"));
    let sometimes = "format = 1\n[[block]]\nkind = \"number\"\nwhen = \"phone\"";
    assert!(faults(sometimes)[0].contains("needs its number"));
    let number = Template::parse(Document::Slip, "format = 1\n[[block]]\nkind = \"number\"");
    let told = number.expect_err("a slip has no number").to_string();
    assert!(told.contains("a slip has no number"), "{told}");
    assert!(told.contains("a slip needs its service"), "{told}");
    let hidden = "format = 1\n[[block]]\nkind = \"text\"\nwords = \"{phone}\"";
    let told = Template::parse(Document::Copy, hidden).expect_err("it may be empty");
    assert!(told.to_string().contains("the mark of a copy"), "{told}");
}

#[test]
fn a_text_with_an_empty_field_is_left_out_and_a_condition_leaves_out_more() {
    let block = |when: &str| {
        format!(
            "[[block]]\nkind = \"text\"\n{when}words = {{ zh-CN = \"甲{{phone}}\", en = \"A {{phone}}\" }}\n"
        )
    };
    assert_eq!(texts(&block(""), Language::En).len(), 2);
    assert_eq!(
        texts(&block("when = \"further-language\"\n"), Language::ZhCn).len(),
        0
    );
    assert_eq!(
        texts(&block("when = [\"phone\", \"original\"]\n"), Language::ZhCn).len(),
        1
    );
    assert_eq!(texts(&block("when = \"copy\"\n"), Language::ZhCn).len(), 0);
    let without = DocumentData::default();
    let template = Template::parse(Document::Ticket, &with_number(&block(""))).expect("sound");
    assert!(
        template
            .lay_out(&without, &PrinterProfile::paper_58mm())
            .is_empty()
    );
}

#[test]
fn braces_and_languages_are_as_the_explanation_says() {
    let braces = "[[block]]\nkind = \"text\"\nwords = \"{{ {hall} }}\"";
    assert_eq!(texts(braces, Language::ZhCn), ["{ 滨江区政务服务中心 }"]);
    let chinese_only = "[[block]]\nkind = \"text\"\nwords = { zh-CN = \"请坐\" }";
    assert_eq!(texts(chinese_only, Language::En), ["请坐"]);
    let chosen = "[[block]]\nkind = \"text\"\narrange = \"chosen\"\nwords = { zh-CN = \"请坐\", en = \"Sit\" }";
    assert_eq!(texts(chosen, Language::En), ["Sit"]);
    let fact = "[[block]]\nkind = \"fact\"\nfield = \"phone\"\nname = { zh-CN = \"电话：\", en = \"Phone:\" }";
    assert_eq!(texts(fact, Language::En), ["电话 Phone: 0571-12345"]);
    assert_eq!(texts(fact, Language::ZhCn), ["电话：0571-12345"]);
}

#[test]
fn sizes_are_tried_until_the_text_fits_on_one_line() {
    let sized = |words: &str| {
        let block = format!(
            "[[block]]\nkind = \"text\"\nsize = [\"4x4\", \"large\", \"tall\"]\nwords = \"{words}\""
        );
        let template = Template::parse(Document::Ticket, &with_number(&block)).expect("sound");
        let line = lines(&template, Language::ZhCn).remove(1);
        (line.style.wide, line.style.high)
    };
    assert_eq!(sized("六个字可以吧"), (4, 4));
    assert_eq!(sized("十二个字就只能大一倍了啊"), (2, 2));
    assert_eq!(sized("这一行有十九个字所以只能高不能宽了啊啊"), (1, 2));
}

#[test]
fn a_halls_directory_replaces_what_it_has_and_is_checked_as_a_whole() {
    let place = tempfile::tempdir().expect("a directory");
    let ticket = with_number("[[block]]\nkind = \"text\"\nwords = \"我们的大厅\"");
    fs::write(place.path().join("ticket.toml"), &ticket).expect("written");
    fs::write(place.path().join("notes.txt"), "no template").expect("written");
    let templates = Templates::load(place.path()).expect("sound");
    assert_eq!(templates.of(Document::Ticket).blocks.len(), 2);
    assert_eq!(
        templates.of(Document::Slip),
        Templates::built_in().of(Document::Slip)
    );

    fs::write(place.path().join("tikcet.toml"), &ticket).expect("written");
    fs::write(place.path().join("slip.toml"), "format = 1\ncolour = 1").expect("written");
    fs::write(place.path().join("copy.toml"), b"format = 1\n# \xB1\xB8").expect("written");
    fs::write(
        place.path().join("ticket-large.toml"),
        vec![b'#'; 10 * 1024 * 1024],
    )
    .expect("written");
    let told = Templates::load(place.path())
        .expect_err("four faults")
        .to_string();
    for words in [
        "tikcet.toml: no document has this name: use ticket.toml, ticket-large.toml",
        "slip.toml: line 2: unknown key “colour”",
        "copy.toml: line 2: this is no UTF-8 text",
        "ticket-large.toml: the file is larger than 65536 bytes",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    let nowhere = Templates::load(&place.path().join("nowhere")).expect_err("nothing there");
    assert!(nowhere.to_string().contains("cannot be read"), "{nowhere}");
}

#[test]
fn a_copy_is_marked_whatever_the_halls_template_says() {
    let template = Template::parse(Document::Ticket, &with_number("")).expect("sound");
    let press = Press::from(PrinterProfile::paper_80mm())
        .with_templates(Templates::built_in().with(Document::Ticket, template));
    let paper = crate::printer::TicketPaper {
        copy: true,
        ..sample::ticket(Language::ZhCn)
    };
    let bytes = press.ticket(&paper).expect("encodes").bytes;
    let printed = crate::printer::simulated::print_on_paper(&bytes, 576).remove(0);
    assert_eq!(printed.text.matches("补打件 COPY").count(), 2);
    assert!(
        !encode_ticket(&sample::ticket(Language::ZhCn), &press.profile)
            .expect("encodes")
            .bytes
            .is_empty()
    );
}
