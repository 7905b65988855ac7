//! From a TOML text to a catalogue: the sections in the order in which they refer to each other.
//!
//! Each section is read by one function that reads every key before it gives up on a missing one. What needs several
//! sections at once is in [`check`](super::check). A catalogue is put together only when nobody found a fault.

mod hall;
mod hook;
mod layout;
mod service;
mod voice;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::de::DeTable;

use super::check;
use super::fields::{Field, Fields, Length};
use super::known::Known;
use super::report::{At, Origin, Report};
use super::{
    CLASSES_MAX, CONFIGURATION_BYTES_MAX, Catalogue, Class, DEVICES_MAX, Device, DeviceKind,
    FORMAT, Fault, Faults, GROUPS_MAX, Group, HOOKS_MAX, HallInfo, Hook, LAYOUTS_MAX, Layout,
    LayoutId, Listed, MARK_CHARS_MAX, NOTICE_CHARS_MAX, NOTICES_MAX, Notice, PHONE_CHARS_MAX, Role,
    Rules, STAFF_MAX, Series, Served, Service, Staff, TEXT_CHARS_MAX, VoiceSettings, WINDOWS_MAX,
    Window, ZONES_MAX, Zone, longest_delay,
};
use super::{
    ClassId, DeviceId, GroupId, HookId, Language, Localized, ServiceId, StaffId, WindowId, ZoneId,
};

/// A name or another text of one line.
const NAME: Length = Length {
    chars_max: TEXT_CHARS_MAX,
    lines: false,
};
/// A mark beside a number.
const MARK: Length = Length {
    chars_max: MARK_CHARS_MAX,
    lines: false,
};
/// A telephone number.
const PHONE: Length = Length {
    chars_max: PHONE_CHARS_MAX,
    lines: false,
};
/// A notice.
const NOTICE: Length = Length {
    chars_max: NOTICE_CHARS_MAX,
    lines: false,
};
/// The most people for whom a zone has seats.
const SEATS_MAX: u32 = 100_000;
/// The highest number of a window.
const WINDOW_NUMBER_MAX: u32 = 9_999;
/// The lowest preference level: windows serve 1 before 9.
const PREFERENCE_MAX: u32 = 9;
/// The highest rank of a class.
const RANK_MAX: u32 = 999;

/// What every section needs to know while it is read.
struct Reading<'a> {
    report: &'a Report,
    /// The hall's first language; none when it could not be read.
    first: Option<Language>,
    zones: Known<ZoneId>,
    groups: Known<GroupId>,
    classes: Known<ClassId>,
    services: Known<ServiceId>,
    windows: Known<WindowId>,
    staff: Known<StaffId>,
    devices: Known<DeviceId>,
    layouts: Known<LayoutId>,
    hooks: Known<HookId>,
    /// Groups that have a series of their own.
    numbered_groups: BTreeSet<GroupId>,
    /// Services for which some window was configured.
    served: BTreeSet<ServiceId>,
    /// Every series, in the order of the text.
    series: Vec<At<Series>>,
}

impl<'a> Reading<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            report,
            first: None,
            zones: Known::new("zone", |id| ZoneId::new(id).ok()),
            groups: Known::new("group", |id| GroupId::new(id).ok()),
            classes: Known::new("class", |id| ClassId::new(id).ok()),
            services: Known::new("service", |id| ServiceId::new(id).ok()),
            windows: Known::new("window", |id| WindowId::new(id).ok()),
            staff: Known::new("member of staff", |id| StaffId::new(id).ok()),
            devices: Known::new("device", |id| DeviceId::new(id).ok()),
            layouts: layout::known(),
            hooks: Known::new("hook", |id| HookId::new(id).ok()),
            numbered_groups: BTreeSet::new(),
            served: BTreeSet::new(),
            series: Vec::new(),
        }
    }
}

/// Everything that was read.
struct Parts {
    hall: Option<HallInfo>,
    rules: Option<Rules>,
    zones: Vec<Zone>,
    groups: Vec<Group>,
    series: Vec<Series>,
    services: Vec<Service>,
    classes: Vec<Class>,
    windows: Vec<Window>,
    staff: Vec<Staff>,
    layouts: Vec<Layout>,
    devices: Vec<Device>,
    notices: Vec<Notice>,
    voice: Option<VoiceSettings>,
    hooks: Vec<Hook>,
    warnings: Vec<Fault>,
}

