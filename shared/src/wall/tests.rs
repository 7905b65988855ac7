//! Layouts on screens: where panels lie, and who can read them.

use proptest::prelude::*;

use crate::board::WAITING_MAX;

use super::geometry::{CountsPlan, WaitingPlan, WindowsPlan};
use super::text;
use super::*;

/// `A017` is so many of its letters' sizes wide at most.
const LABEL: f32 = 2.55;
const FULL_HD: Extent = Extent {
    width: 1920,
    height: 1080,
};

fn layout(panels: &[(Show, u32)]) -> Layout {
    Layout {
        id: LayoutId::new("lobby").unwrap(),
        name: "大厅".to_owned(),
        theme: Theme::Dark,
        second: Second::Beside,
        line: Localized::default(),
        logo: false,
        panels: panels
            .iter()
            .map(|(show, share)| Panel {
                show: *show,
                share: *share,
                mask: Mask::None,
            })
            .collect(),
    }
}

fn with_line(mut layout: Layout) -> Layout {
    layout.line = Localized::new([(Language::ZhCn, "欢迎".to_owned())]);
    layout
}

fn on_55_inches(pixels: Extent, farthest_seat: f32) -> Screen {
    Screen {
        inches: 55.0,
        pixels,
        farthest_seat,
    }
}

