//! Tokens and pairing codes: what opens a door, and where it is not kept.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_invented_replaced_or_revoked_opens_nothing() {
    let site = Site::start().await;
    let unknown = refused(401, "device-token-unknown");
    for token in ["", "x", "not a token", &"A".repeat(43), &"A".repeat(4000)] {
        let invented = Caller::of(&site).with("authorization", &format!("Bearer {token}"));
        let answer = invented.asks("GET", "/hall", "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
    }
    let kiosk = site.kiosk();
    kiosk.hall().await.expect("the kiosk is enrolled");
    let again = site.enrol("kiosk-1").await;
    assert_eq!(refusal(kiosk.hall().await), unknown, "it was replaced");

    let kiosk = site.anonymous().with_device_token(&again.token);
    kiosk.hall().await.expect("the kiosk is enrolled again");
    let admin = site.admin();
    let revoked = admin.revoke_device(&device("kiosk-1")).await;
    revoked.expect("it is revoked");
    assert_eq!(refusal(kiosk.hall().await), unknown);
    let answer = kiosk.issue(&fresh_key(), &number_for("tax")).await;
    assert_eq!(refusal(answer), unknown);
    let enrolled = |seen: Vec<DeviceView>| -> Vec<DeviceId> {
        let held = seen.into_iter().filter(|device| device.enrolled);
        held.map(|device| device.device).collect()
    };
    assert_eq!(enrolled(admin.devices().await.expect("a list")), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_opened_by_its_own_secret_only() {
    let mut site = Site::start().await;
    let ticket = site.take_number("household").await;
    let mut changed = ticket.token.clone().into_bytes();
    // The ticket's number is in front: with another one the secret does not fit.
    changed[9] = if changed[9] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("ASCII");
    for token in [changed.as_str(), &ticket.token[1..], "x", "1"] {
        let asked = site.anonymous().with_ticket_token(token).my_ticket().await;
        assert_eq!(
            refusal(asked),
            refused(401, "ticket-token-unknown"),
            "{token}"
        );
    }
    site.restart().await;
    let seen = site.customer(&ticket).my_ticket().await;
    assert_eq!(
        seen.expect("the secret outlives a restart").label,
        ticket.label
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pairing_code_is_good_once_for_ten_minutes_and_until_the_next_one() {
    let mut site = Site::start_with(Catalogue::small_example().source(), |settings| {
        settings.clock = Clock::fast(MORNING, 1.0);
    })
    .await;
    let wall = device("wall-east");
    let unknown = || refused(403, "pairing-code-unknown");
    let offer = async |site: &Site| {
        let offered = site.admin().pairing_code(&wall).await;
        offered.expect("a code")
    };
    let first = offer(&site).await;
    let second = offer(&site).await;
    let nobody = site.anonymous();
    let enrol = nobody.enrol(&first.code).await;
    assert_eq!(refusal(enrol).1, unknown().1, "a later code replaced it");
    // As somebody reads it out and somebody else types it.
    let (left, right) = second.code.split_at(4);
    let typed = format!(" {left} {right} ");
    let enrolled = nobody.enrol(&typed).await.expect("the code is good");
    assert_eq!(
        (enrolled.device, enrolled.kind.as_str()),
        (wall.clone(), "display")
    );
    let enrol = nobody.enrol(&second.code).await;
    assert_eq!(refusal(enrol).1, unknown().1, "it was used");

    let late = offer(&site).await;
    assert_eq!(late.expires_at.since(MORNING).as_secs() / 60, 10);
    let later = MORNING.after(Duration::from_secs(11 * 60));
    site.settings().clock = Clock::fast(later, 1.0);
    site.restart().await;
    let enrol = site.anonymous().enrol(&late.code).await;
    assert_eq!(refusal(enrol).1, unknown().1, "it is too old");
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_on_the_disk() {
    let mut site = Site::start().await;
    let wang = site.staff("wang").await;
    let session = wang.session_cookie().expect("a session").to_owned();
    let enrolled = site.enrol("wall-east").await;
    let offered = site.admin().pairing_code(&device("wall-hall")).await;
    let code = offered.expect("a code").code;
    let ticket = site.take_number("tax").await;
    site.stop().await;
    let files = files(&site.data());
    assert!(files.len() > 1, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        for (what, secret) in [
            ("a password", PASSWORD),
            ("a session", &session),
            ("a device's token", &enrolled.token),
            ("a pairing code", &code),
            ("a ticket's token", &ticket.token),
        ] {
            let held = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!held, "{what} is in {}", file.display());
        }
    }
}
