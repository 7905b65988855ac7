//! The middle of the screen, page by page.

use nowserving_shared::board::{Availability, ServiceLine};
use nowserving_shared::model::{ClassId, GroupId, Language, Localized, Moment, ServiceId};
use nowserving_shared::protocol::http::{ClassView, ServiceView};

use super::{
    Choice, Choices, Chosen, Confirm, Figure, Invitation, Notice, NoticeKind, PageView, Step,
    Ticket, Welcome, assistance, codes, languages, phone, said_briefly, text, welcome_languages,
    whole_seconds,
};
use crate::state::{Page, PrintStage, PrinterIs, SorryWhy, State, TicketPage};
use crate::texts::{self, Texts};
use crate::{civil, paper};

/// The page of a state.
pub(super) fn page(state: &State, texts: &Texts) -> PageView {
    match state.page() {
        Page::Welcome => PageView::Welcome(welcome(state)),
        Page::Groups => PageView::Choices(groups(state, texts)),
        Page::Services { group } => PageView::Choices(services(state, texts, group)),
        Page::Search { query } => PageView::Search(super::search::page(state, texts, query)),
        Page::NotNow { service } => not_now(state, texts, service),
        Page::Classes { .. } => PageView::Choices(classes(state, texts)),
        Page::Confirm { service, class } => {
            PageView::Confirm(confirm(state, texts, service, class))
        }
        Page::Issuing(step) => PageView::Waiting {
            title: texts.issuing.to_owned(),
            text: if step.attempts > 1 || step.next.is_some() {
                texts.issuing_long.to_owned()
            } else {
                String::new()
            },
        },
        Page::Looking(_) => PageView::Waiting {
            title: texts.checkin.looking.to_owned(),
            text: String::new(),
        },
        Page::Ticket(page) => PageView::Ticket(ticket(state, texts, page)),
        Page::Pin => PageView::Pin(super::maintenance::pin(state, texts)),
        Page::Maintenance => PageView::Maintenance(super::maintenance::page(state, texts)),
        Page::Sorry { why, retry } => {
            let lacks_paper = state
                .lacks_paper()
                .filter(|_| retry.as_ref().is_some_and(|step| !state.may_go_on(step)));
            let (mut lines, again) = match why {
                SorryWhy::ServerAway => (vec![(texts.server_away)(phone(state))], true),
                SorryWhy::NoPaper if lacks_paper.is_none() => {
                    (vec![texts.paper_again.to_owned()], true)
                }
                SorryWhy::NoPaper => (Vec::new(), true),
                SorryWhy::Refused { detail, .. } => (
                    vec![detail.clone(), (texts.not_now_advice)(phone(state))],
                    false,
                ),
            };
            lines.extend(lacks_paper.map(|trouble| (texts.no_paper)(trouble).to_owned()));
            let retry = (again || retry.is_some()) && lacks_paper.is_none();
            let retry = retry.then(|| texts.retry.to_owned());
            PageView::Message {
                title: texts.sorry.to_owned(),
                lines,
                retry,
            }
        }
    }
}

fn welcome(state: &State) -> Welcome {
    let languages = languages(state);
    let invite = |language: &Language| Invitation {
        language: *language,
        own_name: language.own_name(languages),
        text: texts::of(*language).touch_to_start.to_owned(),
    };
    let waiting = state
        .lines()
        .iter()
        .map(|line| line.waiting)
        .fold(0_u32, u32::saturating_add);
    let known = state.server_is_there() && !state.lines().is_empty();
    let quick: Vec<Choice> = state
        .quick_services()
        .into_iter()
        .map(|service| service_choice(state, texts::of(state.language()), service))
        .collect();
    let modes = state.modes();
    let calm = super::notices(state).is_empty();
    let notice = state
        .idle_notice()
        .filter(|_| calm && !modes.large_text && !modes.low_reach);
    Welcome {
        notice: notice.map(|(language, text)| (language, text.to_owned())),
        picture: state
            .idle_picture()
            .filter(|_| calm && !state.is_accessible()),
        often: said_briefly(state, |texts| texts.often.to_owned()).replace('\n', " · "),
        quick,
        invitations: languages.iter().map(invite).collect(),
        steps: steps(&welcome_languages(languages)),
        state: if known {
            said_briefly(state, |texts| (texts.hall_waiting)(waiting)).replace('\n', " · ")
        } else {
            String::new()
        },
    }
}

