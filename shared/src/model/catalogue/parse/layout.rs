//! What wall displays show: the sections `[[layout]]`, and what a `[[device]]` says of its own.

use std::collections::BTreeMap;

use super::super::fields::{Field, Fields, Length};
use super::super::known::Known;
use super::super::report::{At, quoted};
use super::super::{Device, DeviceKind, Fault, LayoutId, Listed, Series, Window, ZoneId};
use super::{NAME, Reading, WINDOW_NUMBER_MAX, optional};
use crate::wall::legibility::{INCHES, SEAT_METRES, SIDE_PIXELS};
use crate::wall::text;
use crate::wall::{
    Extent, LINE_CHARS_MAX, Layout, Legibility, Mask, Panel, Screen, Second, Show, Theme, Verdict,
    contradictions,
};

/// The scrolling line.
const LINE: Length = Length {
    chars_max: LINE_CHARS_MAX,
    lines: false,
};

/// Reads one layout. Its panels are held against each other only when each is sound.
pub(super) fn layout(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<Layout> {
    let id = reading.layouts.declare(&mut fields);
    let name = fields.need("name").and_then(|field| field.text(NAME));
    let theme = optional(&mut fields, "theme", |field| field.word(&Theme::NAMED));
    let second = optional(&mut fields, "second", |field| field.word(&Second::NAMED));
    let line = optional(&mut fields, "line", |field| {
        field.localized_or_empty(reading.first, LINE)
    });
    let logo = optional(&mut fields, "logo", |field| field.flag());
    let sections = fields.sections("panel", Show::ALL.len());
    let (count, about) = (sections.len(), fields.name.clone());
    let lines: Vec<usize> = sections.iter().map(|section| section.line).collect();
    let numbered = sections.into_iter().zip(1..);
    let panels: Vec<Panel> = numbered
        .filter_map(|(mut section, number)| {
            section.name = format!("{about}, panel {number}");
            panel(section)
        })
        .collect();
    let sound = panels.len() == count;
    if sound {
        for contradiction in contradictions(&panels) {
            let at = contradiction.panel().and_then(|at| lines.get(at));
            match at {
                Some(line) if contradiction.is_of_judgement() => {
                    let what = format!("{about}: {contradiction}");
                    reading.report.judge(*line, &what);
                }
                Some(line) => reading
                    .report
                    .wrong(*line, format!("{about}: {contradiction}")),
                // In a torn text, a panel may stand in the torn part.
                None => fields.absent(contradiction),
            }
        }
    }
    fields.finish();
    Some(Layout {
        id: id?,
        name: name?,
        theme: theme?,
        second: second?,
        line: line?,
        logo: logo?,
        panels: sound.then_some(panels)?,
    })
}

fn panel(mut fields: Fields<'_>) -> Option<Panel> {
    let words = Show::ALL.map(|show| (show.name(), show));
    let show = fields.need("show").and_then(|field| field.word(&words));
    let share = fields.need("share").and_then(|field| field.number(1..=100));
    let mask = match (fields.take("mask"), show) {
        (None, _) => Some(Mask::None),
        (Some(field), Some(Show::Waiting) | None) => field.word(&Mask::NAMED),
        (Some(field), Some(other)) => {
            field.wrong(format_args!(
                "“{other}” hides no digits: only “waiting” has a mask, because who is called must find the whole number"
            ));
            None
        }
    };
    fields.finish();
    Some(Panel {
        show: show?,
        share: share?,
        mask: mask?,
    })
}

/// What a device says of what it shows.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) layout: Option<LayoutId>,
    pub(super) window: Option<u32>,
    pub(super) screen: Option<Screen>,
}

/// Reads what a device shows; `kind` and `zone` are none when they could not be read.
pub(super) fn shown(
    fields: &mut Fields<'_>,
    kind: Option<DeviceKind>,
    reading: &Reading<'_>,
) -> Option<Shown> {
    let keys = ["layout", "window", "screen"];
    let [layout_field, window_field, screen_field] = keys.map(|key| fields.take(key));
    let given = [&layout_field, &window_field, &screen_field];
    match kind {
        Some(DeviceKind::Kiosk) => {
            for field in given.into_iter().flatten() {
                field.wrong("a kiosk has none: only a display shows a layout");
            }
            return given
                .iter()
                .all(|field| field.is_none())
                .then(Shown::default);
        }
        Some(DeviceKind::Display) | None => {}
    }
    if let (None, Some(field)) = (&layout_field, &screen_field) {
        field.wrong("the screen is checked against a layout: give the display one, as in layout = \"lobby\"");
        return None;
    }
    let layout = each(&layout_field, |field| reading.layouts.refer(field));
    let window = each(&window_field, |field| field.number(1..=WINDOW_NUMBER_MAX));
    let screen = each(&screen_field, screen);
    Some(Shown {
        layout: layout?,
        window: window?,
        screen: screen?,
    })
}

