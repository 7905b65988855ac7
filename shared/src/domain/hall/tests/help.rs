//! Calls for help from a device.

use super::*;
use crate::model::DeviceId;

fn at(id: &str) -> DeviceId {
    DeviceId::new(id).expect("a slug")
}

#[test]
fn a_call_for_help_stands_once_until_somebody_goes_there() {
    let mut hall = Scene::staffed();
    let kiosk = By::Device(at("kiosk-1"));
    let called = hall.must(&Command::CallHelp, &kiosk);
    assert_eq!(
        called,
        [Event::HelpCalled {
            device: at("kiosk-1")
        }]
    );
    let since = hall.now;
    hall.later(20);
    assert_eq!(hall.must(&Command::CallHelp, &kiosk), []);
    assert_eq!(hall.hall.helps().get(&at("kiosk-1")), Some(&since));

    let answer = Command::AnswerHelp {
        device: at("kiosk-1"),
    };
    let answered = hall.must(&answer, &staff("wang"));
    assert_eq!(
        answered,
        [Event::HelpAnswered {
            device: at("kiosk-1")
        }]
    );
    assert_eq!(hall.must(&answer, &staff("li")), []);
    assert!(hall.hall.helps().is_empty());
}

#[test]
fn help_is_called_by_devices_and_answered_by_staff() {
    let mut hall = Scene::staffed();
    let answer = Command::AnswerHelp {
        device: at("kiosk-1"),
    };
    for (command, by) in [
        (&Command::CallHelp, staff("wang")),
        (&Command::CallHelp, By::Customer(TicketId(1))),
        (&answer, By::Device(at("kiosk-1"))),
        (&answer, By::Customer(TicketId(1))),
    ] {
        assert_eq!(
            hall.refused(command, &by),
            Refusal::NotAllowed,
            "{command:?} by {by:?}"
        );
    }
    let nowhere = By::Device(at("kiosk-99"));
    assert_eq!(
        hall.refused(&Command::CallHelp, &nowhere),
        Refusal::UnknownDevice(at("kiosk-99"))
    );
}

#[test]
fn a_call_for_help_ends_with_its_device_and_with_the_day() {
    let mut hall = Scene::staffed();
    hall.must(&Command::CallHelp, &By::Device(at("kiosk-1")));
    hall.later(24 * 60 * 60);
    hall.takes("tax");
    assert!(hall.hall.helps().is_empty(), "another day");

    hall.must(&Command::CallHelp, &By::Device(at("kiosk-1")));
    let text = Catalogue::small_example().source().to_string();
    hall.load(&text.replace("\"kiosk-1\"", "\"kiosk-2\""));
    assert!(hall.hall.helps().is_empty(), "another configuration");
}