/// What a visit is made of, in each of `languages`.
fn steps(languages: &[Language]) -> Vec<Step> {
    let Some((first, others)) = languages.split_first() else {
        return Vec::new();
    };
    let step = |(at, first): (usize, &str)| Step {
        first: first.to_owned(),
        second: others
            .iter()
            .map(|language| texts::of(*language).steps[at])
            .collect::<Vec<_>>()
            .join(" · "),
    };
    let first = texts::of(*first).steps;
    first.into_iter().enumerate().map(step).collect()
}

/// Whether no service gives out numbers now; not when nothing is known.
pub(super) fn hall_is_closed(state: &State) -> bool {
    let lines = state.lines();
    let closed = |line: &ServiceLine| matches!(line.availability, Availability::Closed { .. });
    !lines.is_empty() && lines.iter().all(closed)
}

/// The sentence that no service gives out numbers now, with the moment when the first one does again.
pub(super) fn hall_closed(state: &State, texts: &Texts) -> String {
    let opens = state
        .lines()
        .iter()
        .filter_map(|line| match line.availability {
            Availability::Closed { opens_at } => opens_at,
            Availability::Open | Availability::QuotaReached => None,
        });
    (texts.hall_closed)(opens.min().map(|at| moment(state, texts, at)))
}

/// A moment to come, as people say it: today with the time, or another day with the date.
fn moment(state: &State, texts: &Texts, at: Moment) -> String {
    let zone = state.hall().map_or("", |hall| &hall.time_zone);
    let (now, at) = (civil::at(state.now(), zone), civil::at(at, zone));
    if now.date() == at.date() {
        (texts.today_at)(&civil::time(at))
    } else {
        (texts.day_at)(at.date(), &civil::time(at))
    }
}

fn groups(state: &State, texts: &Texts) -> Choices {
    let groups = state.hall().map_or(&[][..], |hall| &hall.groups);
    let choice = |group: &nowserving_shared::protocol::http::GroupView| {
        let services: Vec<&ServiceView> = state.services_of(&group.id).collect();
        let waits = services
            .iter()
            .filter_map(|service| state.line(&service.id))
            .map(|line| line.waiting);
        (!services.is_empty()).then(|| Choice {
            id: group.id.to_string(),
            title: group.name.text(state.language()).to_owned(),
            note: if state.is_away() {
                texts.offline_wait.to_owned()
            } else {
                (texts.group_note)(services.len(), waits.fold(0, u32::saturating_add))
            },
            mark: String::new(),
            open: true,
        })
    };
    Choices {
        of: Chosen::Group,
        title: texts.choose_group.to_owned(),
        hint: String::new(),
        search: Some(texts.search.to_owned()),
        choices: groups.iter().filter_map(choice).collect(),
    }
}

/// A service to choose, with its waits.
pub(super) fn service_choice(state: &State, texts: &Texts, service: &ServiceView) -> Choice {
    let line = state.line(&service.id);
    Choice {
        id: service.id.to_string(),
        title: service.name.text(state.language()).to_owned(),
        note: if state.is_away() {
            offline_note(state, texts, &service.id).to_owned()
        } else {
            line.map(|line| service_note(state, texts, line))
                .unwrap_or_default()
        },
        mark: String::new(),
        open: state.gives_out(&service.id),
    }
}

