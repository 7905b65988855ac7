//! What the idle screen shows while nobody is there: the hall's notices and pictures, one at a time, in turn.
//!
//! Nothing moves: one follows another after [`IDLE_TURN`], and between them the screen is drawn no more than for its clock.

use std::time::Duration;

use nowserving_shared::model::Language;
use nowserving_shared::protocol::http::NoticeView;

use super::State;
use crate::civil;

/// How long each notice and each picture is shown.
pub const IDLE_TURN: Duration = Duration::from_secs(8);

impl State {
    /// The notice of this turn, and the language in which it is said; none while none is to be shown.
    #[must_use]
    pub fn idle_notice(&self) -> Option<(Language, &str)> {
        let hall = self.hall.as_ref()?;
        let today = civil::at(self.now(), &hall.time_zone).date();
        let shown = |notice: &&NoticeView| {
            notice.from.is_none_or(|from| from.0 <= today)
                && notice.until.is_none_or(|until| today <= until.0)
        };
        let languages = read_by_most(&hall.languages);
        let turns: Vec<(Language, &str)> = hall
            .notices
            .iter()
            .filter(shown)
            .flat_map(|notice| {
                let said = move |language: Language| {
                    let mut texts = notice.text.iter();
                    texts.find(|(known, _)| *known == language)
                };
                languages.into_iter().flatten().filter_map(said)
            })
            .collect();
        let at = self.idle_turn(turns.len())?;
        turns.get(at).copied()
    }

    /// The picture of this turn, by its place; none when there are none.
    #[must_use]
    pub fn idle_picture(&self) -> Option<usize> {
        self.idle_turn(self.pictures)
    }

    /// Which of `count` has its turn.
    fn idle_turn(&self, count: usize) -> Option<usize> {
        let turns = self.uptime.as_secs() / IDLE_TURN.as_secs();
        let count = u64::try_from(count).ok()?;
        usize::try_from(turns.checked_rem(count)?).ok()
    }
}

/// The hall's first language, and its next one of another script, else its next: whoever reads one kind of Chinese reads
/// the other, and more than two would keep each notice waiting for its turn.
fn read_by_most(languages: &[Language]) -> [Option<Language>; 2] {
    let first = languages.first().copied();
    let others = || languages.iter().copied().skip(1);
    let another =
        others().find(|other| first.is_some_and(|first| first.is_chinese() != other.is_chinese()));
    [first, another.or_else(|| others().next())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::Kiosk;
    use crate::state::tests::hall::{both, hall};
    use crate::state::{Event, Mode, PrinterIs, PrinterTrouble, Touch};
    use crate::view::{PageView, View, Welcome};
    use nowserving_shared::model::{BusinessDay, Localized};
    use nowserving_shared::protocol::http::HallView;

    fn day(day: i8) -> Option<BusinessDay> {
        Some(BusinessDay(jiff::civil::date(2026, 3, day)))
    }

    /// A kiosk at 09:41 on the 2nd of March, and three notices of which two are shown.
    fn kiosk() -> Kiosk {
        let chinese = |text: &str| Localized::new([(Language::ZhCn, text.to_owned())]);
        let notice = |text, from, until| NoticeView { text, from, until };
        let mut kiosk = Kiosk::ready();
        kiosk.on(Event::Hall(Box::new(HallView {
            notices: vec![
                notice(both("周末照常办公", "Open at weekends"), None, day(2)),
                notice(chinese("三月三日起"), day(3), None),
                notice(chinese("请保管好号票"), day(2), None),
            ],
            ..hall()
        })));
        kiosk
    }

    fn welcome(kiosk: &Kiosk) -> Welcome {
        match View::of(&kiosk.state).page {
            PageView::Welcome(welcome) => welcome,
            other => panic!("not home: {other:?}"),
        }
    }

    fn said(kiosk: &Kiosk) -> String {
        welcome(kiosk)
            .notice
            .map(|(_, text)| text)
            .unwrap_or_default()
    }

    #[test]
    fn notices_of_the_day_have_their_turns_language_by_language() {
        let mut kiosk = kiosk();
        let mut turns = Vec::new();
        for _ in 0..4 {
            turns.push(said(&kiosk));
            kiosk.after(IDLE_TURN);
        }
        assert_eq!(
            turns,
            [
                "周末照常办公",
                "Open at weekends",
                "请保管好号票",
                "周末照常办公"
            ]
        );
        // A day later the first is over and the second has begun, without a word of the server.
        kiosk.after(Duration::from_secs(24 * 3_600));
        let today = [0, 1].map(|_| {
            kiosk.after(IDLE_TURN);
            said(&kiosk)
        });
        assert!(today.contains(&"三月三日起".to_owned()), "{today:?}");
        assert!(today.contains(&"请保管好号票".to_owned()), "{today:?}");
    }

    #[test]
    fn notices_are_said_in_the_halls_first_language_and_one_of_another_script() {
        use Language::{De, En, ZhCn, ZhTw};
        let both = |languages: &[Language]| read_by_most(languages);
        assert_eq!(both(&[ZhCn, ZhTw, En, De]), [Some(ZhCn), Some(En)]);
        assert_eq!(both(&[En, De]), [Some(En), Some(De)]);
        assert_eq!(both(&[De]), [Some(De), None]);
        assert_eq!(both(&[]), [None, None]);
    }

    #[test]
    fn within_a_turn_nothing_is_drawn_anew() {
        let mut kiosk = kiosk();
        kiosk.on(Event::Pictures(3));
        kiosk.after(Duration::from_secs(7));
        let before = View::of(&kiosk.state);
        assert_eq!(before, View::of(&kiosk.state));
        for _ in 0..15 {
            kiosk.after(Duration::from_millis(500));
            assert_eq!(View::of(&kiosk.state), before);
        }
        kiosk.after(Duration::from_millis(500));
        assert_ne!(View::of(&kiosk.state), before);
    }

    #[test]
    fn pictures_have_their_turns_and_without_any_there_is_none() {
        let mut kiosk = Kiosk::ready();
        assert_eq!(welcome(&kiosk).picture, None);
        kiosk.on(Event::Pictures(2));
        let turns = [0; 3].map(|_| {
            kiosk.after(IDLE_TURN);
            welcome(&kiosk).picture
        });
        assert_eq!(turns[0], turns[2]);
        assert_ne!(turns[0], turns[1]);
    }

    #[test]
    fn what_must_be_minded_and_who_needs_the_room_come_first() {
        let mut kiosk = kiosk();
        kiosk.on(Event::Pictures(2));
        kiosk.touch(Touch::Mode(Mode::LargeText));
        assert_eq!(
            (welcome(&kiosk).picture, said(&kiosk)),
            (None, String::new())
        );
        kiosk.touch(Touch::Mode(Mode::LargeText));
        assert!(!said(&kiosk).is_empty());
        kiosk.on(Event::Printer(PrinterIs::NotReady(PrinterTrouble::Offline)));
        assert_eq!(
            (welcome(&kiosk).picture, said(&kiosk)),
            (None, String::new())
        );
    }

    #[test]
    fn a_touch_goes_on_as_without_them() {
        let mut kiosk = kiosk();
        kiosk.on(Event::Pictures(2));
        kiosk.goes_to_the_question();
        assert!(matches!(
            kiosk.state.page(),
            crate::state::Page::Confirm { .. }
        ));
    }
}