/// Reads a whole configuration.
pub(super) fn catalogue(text: &str, origin: Origin) -> Result<Catalogue, Faults> {
    if text.len() > CONFIGURATION_BYTES_MAX {
        let what = format!(
            "the text has {} bytes: at most {CONFIGURATION_BYTES_MAX} are read",
            text.len()
        );
        return Err(Faults(vec![Fault { line: 1, what }]));
    }
    let (document, syntax) = DeTable::parse_recoverable(text);
    let report = Report::new(text, &syntax).about(origin);
    let root = Fields::new(document.get_ref(), 1, String::new(), &report);
    let parts = parts(root, &report);
    match (report.into_faults(), parts) {
        (Some(faults), _) => Err(faults),
        (
            None,
            Some(Parts {
                hall: Some(hall),
                rules: Some(rules),
                zones,
                groups,
                series,
                services,
                classes,
                windows,
                staff,
                layouts,
                devices,
                notices,
                voice: Some(voice),
                hooks,
                warnings,
            }),
        ) => Ok(Catalogue {
            source: Arc::from(text),
            served: Served::of(&windows, &zones),
            longest_delay: longest_delay(&services),
            hall,
            rules,
            zones: Listed::new(zones, |zone| zone.id.clone()),
            groups: Listed::new(groups, |group| group.id.clone()),
            series: Listed::new(series, |series| series.id.clone()),
            services: Listed::new(services, |service| service.id.clone()),
            classes: Listed::new(classes, |class| class.id.clone()),
            windows: Listed::new(windows, |window| window.id.clone()),
            staff: Listed::new(staff, |staff| staff.id.clone()),
            layouts: Listed::new(layouts, |layout| layout.id.clone()),
            devices: Listed::new(devices, |device| device.id.clone()),
            notices,
            voice,
            hooks: Listed::new(hooks, |hook| hook.id.clone()),
            warnings,
        }),
        (None, _) => Err(Faults(vec![Fault {
            line: 1,
            what: "[hall] and [rules] could not be read".to_owned(),
        }])),
    }
}

/// Reads a text of nothing but layouts.
pub(super) fn layouts(text: &str, first: Language) -> Result<Listed<LayoutId, Layout>, Faults> {
    if text.len() > CONFIGURATION_BYTES_MAX {
        let what = format!("the text has over {CONFIGURATION_BYTES_MAX} bytes");
        return Err(Faults(vec![Fault { line: 1, what }]));
    }
    let (document, syntax) = DeTable::parse_recoverable(text);
    let report = Report::new(text, &syntax);
    let mut root = Fields::new(document.get_ref(), 1, String::new(), &report);
    let mut reading = Reading::new(&report);
    reading.first = Some(first);
    let layouts = layout::alone(&mut root, &mut reading);
    root.finish();
    match report.into_faults() {
        Some(faults) => Err(faults),
        None => Ok(layouts),
    }
}

/// Reads every section; nothing when the format is one that this version does not know.
fn parts(mut root: Fields<'_>, report: &Report) -> Option<Parts> {
    if !known_format(&mut root, report) {
        return None;
    }
    let mut reading = Reading::new(report);
    let hall = hall::hall(&mut root, &mut reading);
    let (rules, policies) = hall::rules(&mut root, &reading);
    let zones = read_all(root.sections("zone", ZONES_MAX), &mut reading, zone);
    let groups = read_all(root.sections("group", GROUPS_MAX), &mut reading, group);
    let classes = classes(root.sections("class", CLASSES_MAX), &mut reading);
    let services = service::services(&mut root, &mut reading, rules.as_ref(), &policies);
    let windows = windows(root.sections("window", WINDOWS_MAX), &mut reading);
    let staff = staff(root.sections("staff", STAFF_MAX), &mut reading);
    let layouts = root.sections("layout", LAYOUTS_MAX);
    let layouts = read_all(layouts, &mut reading, layout::layout);
    let devices = read_all(root.sections("device", DEVICES_MAX), &mut reading, device);
    let notices = read_all(root.sections("notice", NOTICES_MAX), &mut reading, notice);
    let languages = hall.as_ref().map_or(&[][..], |hall| &hall.languages);
    let voice = voice::voice(&mut root, languages);
    let hooks = read_all(root.sections("hook", HOOKS_MAX), &mut reading, hook::hook);
    root.finish();
    for (kind, none) in [
        ("zone", reading.zones.is_empty()),
        ("group", reading.groups.is_empty()),
        ("service", reading.services.is_empty()),
        ("window", reading.windows.is_empty()),
    ] {
        if none {
            report.absent(
                1,
                format!("there is no [[{kind}]]: a hall needs at least one"),
            );
        }
    }
    if !reading.windows.is_empty() {
        check::every_service_is_served(&reading.services, &reading.served, report);
    }
    check::labels_differ(&reading.series, report);
    if let Some(hall) = &hall {
        check::bands_can_open(&services, hall, report);
    }
    let walls = layout::Walls::new(&layouts, &windows, &reading.series);
    let warnings = devices
        .iter()
        .filter_map(|device| walls.check(device, &reading))
        .collect();
    let series = reading
        .series
        .into_iter()
        .map(|series| series.value)
        .collect();
    let services = services.into_iter().map(|service| service.value).collect();
    let devices = devices.into_iter().map(|device| device.value).collect();
    Some(Parts {
        hall,
        rules,
        zones,
        groups,
        series,
        services,
        classes,
        windows,
        staff,
        layouts,
        devices,
        notices,
        voice,
        hooks,
        warnings,
    })
}

