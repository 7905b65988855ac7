//! From what the server issued to what the ticket's paper says.

use nowserving_shared::model::{DeviceId, Language, Localized, Moment, ZoneId};
use nowserving_shared::protocol::http::{HallView, IssuedView, ServiceView};

use crate::printer::{SlipPaper, TicketPaper, URL_BYTES_MAX};
use crate::state::Installation;
use crate::{civil, texts};

/// The paper of a ticket. What the hall does not know (a service of a newer catalogue) is left out.
#[must_use]
pub fn of(hall: &HallView, issued: &IssuedView, url: Option<String>) -> TicketPaper {
    let service = hall
        .services
        .iter()
        .find(|service| service.id == issued.service);
    let group =
        service.and_then(|service| hall.groups.iter().find(|group| group.id == service.group));
    let class = hall.classes.iter().find(|class| class.id == issued.class);
    TicketPaper {
        hall: hall.name.clone(),
        zone: zone_name(hall, &issued.zones).cloned().unwrap_or_default(),
        group: group.map(|group| group.name.clone()).unwrap_or_default(),
        service: service
            .map(|service| service.name.clone())
            .unwrap_or_default(),
        label: issued.label.as_str().to_owned(),
        class_mark: class
            .map(|class| class.mark.clone())
            .filter(|mark| !mark.is_empty()),
        people_ahead: Some(issued.ahead),
        wait_minutes: None,
        windows: texts::windows_everywhere(&issued.windows),
        issued_at: civil::date_time(civil::at(issued.issued_at, &hall.time_zone)),
        language: issued.language,
        no_show_rule: hall.no_show_rule.clone(),
        phone: hall.phone.clone(),
        identity: String::new(),
        url,
        copy: false,
        large: false,
    }
}

/// The guidance slip of a service. `at` is now, hall clock; `url` is the address of the service's page, if it has one.
#[must_use]
pub fn slip(
    hall: &HallView,
    service: &ServiceView,
    language: Language,
    at: Moment,
    url: Option<String>,
) -> SlipPaper {
    let group = hall.groups.iter().find(|group| group.id == service.group);
    let guide = &service.guide;
    // Whom to ask about the service; failing that, the hall.
    let phone = [&guide.phone, &hall.phone]
        .into_iter()
        .find(|phone| !phone.trim().is_empty());
    SlipPaper {
        hall: hall.name.clone(),
        zone: zone_name(hall, &service.zones).cloned().unwrap_or_default(),
        group: group.map(|group| group.name.clone()).unwrap_or_default(),
        service: service.name.clone(),
        process: guide.process.clone(),
        materials: guide.materials.clone(),
        fee: guide.fee.clone(),
        time_limit: guide.time_limit.clone(),
        windows: texts::windows_everywhere(&service.windows),
        phone: phone.cloned().unwrap_or_default(),
        printed_at: civil::date_time(civil::at(at, &hall.time_zone)),
        url,
        language,
    }
}

/// A test of the printer, on the paper of a guidance slip: it says in every language of the hall that it is no ticket, and
/// how the kiosk is. `at` is now, hall clock; `url` is printed as a QR code.
#[must_use]
pub fn self_test(
    hall: Option<&HallView>,
    installation: &Installation,
    device: Option<&DeviceId>,
    language: Language,
    at: Moment,
    url: Option<String>,
) -> SlipPaper {
    let each = |said: fn(&texts::Maintenance) -> &'static str| {
        let said = |language: Language| {
            let words = &texts::of(language).maintenance;
            (language, said(words).to_owned())
        };
        Localized::new(Language::ALL.map(said))
    };
    let device = device.map(ToString::to_string).unwrap_or_default();
    let (address, profile) = installation.printer.clone().unwrap_or_default();
    let facts = [
        device.as_str(),
        &installation.version,
        &installation.server,
        &address,
        &profile,
    ];
    let facts: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let facts = facts.join("\n");
    let zone = hall.map_or("", |hall| &hall.time_zone);
    SlipPaper {
        hall: hall.map(|hall| hall.name.clone()).unwrap_or_default(),
        service: each(|words| words.test_paper.0),
        group: each(|words| words.test_paper.1),
        process: Localized::new(Language::ALL.map(|language| (language, facts.clone()))),
        printed_at: civil::date_time(civil::at(at, zone)),
        phone: hall.map(|hall| hall.phone.clone()).unwrap_or_default(),
        url: url.filter(|url| url.len() <= URL_BYTES_MAX),
        language,
        ..SlipPaper::default()
    }
}

/// The paper of a number whose place is known, or is not: then it says so.
#[must_use]
pub fn with_ahead_known(paper: TicketPaper, known: bool) -> TicketPaper {
    TicketPaper {
        people_ahead: paper.people_ahead.filter(|_| known),
        ..paper
    }
}

/// The zone in which to wait, when there is just one; in several, the windows alone say where.
#[must_use]
pub fn zone_name<'a>(hall: &'a HallView, zones: &[ZoneId]) -> Option<&'a Localized> {
    match zones {
        [only] => hall
            .zones
            .iter()
            .find(|zone| zone.id == *only)
            .map(|zone| &zone.name),
        [] | [_, _, ..] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::hall::{in_every_language, issued};
    use nowserving_shared::model::Language;

    #[test]
    fn the_paper_speaks_the_language_that_was_chosen() {
        for (language, service, windows) in [
            (Language::ZhTw, "身分證辦理", "1–3號櫃檯"),
            (Language::De, "Personalausweis", "Schalter 1–3"),
        ] {
            let paper = of(
                &in_every_language(),
                &issued("id-card", "elderly", language),
                None,
            );
            assert_eq!(paper.language, language);
            assert_eq!(paper.service.text(language), service);
            assert_eq!(paper.windows.text(language), windows);
        }
    }
}