fn services(state: &State, texts: &Texts, group: &GroupId) -> Choices {
    let group_name = state
        .hall()
        .and_then(|hall| hall.groups.iter().find(|known| known.id == *group));
    Choices {
        of: Chosen::Service,
        title: texts.choose_service.to_owned(),
        hint: text(group_name.map(|group| &group.name), state.language()),
        search: Some(texts.search.to_owned()),
        choices: state
            .tiles_of(group)
            .into_iter()
            .map(|service| service_choice(state, texts, service))
            .collect(),
    }
}

/// What a service says of itself while the server is away.
fn offline_note<'a>(state: &State, texts: &'a Texts, service: &ServiceId) -> &'a str {
    if state.gives_out(service) {
        texts.offline_wait
    } else {
        texts.offline_none
    }
}

fn service_note(state: &State, texts: &Texts, line: &ServiceLine) -> String {
    match line.availability {
        Availability::Open => (texts.waiting)(line.waiting, line.windows_open),
        Availability::Closed { opens_at } => {
            (texts.service_closed)(opens_at.map(|at| moment(state, texts, at)))
        }
        Availability::QuotaReached => texts.quota_reached.to_owned(),
    }
}

fn not_now(state: &State, texts: &Texts, service: &ServiceId) -> PageView {
    let name = text(
        state.service(service).map(|service| &service.name),
        state.language(),
    );
    let why = match state
        .line(service)
        .filter(|_| !state.is_away())
        .map(|line| (line, &line.availability))
    {
        // It may have opened while the page was read: then the way back leads to it.
        None if state.is_away() && !state.gives_out(service) => texts.offline_none.to_owned(),
        None | Some((_, Availability::Open)) => String::new(),
        Some((line, Availability::Closed { .. } | Availability::QuotaReached)) => {
            service_note(state, texts, line)
        }
    };
    let lines = [name, why, (texts.not_now_advice)(phone(state))];
    PageView::Message {
        title: texts.not_now.to_owned(),
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
        retry: None,
    }
}

fn classes(state: &State, texts: &Texts) -> Choices {
    let choice = |class: &ClassView| {
        let proof = class.proof.text(state.language());
        Choice {
            id: class.id.to_string(),
            title: class.name.text(state.language()).to_owned(),
            note: if proof.is_empty() {
                texts.no_proof.to_owned()
            } else {
                (texts.proof)(proof)
            },
            mark: class.mark.text(state.language()).to_owned(),
            open: true,
        }
    };
    Choices {
        of: Chosen::Class,
        title: texts.choose_class.to_owned(),
        hint: texts.choose_class_hint.to_owned(),
        search: None,
        choices: state
            .hall()
            .map_or(&[][..], |hall| &hall.classes)
            .iter()
            .map(choice)
            .collect(),
    }
}

fn class<'a>(state: &'a State, id: &ClassId) -> Option<&'a ClassView> {
    state.hall()?.classes.iter().find(|class| class.id == *id)
}

fn confirm(state: &State, texts: &Texts, service: &ServiceId, class_id: &ClassId) -> Confirm {
    let language = state.language();
    let view = state.service(service);
    let class = class(state, class_id);
    let printing = match state.printer() {
        PrinterIs::Starting | PrinterIs::Ready | PrinterIs::PaperLow => true,
        PrinterIs::NotReady(_) => false,
    };
    let open = state.lacks_paper().is_none();
    Confirm {
        title: texts.confirm_title.to_owned(),
        service: text(view.map(|view| &view.name), language),
        mark: text(class.map(|class| &class.mark), language),
        figures: figures(state.line(service).filter(|_| !state.is_away()), texts),
        guide: view
            .map(|view| guide(view, class, texts, language))
            .unwrap_or_default(),
        confirm: match (printing, open) {
            (true, _) => texts.confirm,
            (false, true) => texts.confirm_unprinted,
            (false, false) => texts.paper_first,
        }
        .to_owned(),
        open,
        slip: assistance::slip(state, texts),
        url: state.guide_url(service),
        scan: texts.scan_guide.to_owned(),
    }
}