/// Whether the text is of the format that this version reads. A text without its format is read as if it had it.
fn known_format(root: &mut Fields<'_>, report: &Report) -> bool {
    let Some(field) = root.take("format") else {
        report.absent(
            1,
            format!("“format” is missing: begin with `format = {FORMAT}`"),
        );
        return true;
    };
    match field.number(0..=u32::MAX) {
        Some(FORMAT) | None => true,
        Some(other) => {
            field.wrong(format_args!(
                "this version reads format {FORMAT}, not {other}"
            ));
            false
        }
    }
}

/// Reads each section; those with faults are left out, since nothing will come of the text.
fn read_all<T>(
    sections: Vec<Fields<'_>>,
    reading: &mut Reading<'_>,
    read: fn(Fields<'_>, &mut Reading<'_>) -> Option<T>,
) -> Vec<T> {
    sections
        .into_iter()
        .filter_map(|fields| read(fields, reading))
        .collect()
}

fn need_name(fields: &mut Fields<'_>, reading: &Reading<'_>) -> Option<Localized> {
    fields.need("name")?.localized(reading.first, NAME)
}

/// An optional text: nothing when it is absent, the outer none when it is faulty.
fn optional<'a, T: Default>(
    fields: &mut Fields<'a>,
    key: &'static str,
    read: impl FnOnce(Field<'a>) -> Option<T>,
) -> Option<T> {
    fields.take(key).map_or_else(|| Some(T::default()), read)
}

