//! What a person sees on a printed ticket, for tests: the number, the service, the code that a phone reads.
//!
//! The simulated printer has interpreted the bytes already; here its paper is only looked at. QR codes are read from the
//! dots, as a phone would, so that one which the printer drew and one which came as an image count alike.

use std::time::Duration;

use nowserving_kiosk::printer::SimulatedPrinter;
use nowserving_kiosk::printer::simulated::{CutKind, PrintedLine, PrintedTicket};

/// How long a test waits for a ticket to come out.
pub const TICKET_PATIENCE: Duration = Duration::from_secs(20);

/// White dots around the paper when codes are looked for; a reader needs a quiet zone of four modules.
const QUIET_DOTS: usize = 40;

/// The number on the ticket. Nothing if the ticket came as an image.
#[must_use]
pub fn number(ticket: &PrintedTicket) -> Option<&str> {
    number_line(ticket).map(|line| line.text.trim())
}

/// The line with the number: the one that is enlarged most.
#[must_use]
pub fn number_line(ticket: &PrintedTicket) -> Option<&PrintedLine> {
    let area = |line: &&PrintedLine| u16::from(line.wide) * u16::from(line.high);
    let large = ticket.lines.iter().filter(|line| line.high >= 3);
    large.max_by_key(area)
}

/// Whether the ticket says this, line breaks and spaces aside.
#[must_use]
pub fn says(ticket: &PrintedTicket, words: &str) -> bool {
    let squash = |text: &str| text.split_whitespace().collect::<String>();
    squash(&ticket.text).contains(&squash(words))
}

/// What the QR codes on the paper say, read from its dots.
#[must_use]
pub fn qr_contents(ticket: &PrintedTicket) -> Vec<String> {
    let dots = &ticket.dots;
    let (width, height) = (
        dots.width() as usize + 2 * QUIET_DOTS,
        dots.height() as usize + 2 * QUIET_DOTS,
    );
    let grey = |x: usize, y: usize| {
        let place = x.checked_sub(QUIET_DOTS).zip(y.checked_sub(QUIET_DOTS));
        let at = place.and_then(|(x, y)| u32::try_from(x).ok().zip(u32::try_from(y).ok()));
        let is_black = at.is_some_and(|(x, y)| dots.get(x, y));
        if is_black { 0 } else { u8::MAX }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    image
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, content)| content)
        .collect()
}

/// Waits for the printer's `count`th ticket and gives all that came out.
///
/// # Panics
/// When fewer came out in [`TICKET_PATIENCE`].
#[must_use]
pub fn tickets(printer: &SimulatedPrinter, count: usize) -> Vec<PrintedTicket> {
    let tickets = printer.wait_for_tickets(count, TICKET_PATIENCE);
    let came = printer.ticket_count();
    assert!(
        came >= count,
        "{came} of {count} tickets came out within {TICKET_PATIENCE:?}; {:?}",
        printer.notes()
    );
    tickets
}

/// A ticket that any printer prints alike: cut, and without a warning.
///
/// # Panics
/// When it is not.
pub fn assert_clean(ticket: &PrintedTicket) {
    assert!(
        ticket.warnings.is_empty(),
        "{:?} on\n{}",
        ticket.warnings,
        ticket.text
    );
    assert!(
        ticket.cut != CutKind::TooLong,
        "the ticket has no end:\n{}",
        ticket.text
    );
}

/// A ticket with this number, this service, and a code that leads to this address.
///
/// # Panics
/// When something else is on it, with what is.
pub fn assert_ticket(ticket: &PrintedTicket, label: &str, service: &str, url: &str) {
    assert_clean(ticket);
    assert_eq!(number(ticket), Some(label), "on\n{}", ticket.text);
    assert!(
        says(ticket, service),
        "{service} is not on\n{}",
        ticket.text
    );
    assert_eq!(qr_contents(ticket), [url], "on\n{}", ticket.text);
}

#[cfg(test)]
mod tests {
    use nowserving_kiosk::printer::simulated::print_on_paper;
    use nowserving_kiosk::printer::{PrinterProfile, TicketPaper, encode_ticket};
    use nowserving_shared::model::{Language, Localized};

    use super::*;

    const URL: &str = "https://queue.example.gov.cn/t/5f0c2b7e9a8d41c6";

    fn printed(profile: &str) -> PrintedTicket {
        let service = Localized::new([(Language::ZhCn, "社会保障卡申领".to_owned())]);
        let paper = TicketPaper {
            label: "A017".to_owned(),
            service,
            people_ahead: Some(12),
            url: Some(URL.to_owned()),
            ..TicketPaper::default()
        };
        let profile = PrinterProfile::named(profile).expect("a built-in profile");
        let encoded = encode_ticket(&paper, &profile).expect("it can be encoded");
        print_on_paper(&encoded.bytes, profile.width_dots)
            .pop()
            .expect("one ticket")
    }

    #[test]
    fn a_ticket_is_read_as_a_person_and_a_phone_read_it() {
        for profile in ["80mm", "58mm"] {
            assert_ticket(&printed(profile), "A017", "社会保障卡申领", URL);
            assert!(says(&printed(profile), "您前面还有12人等候"));
            assert!(!says(&printed(profile), "A018"));
        }
    }

    #[test]
    fn a_code_is_read_from_a_ticket_that_came_as_dots() {
        let ticket = printed("58mm-raster");
        assert_clean(&ticket);
        assert_eq!(
            (number(&ticket), qr_contents(&ticket)),
            (None, vec![URL.to_owned()])
        );
    }
}