fn figures(line: Option<&ServiceLine>, texts: &Texts) -> Vec<Figure> {
    let unknown = || texts.unknown_figure.to_owned();
    let minutes = |seconds: u32| match seconds / 60 {
        0 => texts.under_a_minute.to_owned(),
        minutes => minutes.to_string(),
    };
    let values = [
        line.map_or_else(unknown, |line| line.waiting.to_string()),
        line.map_or_else(unknown, |line| line.windows_open.to_string()),
        line.and_then(|line| line.last_wait_seconds)
            .map_or_else(unknown, minutes),
    ];
    let figure = |((name, unit), value): ((&str, &str), String)| {
        let unit = if value == texts.unknown_figure {
            ""
        } else {
            unit
        };
        Figure {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
        }
    };
    texts.figures.into_iter().zip(values).map(figure).collect()
}

fn guide(
    view: &ServiceView,
    class: Option<&ClassView>,
    texts: &Texts,
    language: Language,
) -> Vec<(String, String)> {
    let [windows, materials, fee, time_limit, process, phone] = texts.guide;
    let said = |localized: &Localized| localized.text(language).to_owned();
    let class_text = class.filter(|class| !class.mark.is_empty()).map(|class| {
        let proof = class.proof.text(language);
        let name = class.name.text(language);
        if proof.is_empty() {
            name.to_owned()
        } else {
            format!("{name} · {}", (texts.proof)(proof))
        }
    });
    let rows = [
        (texts.class_row, class_text.unwrap_or_default()),
        (windows, (texts.windows)(&view.windows)),
        (materials, said(&view.guide.materials)),
        (fee, said(&view.guide.fee)),
        (time_limit, said(&view.guide.time_limit)),
        (process, said(&view.guide.process)),
        (phone, view.guide.phone.clone()),
    ];
    rows.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

fn ticket(state: &State, texts: &Texts, page: &TicketPage) -> Ticket {
    let issued = &page.issued;
    let language = state.language();
    let zone = state
        .hall()
        .and_then(|hall| paper::zone_name(hall, &issued.zones));
    let windows = (texts.windows)(&issued.windows);
    let lines = [
        Some(if page.offline {
            texts.offline_place.to_owned()
        } else {
            codes::stands(page, texts)
        }),
        codes::last_wait(state, texts, page),
        (!windows.is_empty()).then(|| (texts.at_windows)(&windows)),
        zone.map(|zone| (texts.wait_in)(zone.text(language))),
    ];
    // Who has more time is asked before it ends.
    let left = state
        .goes_home_in()
        .filter(|_| !state.is_accessible())
        .map(whole_seconds);
    Ticket {
        title: texts.your_number.to_owned(),
        label: issued.label.as_str().to_owned(),
        mark: text(
            class(state, &issued.class).map(|class| &class.mark),
            language,
        ),
        service: text(
            state.service(&issued.service).map(|service| &service.name),
            language,
        ),
        lines: lines.into_iter().flatten().collect(),
        paper: match &page.found {
            Some(found) if page.print == PrintStage::NotAsked => codes::found_notice(found, texts),
            Some(_) | None => paper_notice(page.print, texts),
        },
        url: state.ticket_url(issued),
        scan: texts.scan.to_owned(),
        reprint: assistance::reprint(state, texts, page),
        done: left.map_or_else(
            || texts.done.to_owned(),
            |left| format!("{} ({left})", texts.done),
        ),
    }
}

fn paper_notice(stage: PrintStage, texts: &Texts) -> Notice {
    let (kind, text) = match stage {
        PrintStage::NotAsked => (NoticeKind::Mind, texts.not_printed),
        PrintStage::UnderWay => (NoticeKind::Calm, texts.printing),
        PrintStage::Printed | PrintStage::Sent => (NoticeKind::Calm, texts.take_ticket),
        PrintStage::Unknown => (NoticeKind::Mind, texts.print_unknown),
        PrintStage::Failed => (NoticeKind::Alarm, texts.print_failed),
    };
    Notice {
        kind,
        text: text.to_owned(),
    }
}