fn zone(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<Zone> {
    let id = reading.zones.declare(&mut fields);
    let name = need_name(&mut fields, reading);
    let seats = fields
        .need("seats")
        .and_then(|field| field.number(0..=SEATS_MAX));
    fields.finish();
    Some(Zone {
        id: id?,
        name: name?,
        seats: seats?,
    })
}

fn group(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<Group> {
    let id = reading.groups.declare(&mut fields);
    let name = need_name(&mut fields, reading);
    let series = service::series(&mut fields, id.as_ref().map(GroupId::as_str));
    fields.finish();
    if series.is_own() {
        reading.numbered_groups.extend(id.clone());
    }
    reading.series.extend(series.sound());
    Some(Group {
        id: id?,
        name: name?,
    })
}

/// The classes; when there are none, the ordinary one.
fn classes(sections: Vec<Fields<'_>>, reading: &mut Reading<'_>) -> Vec<Class> {
    let none_given = sections.is_empty();
    let mut ranks = BTreeMap::new();
    let mut classes = Vec::new();
    for fields in sections {
        classes.extend(class(fields, reading, &mut ranks));
    }
    if none_given {
        classes.extend(ClassId::new("ordinary").ok().map(|id| Class {
            id,
            name: Localized::new([
                (Language::ZhCn, "普通".to_owned()),
                (Language::ZhTw, "一般".to_owned()),
                (Language::En, "Ordinary".to_owned()),
                (Language::De, "Ohne Vorrang".to_owned()),
            ]),
            mark: Localized::default(),
            rank: 0,
            proof: Localized::default(),
        }));
    }
    classes
}

fn class(
    mut fields: Fields<'_>,
    reading: &mut Reading<'_>,
    ranks: &mut BTreeMap<u32, usize>,
) -> Option<Class> {
    let id = reading.classes.declare(&mut fields);
    let name = need_name(&mut fields, reading);
    let mark = optional(&mut fields, "mark", |field| {
        field.localized_or_empty(reading.first, MARK)
    });
    let rank_field = fields.need("rank");
    let rank = rank_field
        .as_ref()
        .and_then(|field| field.number(0..=RANK_MAX));
    let proof = optional(&mut fields, "proof", |field| {
        field.localized_or_empty(reading.first, NAME)
    });
    fields.finish();
    if let (Some(field), Some(rank)) = (rank_field, rank) {
        if let Some(line) = ranks.get(&rank) {
            field.wrong(format_args!(
                "the class on line {line} has rank {rank} too: give each class its own"
            ));
        } else {
            ranks.insert(rank, field.line);
        }
    }
    Some(Class {
        id: id?,
        name: name?,
        mark: mark?,
        rank: rank?,
        proof: proof?,
    })
}

fn windows(sections: Vec<Fields<'_>>, reading: &mut Reading<'_>) -> Vec<Window> {
    let mut numbers = BTreeMap::new();
    sections
        .into_iter()
        .filter_map(|fields| window(fields, reading, &mut numbers))
        .collect()
}

fn window(
    mut fields: Fields<'_>,
    reading: &mut Reading<'_>,
    numbers: &mut BTreeMap<u32, usize>,
) -> Option<Window> {
    let id = reading.windows.declare(&mut fields);
    let number_field = fields.need("number");
    let number = number_field
        .as_ref()
        .and_then(|field| field.number(1..=WINDOW_NUMBER_MAX));
    let zone = fields
        .need("zone")
        .and_then(|field| reading.zones.refer(&field));
    let serves = fields
        .need("serves")
        .and_then(|field| serves(&field, reading));
    fields.finish();
    if let (Some(field), Some(number)) = (number_field, number) {
        if let Some(line) = numbers.get(&number) {
            field.wrong(format_args!(
                "the window on line {line} has number {number} too"
            ));
        } else {
            numbers.insert(number, field.line);
        }
    }
    Some(Window {
        id: id?,
        number: number?,
        zone: zone?,
        serves: serves?,
    })
}

fn serves(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<BTreeMap<ServiceId, u8>> {
    let entries = field.table()?.entries();
    if entries.is_empty() {
        field.wrong("the window serves nothing: name at least one service, as in { passport = 1 }");
        return None;
    }
    let mut serves = BTreeMap::new();
    let mut sound = true;
    for entry in entries {
        let service = reading.services.named(&entry, entry.key);
        let level = entry
            .number(1..=PREFERENCE_MAX)
            .and_then(|level| u8::try_from(level).ok());
        reading.served.extend(service.clone());
        if let (Some(service), Some(level)) = (service, level) {
            serves.insert(service, level);
        } else {
            sound = false;
        }
    }
    sound.then_some(serves)
}

fn staff(sections: Vec<Fields<'_>>, reading: &mut Reading<'_>) -> Vec<Staff> {
    let mut administrators = 0_usize;
    let mut all = Vec::new();
    for fields in sections {
        let (staff, roles) = member(fields, reading);
        administrators += usize::from(roles.contains(&Role::Administrator));
        all.extend(staff);
    }
    if administrators == 0 {
        reading.report.absent(
            1,
            "nobody among [[staff]] has the role “administrator”: at least one must".to_owned(),
        );
    }
    all
}

/// One member of staff, and the roles that could be read even when the rest could not.
fn member(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> (Option<Staff>, BTreeSet<Role>) {
    let id = reading.staff.declare(&mut fields);
    let name = fields.need("name").and_then(|field| field.text(NAME));
    let mut roles = BTreeSet::new();
    let mut sound = false;
    if let Some(field) = fields.need("roles") {
        sound = read_roles(&field, &mut roles).is_some();
    }
    fields.finish();
    let staff = id.zip(name).filter(|_| sound).map(|(id, name)| Staff {
        id,
        name,
        roles: roles.clone(),
    });
    (staff, roles)
}

fn read_roles(field: &Field<'_>, roles: &mut BTreeSet<Role>) -> Option<()> {
    let words = Role::ALL.map(|role| (role.name(), role));
    let items = field.items(Role::ALL.len())?;
    if items.is_empty() {
        field.wrong("is empty: without a role nobody may do anything");
        return None;
    }
    let count = items.len();
    let read: Vec<Role> = items
        .into_iter()
        .filter_map(|item| item.word(&words))
        .collect();
    roles.extend(read.iter().copied());
    (read.len() == count).then_some(())
}

fn device(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<At<Device>> {
    let line = fields.line;
    let id = reading.devices.declare(&mut fields);
    let words = DeviceKind::ALL.map(|kind| (kind.name(), kind));
    let kind = fields.need("kind").and_then(|field| field.word(&words));
    let name = fields.need("name").and_then(|field| field.text(NAME));
    let zone = optional(&mut fields, "zone", |field| {
        reading.zones.refer(&field).map(Some)
    });
    let shown = layout::shown(&mut fields, kind, reading);
    fields.finish();
    let shown = shown?;
    let value = Device {
        id: id?,
        kind: kind?,
        name: name?,
        zone: zone?,
        layout: shown.layout,
        window: shown.window,
        screen: shown.screen,
    };
    Some(At { value, line })
}

fn notice(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<Notice> {
    let text = fields
        .need("text")
        .and_then(|field| field.localized(reading.first, NOTICE));
    let day = |field: &Option<Field<'_>>| match field {
        Some(field) => field.date().map(Some),
        None => Some(None),
    };
    let (first, last) = (fields.take("from"), fields.take("until"));
    let (from, until) = (day(&first), day(&last));
    fields.finish();
    if let (Some(field), Some(Some(from)), Some(Some(until))) = (last, from, until)
        && until < from
    {
        field.wrong(format_args!(
            "{until} is before {from}, the first day: the notice would never be shown"
        ));
    }
    Some(Notice {
        text: text?,
        from: from?,
        until: until?,
    })
}