/// What `read` makes of a field that may be absent; the outer none when it is faulty.
fn each<'a, T>(
    field: &Option<Field<'a>>,
    read: impl FnOnce(&Field<'a>) -> Option<T>,
) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(field) => read(field).map(Some),
    }
}

fn screen(field: &Field<'_>) -> Option<Screen> {
    let mut fields = field.table()?;
    let inches = fields
        .need("inches")
        .and_then(|field| field.decimal(INCHES));
    let pixels = fields.need("pixels").and_then(|field| extent(&field));
    let seat = fields
        .need("farthest_seat")
        .and_then(|field| field.decimal(SEAT_METRES));
    fields.finish();
    Some(Screen {
        inches: inches?,
        pixels: pixels?,
        farthest_seat: seat?,
    })
}

/// `"1920x1080"`.
fn extent(field: &Field<'_>) -> Option<Extent> {
    let text = field.raw_text()?;
    let read = Extent::read(text, &SIDE_PIXELS);
    if read.is_none() {
        field.wrong(format_args!(
            "{} is no size of a screen: write width and height in pixels, each from {} to {}, as in \"1920x1080\"",
            quoted(text),
            SIDE_PIXELS.start(),
            SIDE_PIXELS.end()
        ));
    }
    read
}

/// What is needed to hold a display against the layout that it shows.
pub(super) struct Walls<'a> {
    layouts: BTreeMap<&'a LayoutId, &'a Layout>,
    zones: BTreeMap<u32, &'a ZoneId>,
    /// How wide the widest number of the hall is, in sizes of its letters.
    label_sizes: f32,
}

impl<'a> Walls<'a> {
    pub(super) fn new(layouts: &'a [Layout], windows: &'a [Window], series: &[At<Series>]) -> Self {
        Self {
            layouts: layouts.iter().map(|layout| (&layout.id, layout)).collect(),
            zones: windows
                .iter()
                .map(|window| (window.number, &window.zone))
                .collect(),
            label_sizes: text::widest(series.iter().map(|series| &series.value)),
        }
    }

    /// Reports what the device on `line` and its layout contradict each other in; gives what a person should know of it all
    /// the same.
    pub(super) fn check(&self, device: &At<Device>, reading: &Reading<'_>) -> Option<Fault> {
        let At { value, line } = device;
        let about = |what: &str| format!("[[device]] {}{what}", quoted(value.id.as_str()));
        let wrong = |key: &str, what: String| {
            // What is named may stand in the torn part of a text.
            reading
                .report
                .absent(*line, format!("{}: {what}", about(key)));
        };
        if let Some(number) = value.window {
            match (self.zones.get(&number), &value.zone) {
                (None, _) => wrong(
                    ", window",
                    format!("there is no window of the number {number}"),
                ),
                (Some(is), Some(wanted)) if *is != wanted => wrong(
                    ", window",
                    format!("window {number} is in the zone “{is}”, not in “{wanted}”"),
                ),
                (Some(_), _) => {}
            }
        }
        let Some(id) = &value.layout else {
            if value.window.is_some() {
                wrong(
                    ", window",
                    "only a strip shows one window: give the display a layout with a strip"
                        .to_owned(),
                );
            }
            return None;
        };
        let layout = *self.layouts.get(id)?;
        match (layout.shows(Show::Strip), value.window) {
            (true, None) => wrong(
                ", layout",
                format!("“{id}” is the strip of one window: say of which, as in window = 3"),
            ),
            (false, Some(_)) => wrong(
                ", window",
                format!(
                    "the layout “{id}” has no strip, and only a strip shows one window: remove one of the two"
                ),
            ),
            (true, Some(_)) | (false, None) => {}
        }
        if !layout.contradictions().is_empty() {
            // Those are told already.
            return None;
        }
        let windows = self
            .zones
            .values()
            .filter(|zone| value.zone.as_ref().is_none_or(|wanted| wanted == **zone))
            .count();
        let read = Legibility::of(layout, value.screen?, windows, self.label_sizes)?;
        let what = format!(
            "{}: the layout “{id}” in this place: {read}",
            about(", screen")
        );
        let is_told = match read.verdict() {
            Verdict::Refused => reading.report.judge(*line, &what),
            Verdict::Warned => true,
            Verdict::Good => false,
        };
        is_told.then_some(Fault { line: *line, what })
    }
}

/// The layouts that a text of nothing but `[[layout]]` sections holds, for a hall of the first language `first`.
pub(super) fn alone(root: &mut Fields<'_>, reading: &mut Reading<'_>) -> Listed<LayoutId, Layout> {
    // Whoever cut it out of a configuration may have left its first line.
    root.take("format");
    let sections = root.sections("layout", super::super::LAYOUTS_MAX);
    if sections.is_empty() {
        root.absent("there is no [[layout]]");
    }
    let layouts = super::read_all(sections, reading, layout);
    Listed::new(layouts, |layout| layout.id.clone())
}

/// The ids of layouts, none yet.
pub(super) fn known() -> Known<LayoutId> {
    Known::new("layout", |id| LayoutId::new(id).ok())
}