#[test]
fn a_size_is_two_sides_within_their_bounds() {
    let read = |text: &str| Extent::read(text, &(240..=8192));
    assert_eq!(read("1920x1080"), Some(FULL_HD));
    for text in [
        "",
        "1920",
        "1920x",
        "x1080",
        "1920X1080",
        "1920x1080x2",
        "-1x1080",
        "239x240",
        "240x8193",
        "9e9x1",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn given_a_lying_screen_the_first_panel_stands_at_the_left_and_the_others_share_the_right() {
    let layout = with_line(layout(&[
        (Show::Calls, 65),
        (Show::Counts, 20),
        (Show::Notices, 15),
    ]));
    let geometry = layout.geometry(FULL_HD);
    let calls = geometry.panel(Show::Calls).unwrap();
    let counts = geometry.panel(Show::Counts).unwrap();
    let notices = geometry.panel(Show::Notices).unwrap();
    assert_eq!((geometry.header.width, geometry.header.height), (1920, 97));
    assert_eq!(geometry.line.unwrap().y, 1080 - 64);
    assert_eq!((calls.x, calls.y), (16, 97 + 16));
    assert_eq!(calls.width, (1920 - 3 * 16) * 65 / 100);
    assert_eq!(calls.height, 1080 - 97 - 64 - 2 * 16);
    assert_eq!(counts.x, calls.x + calls.width + 16);
    assert_eq!(counts.y, calls.y);
    assert_eq!(counts.height, (calls.height - 16) * 20 / 35);
    assert_eq!(notices.y, counts.y + counts.height + 16);
    assert_eq!(notices.y + notices.height, calls.y + calls.height);
}

#[test]
fn given_an_upright_screen_panels_are_stacked_in_their_shares_of_the_height() {
    let layout = layout(&[(Show::Calls, 60), (Show::Pictures, 40)]);
    let geometry = layout.geometry(Extent {
        width: 1080,
        height: 1920,
    });
    let calls = geometry.panel(Show::Calls).unwrap();
    let pictures = geometry.panel(Show::Pictures).unwrap();
    assert_eq!(geometry.header.height, 134);
    assert_eq!(calls.width, pictures.width);
    assert_eq!(calls.height, (1920 - 134 - 2 * 16 - 16) * 60 / 100);
    assert_eq!(pictures.y, calls.y + calls.height + 16);
}

#[test]
fn given_the_usual_screen_a_pixel_and_the_needed_heights_are_those_of_the_trade() {
    let screen = on_55_inches(FULL_HD, 10.0);
    assert!((screen.millimetres_per_pixel() - 0.634).abs() < 0.001);
    assert!((screen.needed() - 50.0).abs() < 0.01);
    assert!((screen.wanted() - 122.2).abs() < 0.1);
    assert_eq!((screen.needed() / 0.634).ceil(), 79.0);
}

#[test]
fn given_a_seat_that_is_too_far_the_layout_is_refused_and_the_words_say_what_is_needed() {
    let calls = layout(&[(Show::Windows, 60), (Show::Calls, 20), (Show::Counts, 20)]);
    let near = Legibility::of(&calls, on_55_inches(FULL_HD, 5.0), 16, LABEL).unwrap();
    assert!(near.verdict() > Verdict::Refused, "{near}");
    let far = Legibility::of(&calls, on_55_inches(FULL_HD, 30.0), 16, LABEL).unwrap();
    assert_eq!(far.verdict(), Verdict::Refused);
    let words = far.to_string();
    assert!(words.contains("but a seat at 30 m needs 150 mm"), "{words}");
}

#[test]
fn given_digits_between_the_rule_and_low_vision_a_person_is_warned() {
    let calls = layout(&[(Show::Calls, 100)]);
    let verdict = |metres| {
        Legibility::of(&calls, on_55_inches(FULL_HD, metres), 16, LABEL)
            .unwrap()
            .verdict()
    };
    assert_eq!(verdict(5.0), Verdict::Good);
    assert_eq!(verdict(15.0), Verdict::Warned);
    assert_eq!(verdict(60.0), Verdict::Refused);
}

#[test]
fn given_windows_alone_their_rows_are_what_must_be_read_and_sixty_are_smaller_than_eight() {
    let windows = layout(&[(Show::Windows, 100)]);
    let digits = |count| {
        let screen = on_55_inches(FULL_HD, 10.0);
        Legibility::of(&windows, screen, count, LABEL)
            .unwrap()
            .digits
    };
    assert!(digits(8) > digits(60));
    assert_eq!(digits(60), {
        let screen = on_55_inches(FULL_HD, 10.0);
        let read = Legibility::of(&windows, screen, 60, LABEL).unwrap();
        read.rows.unwrap()
    });
}

#[test]
fn given_a_panel_with_nothing_to_show_the_worst_of_both_screens_counts() {
    let layout = layout(&[(Show::Pictures, 30), (Show::Calls, 60), (Show::Windows, 10)]);
    let read = Legibility::of(&layout, on_55_inches(FULL_HD, 10.0), 8, LABEL).unwrap();
    let alone = layout.without(|show| show == Show::Pictures);
    let other = Legibility::of(&alone, on_55_inches(FULL_HD, 10.0), 8, LABEL).unwrap();
    assert!(read.digits <= other.digits);
}

#[test]
fn given_a_layout_without_a_panel_its_room_goes_to_the_others_in_proportion() {
    let layout = layout(&[(Show::Calls, 50), (Show::Counts, 25), (Show::Notices, 25)]);
    let without = layout.without(|show| show == Show::Notices);
    let shares: Vec<u32> = without.panels.iter().map(|panel| panel.share).collect();
    assert_eq!(shares, [67, 33]);
    assert_eq!(layout.without(|_| true), layout);
}

#[test]
fn given_a_lobby_of_the_usual_screen_its_number_is_read_with_low_vision_and_four_more_calls_are_shown()
 {
    let lobby = with_line(layout(&[(Show::Calls, 62), (Show::Counts, 38)]));
    let read = Legibility::of(&lobby, on_55_inches(FULL_HD, 10.0), 16, LABEL).unwrap();
    assert_eq!(read.verdict(), Verdict::Good, "{read}");
    let plan = lobby.geometry(FULL_HD).calls(LABEL).unwrap();
    assert_eq!(plan.rows, 4);
    assert!(plan.now_letters(LABEL) > 1.6 * plan.row_letters, "{plan:?}");
    let upright = Extent {
        width: 1080,
        height: 1920,
    };
    let plan = lobby.geometry(upright).calls(LABEL).unwrap();
    assert_eq!(plan.rows, 6);
    assert!(plan.now_letters(LABEL) > 1.6 * plan.row_letters, "{plan:?}");
}

#[test]
fn given_room_for_a_larger_number_the_other_calls_have_it_until_ten_metres_can_read_them() {
    let digits = |share, extent: Extent| {
        let lobby = layout(&[(Show::Calls, share), (Show::Counts, 100 - share)]);
        let plan = lobby.geometry(extent).calls(LABEL).unwrap();
        let of = |letters: f32| (letters * text::DIGIT_HEIGHT).floor();
        (of(plan.now_letters(LABEL)), of(plan.row_letters), plan.rows)
    };
    let upright = Extent {
        width: 1080,
        height: 1920,
    };
    assert_eq!(digits(70, FULL_HD), (194.0, 70.0, 4));
    assert_eq!(digits(70, upright), (194.0, 77.0, 6));
    let (now, row, rows) = digits(90, upright);
    assert!(now > 240.0 && row >= 79.0 && rows >= 6, "{now} {row}");
}

#[test]
fn given_a_number_as_wide_as_its_panel_the_rest_of_the_height_is_the_lists() {
    let narrow = Extent {
        width: 540,
        height: 1920,
    };
    let plan = layout(&[(Show::Calls, 100)])
        .geometry(narrow)
        .calls(LABEL)
        .unwrap();
    assert!(plan.now.height < plan.list.height, "{plan:?}");
    let (across, down) = plan.room();
    assert!((plan.now_letters(LABEL) - across / LABEL).abs() < 0.01);
    assert!(down * 0.74 < 1.25 * plan.now_letters(LABEL), "{plan:?}");
}

#[test]
fn given_a_narrow_upright_screen_several_words_of_its_scrolling_line_are_seen_at_once() {
    let line = |width, height| {
        let layout = with_line(layout(&[(Show::Calls, 100)]));
        layout.geometry(Extent { width, height }).line.unwrap()
    };
    assert_eq!(line(1080, 1920).height, 76);
    let narrow = line(600, 8000);
    assert_eq!((narrow.y, narrow.height), (7950, 50));
}

#[test]
fn few_windows_have_large_letters_and_few_services_use_their_room() {
    let alone = layout(&[(Show::Windows, 100)]).geometry(FULL_HD);
    let one = alone.windows(1, LABEL).unwrap();
    assert!(one.letters > 1.8 * alone.windows(8, LABEL).unwrap().letters);
    let counts = layout(&[(Show::Calls, 70), (Show::Counts, 30)]).geometry(FULL_HD);
    let four = counts.counts(4).unwrap();
    let room = four.cells_in.height as f32;
    assert!(four.cell * 4.0 > room * 0.99, "{four:?}");
    let two = counts.counts(2).unwrap();
    assert!(
        two.cell * 2.0 > room * 0.5 && two.lettered <= 176.0,
        "{two:?}"
    );
}

#[test]
fn given_a_narrow_upright_screen_its_header_is_no_higher_than_its_letters_need() {
    let header = |width, height| {
        let layout = layout(&[(Show::Calls, 100)]);
        layout.geometry(Extent { width, height }).header.height
    };
    assert_eq!(header(1080, 1920), 134);
    assert_eq!(header(540, 1920), 90);
    assert_eq!(header(600, 8000), 100);
}

#[test]
fn every_contradiction_of_panels_is_found_and_says_what_would_be_right() {
    use Contradiction::{
        CallsTooSmall, NoCalls, NoPanel, ShareTooSmall, StripNotAlone, Sum, Twice,
    };
    let found = |panels: &[(Show, u32)]| layout(panels).contradictions();
    assert_eq!(found(&[]), [NoPanel]);
    assert_eq!(found(&[(Show::Calls, 90)]), [Sum { percent: 90 }]);
    assert_eq!(found(&[(Show::Counts, 100)]), [NoCalls]);
    let twice = [(Show::Calls, 50), (Show::Calls, 50)];
    let (at, first, show) = (1, 0, Show::Calls);
    assert_eq!(found(&twice), [Twice { at, first, show }]);
    assert_eq!(
        found(&[(Show::Calls, 50), (Show::Strip, 50)]),
        [StripNotAlone { at: 1 }]
    );
    let (at, show, percent) = (1, Show::Counts, 9);
    assert_eq!(
        found(&[(Show::Calls, 91), (Show::Counts, 9)]),
        [ShareTooSmall { at, show, percent }]
    );
    assert_eq!(found(&[(Show::Calls, 90), (Show::Counts, 10)]), []);
    let crowded = [(Show::Calls, 40), (Show::Counts, 30), (Show::Pictures, 30)];
    assert_eq!(found(&crowded), [CallsTooSmall { percent: 40 }]);
    let fair = [(Show::Calls, 40), (Show::Windows, 20), (Show::Notices, 40)];
    assert_eq!(found(&fair), []);
    assert_eq!(found(&[(Show::Strip, 100)]), []);
    let full: Vec<(Show, u32)> = Show::ALL.into_iter().zip([20; 5]).collect();
    assert!(found(&full).contains(&Contradiction::TooMany { count: 5 }));
    let words = CallsTooSmall { percent: 40 }.to_string();
    assert!(words.contains("leave 40 percent") && words.contains("at least 60"));
}

#[test]
fn the_second_language_is_of_another_script_and_none_where_the_layout_wants_none() {
    let offered = [Language::ZhCn, Language::ZhTw, Language::En];
    let mut layout = layout(&[(Show::Calls, 100)]);
    assert_eq!(
        layout.languages(Language::ZhCn, &offered),
        [Language::ZhCn, Language::En]
    );
    assert_eq!(
        layout.languages(Language::En, &[Language::En]),
        [Language::En]
    );
    layout.second = Second::None;
    assert_eq!(layout.languages(Language::ZhCn, &offered), [Language::ZhCn]);
}

#[test]
fn a_text_is_made_small_enough_for_its_room_and_no_smaller() {
    let notice = "老年人、军人、残障人士与孕妇可优先办理，请在取号时选择。";
    let size = text::size_in(notice, 600.0, 300.0, 96.0);
    assert!(size < 96.0 && size > 40.0, "{size}");
    assert_eq!(text::size_in("好", 600.0, 300.0, 96.0), 96.0);
    let word = "Sozialversicherungsfachangestellter";
    let size = text::size_in(word, 300.0, 300.0, 96.0);
    assert!(text::width(word) * size <= 300.0, "a word is never broken");
}

#[test]
fn many_windows_stand_in_columns_and_turn_pages_only_where_letters_would_be_too_small() {
    let windows = |panels: &[(Show, u32)], count| {
        let geometry = layout(panels).geometry(FULL_HD);
        geometry.windows(count, LABEL).unwrap()
    };
    let alone = windows(&[(Show::Windows, 100)], 60);
    assert_eq!(alone.pages, 1);
    assert!(alone.columns > 1);
    let small = windows(&[(Show::Calls, 75), (Show::Windows, 25)], 60);
    assert!(small.pages > 1, "{small:?}");
}

#[test]
fn given_few_who_wait_their_numbers_are_large_and_given_many_they_turn_pages_in_letters_that_can_be_read()
 {
    let waiting = |count| {
        let layout = layout(&[(Show::Calls, 65), (Show::Waiting, 35)]);
        layout.geometry(FULL_HD).waiting(count, LABEL).unwrap()
    };
    assert_eq!((waiting(0).pages, waiting(8).pages), (1, 1));
    assert!(waiting(8).letters > 90.0 && waiting(8).columns == 2);
    let many = waiting(WAITING_MAX + 1);
    assert_eq!((many.pages, many.letters), (2, 52.0));
    let some = waiting(55);
    assert_eq!(
        (some.pages, some.letters),
        (2, 64.0),
        "pages that turn anyway are not half empty"
    );
}

#[test]
fn given_one_more_who_waits_nobody_moves_but_where_the_letters_get_another_size() {
    let layout = layout(&[(Show::Calls, 65), (Show::Waiting, 35)]);
    let grid = |count| {
        let plan = layout.geometry(FULL_HD).waiting(count, LABEL).unwrap();
        (plan.columns, plan.rows)
    };
    let grids: Vec<(usize, usize)> = (0..=WAITING_MAX + 1).map(grid).collect();
    let moves = grids.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(moves < 8, "{grids:?}");
}

#[test]
fn given_waiting_numbers_the_lists_are_read_as_badly_as_the_smallest_of_them() {
    let rows = |panels: &[(Show, u32)]| {
        let screen = on_55_inches(FULL_HD, 10.0);
        let read = Legibility::of(&layout(panels), screen, 8, LABEL).unwrap();
        read.rows.unwrap()
    };
    let without = rows(&[(Show::Calls, 65), (Show::Counts, 35)]);
    let with = rows(&[(Show::Calls, 65), (Show::Waiting, 35)]);
    assert!(with < without, "{with} {without}");
    assert!(
        (with - 52.0 * text::DIGIT_HEIGHT * 0.634).abs() < 0.1,
        "{with}"
    );
}

fn any_layout() -> impl Strategy<Value = Layout> {
    let shows = prop::sample::subsequence(Show::ALL.to_vec(), 1..=4).prop_shuffle();
    let parts = shows.prop_flat_map(|shows| {
        let cuts = prop::sample::subsequence((1_u32..100).collect::<Vec<u32>>(), shows.len() - 1);
        (Just(shows), cuts)
    });
    (parts, any::<bool>()).prop_map(|((shows, cuts), line)| {
        let ends = cuts.iter().copied().chain([100]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let shares = starts.zip(ends).map(|(from, to)| to - from);
        let panels: Vec<(Show, u32)> = shows.into_iter().zip(shares).collect();
        let layout = layout(&panels);
        if line { with_line(layout) } else { layout }
    })
}

fn any_extent() -> impl Strategy<Value = Extent> {
    let side = prop_oneof![0_u32..500, 480_u32..4_000, Just(1080), Just(8192)];
    (side.clone(), side).prop_map(|(width, height)| Extent { width, height })
}

fn inside(rect: Rect, extent: Extent) -> bool {
    rect.x + rect.width <= extent.width && rect.y + rect.height <= extent.height
}

proptest! {
    #[test]
    fn panels_never_overlap_nor_leave_the_screen(layout in any_layout(), extent in any_extent()) {
        let geometry = layout.geometry(extent);
        let mut all = vec![geometry.header];
        all.extend(geometry.line);
        all.extend(geometry.panels.iter().map(|(_, at)| *at));
        prop_assert_eq!(geometry.panels.len(), layout.panels.len());
        for (at, rect) in all.iter().enumerate() {
            prop_assert!(rect.area() == 0 || inside(*rect, extent), "{:?}", rect);
            for other in &all[..at] {
                prop_assert!(!rect.overlaps(*other), "{:?} {:?}", rect, other);
            }
        }
    }

    #[test]
    fn what_is_inside_a_panel_stays_inside_it(layout in any_layout(), extent in any_extent(), count in 0_usize..200) {
        let geometry = layout.geometry(extent);
        let within = |inner: Rect, outer: Rect| {
            inner.area() == 0
                || (inner.x >= outer.x
                    && inner.y >= outer.y
                    && inner.x + inner.width <= outer.x + outer.width
                    && inner.y + inner.height <= outer.y + outer.height)
        };
        if let (Some(plan), Some(panel)) = (geometry.calls(LABEL), geometry.panel(Show::Calls)) {
            prop_assert!(within(plan.now, panel) && within(plan.list, panel));
            prop_assert!(!plan.now.overlaps(plan.list));
            prop_assert!(plan.now_letters(LABEL) >= 0.0);
            prop_assert!(plan.now_letters(LABEL) * LABEL <= plan.now.width as f32 + 1.0);
        }
        if let (Some(plan), Some(panel)) = (geometry.windows(count, LABEL), geometry.panel(Show::Windows)) {
            let WindowsPlan { columns, rows, pages, .. } = plan;
            prop_assert!(within(plan.rows_in, panel));
            prop_assert!(columns * rows * pages >= count);
        }
        if let (Some(plan), Some(panel)) = (geometry.waiting(count, LABEL), geometry.panel(Show::Waiting)) {
            let WaitingPlan { columns, rows, pages, letters, cells_in, .. } = plan;
            prop_assert!(within(cells_in, panel));
            prop_assert!(columns * rows * pages >= count);
            let cell = cells_in.width as f32 / columns as f32;
            prop_assert!(letters >= 0.0 && letters * LABEL <= cell + 0.01, "{:?}", plan);
        }
        if let Some(plan) = geometry.counts(count) {
            let CountsPlan { columns, rows, pages, .. } = plan;
            prop_assert!(columns * rows * pages >= count);
        }
        if let (Some(plan), Some(panel)) = (geometry.strip(), geometry.panel(Show::Strip)) {
            prop_assert!(within(plan.number, panel) && within(plan.state, panel) && within(plan.services, panel));
            prop_assert!(!plan.number.overlaps(plan.state) && !plan.state.overlaps(plan.services));
            prop_assert!(within(plan.word, plan.state) && within(plan.ticket, plan.state));
            prop_assert!(!plan.word.overlaps(plan.ticket));
        }
    }

    #[test]
    fn beside_notices_or_pictures_the_guarded_panels_keep_their_part_of_the_room(layout in any_layout(), upright in any::<bool>()) {
        let sound = layout.contradictions().is_empty();
        let beside = layout.panels.iter().any(|panel| panel.show.is_beside());
        if !sound || !beside {
            return Ok(());
        }
        let (width, height) = if upright { (1080, 1920) } else { (1920, 1080) };
        let geometry = layout.geometry(Extent { width, height });
        let area = |counts: fn(Show) -> bool| -> u64 {
            let counted = geometry.panels.iter().filter(|(show, _)| counts(*show));
            counted.map(|(_, at)| at.area()).sum()
        };
        let guarded = area(|show| matches!(show, Show::Calls | Show::Windows | Show::Waiting | Show::Strip));
        // The gaps between panels belong to none; they are few pixels.
        let percent = guarded as f64 * 100.0 / area(|_| true) as f64;
        prop_assert!(percent >= f64::from(CALLS_PERCENT_MIN) - 2.0, "{percent}");
    }

    #[test]
    fn a_larger_screen_of_the_same_pixels_is_never_harder_to_read(layout in any_layout(), inches in 20_f32..100.0, metres in 1_f32..30.0) {
        let screen = |inches| Screen { inches, pixels: FULL_HD, farthest_seat: metres };
        let small = Legibility::of(&layout, screen(inches), 16, LABEL);
        let large = Legibility::of(&layout, screen(inches * 1.5), 16, LABEL);
        prop_assert_eq!(small.is_some(), layout.panels.iter().any(|panel| panel.show.shows_calls()));
        if let (Some(small), Some(large)) = (small, large) {
            prop_assert!(large.verdict() >= small.verdict());
        }
    }

    #[test]
    fn a_text_of_any_characters_gets_a_size(text in ".{0,200}", across in 0_f32..2_000.0, down in 0_f32..2_000.0) {
        let size = text::size_in(&text, across, down, 96.0);
        prop_assert!((8.0..=96.0).contains(&size));
    }
}
