//! How many go before somebody agrees with counting them, whoever joins and leaves.

use proptest::prelude::*;

use super::*;

/// A standing among few ranks, places and tickets, so that many are equal in part.
fn standing() -> impl Strategy<Value = Standing> {
    (0..4_u32, 0..8_u128, 0..8_u64).prop_map(|(rank, place, ticket)| Standing {
        rank,
        place: Place(place),
        ticket: TicketId(ticket),
    })
}

fn line(reach: Reach) -> Line {
    Line {
        reach,
        ..Line::of(ServiceId::new("household").expect("a slug"))
    }
}

#[test]
fn nobody_goes_before_somebody_in_a_line_where_nobody_waits() {
    let alone = Standing::begin_of(0);
    assert_eq!(Lines::default().ahead(&line(Reach::Any), &alone), 0);
}

#[test]
fn who_joins_behind_a_rank_goes_before_those_of_a_lower_class() {
    let mut lines = Lines::default();
    let any = line(Reach::Any);
    let at = |rank, ticket| Standing {
        rank,
        place: Place::joining(ticket),
        ticket: TicketId(ticket),
    };
    for (rank, ticket) in [(2, 1), (0, 2), (2, 3), (1, 4)] {
        lines.join(&any, at(rank, ticket));
    }
    let ahead: Vec<usize> = [0, 1, 2, 3]
        .into_iter()
        .map(|rank| lines.ahead(&any, &at(rank, 5)))
        .collect();
    assert_eq!(ahead, [1, 2, 4, 4]);
}

proptest! {
    #[test]
    fn how_many_go_before_agrees_with_counting_them(
        steps in prop::collection::vec((any::<bool>(), any::<bool>(), standing()), 0..60),
        asked in prop::collection::vec(standing(), 1..20),
    ) {
        let zone = ZoneId::new("east").expect("a slug");
        let all = [line(Reach::Any), line(Reach::Zone(zone))];
        let mut lines = Lines::default();
        let mut model: [Vec<Standing>; 2] = Default::default();
        for (joins, of, standing) in steps {
            let of = usize::from(of);
            model[of].retain(|other| *other != standing);
            if joins {
                lines.join(&all[of], standing);
                model[of].push(standing);
            } else {
                lines.leave(&all[of], &standing);
            }
            for asked in asked.iter().chain(&model[of]) {
                let counted = model[of].iter().filter(|other| *other < asked).count();
                prop_assert_eq!(lines.ahead(&all[of], asked), counted);
            }
        }
        for (line, model) in all.iter().zip(&model) {
            prop_assert_eq!(lines.line(line).map_or(0, BTreeSet::len), model.len());
        }
        for (of, line) in all.iter().enumerate() {
            for standing in std::mem::take(&mut model[of]) {
                lines.leave(line, &standing);
            }
        }
        prop_assert_eq!(lines, Lines::default(), "nothing is left of a line that all have left");
    }

    #[test]
    fn several_lines_as_one_are_the_picked_ones_sorted(
        joins in prop::collection::vec((0..3_usize, standing()), 0..60),
        picked in prop::sample::subsequence(vec![0, 1, 2], 0..=3),
    ) {
        let zone = ZoneId::new("east").expect("a slug");
        let window = WindowId::new("w1").expect("a slug");
        let all = [line(Reach::Any), line(Reach::Zone(zone)), line(Reach::Window(window))];
        let mut lines = Lines::default();
        let mut model = BTreeSet::new();
        for (of, standing) in joins {
            lines.join(&all[of], standing);
            model.insert((standing, of));
        }
        let is_picked = |reach: &Reach| picked.iter().any(|of| all[*of].reach == *reach);
        let merged = lines.merged(|reach, _| is_picked(reach));
        let model: Vec<Standing> = model
            .into_iter()
            .filter(|(_, of)| picked.contains(of))
            .map(|(standing, _)| standing)
            .collect();
        prop_assert_eq!(merged.len(), model.len());
        prop_assert_eq!(merged.collect::<Vec<Standing>>(), model);
    }
}
