//! Sessions: how they begin and end, and that other sites cannot use them.

use super::*;

fn not_logged_in() -> (u16, String) {
    refused(401, "not-logged-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    let body = serde_json::to_string(&log_in_as("admin", PASSWORD)).expect("JSON");
    for behind_tls in [false, true] {
        let site = Site::start_with(Catalogue::small_example().source(), |settings| {
            settings.behind_tls = behind_tls;
        })
        .await;
        let answer = Caller::of(&site).asks("POST", "/session", &body).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let cookie = answer.headers[SET_COOKIE].to_str().expect("text");
        let mut parts: Vec<&str> = cookie.split("; ").collect();
        parts.sort_unstable();
        let secure = parts.contains(&"Secure");
        assert_eq!(secure, behind_tls, "{cookie}");
        for wanted in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(parts.contains(&wanted), "{cookie}");
        }
        let view: SessionView = serde_json::from_str(&answer.body).expect("a session");
        assert_eq!(view.roles, ["administrator"]);
        let id = cookie.split(['=', ';']).nth(1).expect("an id");
        assert_eq!(id.len(), 43, "256 bits");
        assert!(!answer.body.contains(id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_its_owner_logs_out_and_others_go_on() {
    let mut site = Site::start().await;
    let (here, elsewhere) = (site.staff("wang").await, site.staff("wang").await);
    assert_ne!(here.session_cookie(), elsewhere.session_cookie());
    here.log_out().await.expect("wang logs out");
    assert_eq!(refusal(here.session().await), not_logged_in());
    assert_eq!(refusal(here.sign_on(&window("w1")).await), not_logged_in());
    assert_eq!(refusal(here.log_out().await), not_logged_in());
    let seen = elsewhere.session().await.expect("the other one goes on");
    assert_eq!((seen.staff, seen.name.as_str()), (staff("wang"), "王芳"));
    site.restart().await;
    elsewhere.session().await.expect("also after a restart");
    let kiosk = site.kiosk().hall().await;
    kiosk.expect("the kiosk is known after a restart too");
    assert_eq!(refusal(here.session().await), not_logged_in());
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_again_in_the_same_browser_ends_the_session_before() {
    let site = Site::start().await;
    let before = site.staff("wang").await;
    let body = serde_json::to_string(&log_in_as("wang", PASSWORD)).expect("JSON");
    let browser = Caller::of(&site).with_session_of(&before);
    let answer = browser.asks("POST", "/session", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(refusal(before.session().await), not_logged_in());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_twelve_hours_at_the_latest() {
    let mut site = Site::start_with(Catalogue::small_example().source(), |settings| {
        settings.clock = Clock::fast(MORNING, 1.0);
    })
    .await;
    let wang = site.staff("wang").await;
    let seen = wang.session().await.expect("wang is logged in");
    assert_eq!(seen.expires_at.since(MORNING).as_secs() / 3600, 12);
    for (hours, is_good) in [(11, true), (13, false)] {
        site.settings().clock = Clock::fast(MORNING.after(HOUR * hours), 1.0);
        site.restart().await;
        assert_eq!(wang.session().await.is_ok(), is_good, "after {hours} hours");
    }
    assert_eq!(refusal(wang.session().await), not_logged_in());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_uses_ends_for_good() {
    let mut site = Site::start().await;
    let wang = site.staff("wang").await;
    let long = std::mem::replace(
        &mut site.settings().session_idle_max,
        Duration::from_millis(1),
    );
    site.restart().await;
    let ended = async || wang.session().await.is_err().then_some(());
    eventually("the session ends", ended).await;
    assert_eq!(refusal(wang.session().await), not_logged_in());
    site.settings().session_idle_max = long;
    site.restart().await;
    assert_eq!(refusal(wang.session().await), not_logged_in());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_present_one_and_ends_every_session() {
    let site = Site::start().await;
    let (here, elsewhere) = (site.staff("wang").await, site.staff("wang").await);
    let change = |present: Option<&str>, password: &str| PasswordRequest {
        password: password.to_owned(),
        present: present.map(str::to_owned),
    };
    let wang = staff("wang");
    let wrong = refused(422, "wrong-present-password");
    for present in [None, Some(""), Some("wrong-horse-1")] {
        let asked = here.set_password(&wang, &change(present, ANOTHER)).await;
        assert_eq!(refusal(asked), wrong, "{present:?}");
    }
    let weak = here
        .set_password(&wang, &change(Some(PASSWORD), "wang"))
        .await;
    assert_eq!(refusal(weak), refused(422, "bad-password"));
    here.session().await.expect("nothing has happened");

    let changed = here
        .set_password(&wang, &change(Some(PASSWORD), ANOTHER))
        .await;
    changed.expect("the password is changed");
    assert_eq!(refusal(here.session().await), not_logged_in());
    assert_eq!(refusal(elsewhere.session().await), not_logged_in());
    let nobody = site.anonymous();
    let old = nobody.log_in(&log_in_as("wang", PASSWORD)).await;
    assert_eq!(refusal(old), refused(401, "wrong-password"));
    let new = nobody.log_in(&log_in_as("wang", ANOTHER)).await;
    let (wang, _) = new.expect("the new password is good");
    // An administrator needs no present password of others, but one's own.
    let admin = site.admin();
    let own = admin
        .set_password(&staff("admin"), &change(None, ANOTHER))
        .await;
    assert_eq!(refusal(own), wrong);
    let other = admin
        .set_password(&staff("wang"), &change(None, PASSWORD))
        .await;
    other.expect("the password is changed");
    assert_eq!(refusal(wang.session().await), not_logged_in());
    let ghost = StaffId::new("ghost").expect("a slug");
    let nobodys = admin.set_password(&ghost, &change(None, PASSWORD)).await;
    assert_eq!(refusal(nobodys), refused(404, "unknown-staff"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_of_the_configuration_is_out_at_once() {
    let site = Site::start().await;
    let desk = site.staff("desk").await;
    desk.queues().await.expect("reception sees the queues");
    let text = Catalogue::small_example().source().to_string();
    let entry = "[[staff]]\nid = \"desk\"\nname = \"陈静\"\nroles = [\"reception\"]\n";
    assert!(text.contains(entry));
    let loaded = site
        .admin()
        .put_configuration(&text.replace(entry, ""))
        .await;
    assert_eq!(loaded.expect("it is loaded").version, 2);
    assert_eq!(refusal(desk.session().await), not_logged_in());
    assert_eq!(refusal(desk.queues().await), not_logged_in());
    let again = site.anonymous().log_in(&log_in_as("desk", PASSWORD)).await;
    assert_eq!(refusal(again), refused(401, "wrong-password"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_act_with_the_cookie_of_somebody_who_is_logged_in() {
    let site = Site::start().await;
    let wang = site.staff("wang").await;
    let host = site.url().replace("http://", "");
    let cookie = Caller::of(&site).with_cookie_of(&wang);
    let page = cookie.clone().with("x-nowserving", "1");
    let refusing = [
        ("no header", cookie.clone()),
        (
            "another site",
            page.clone().with("origin", "http://evil.example"),
        ),
        ("a sandbox", page.clone().with("origin", "null")),
        (
            "a longer name",
            page.clone()
                .with("origin", &format!("http://{host}.evil.example")),
        ),
        (
            "another port",
            page.clone().with("origin", "http://127.0.0.1:1"),
        ),
    ];
    for (what, caller) in &refusing {
        for (method, path) in [("POST", "/windows/w1/sign-on"), ("DELETE", "/session")] {
            let answer = caller.asks(method, path, "").await;
            assert_eq!(answer.refusal(), refused(403, "cross-site"), "{what}");
        }
    }
    let seen = wang.session().await.expect("wang is still logged in");
    assert_eq!(seen.window, None, "nothing has happened");
    // Looking changes nothing, and a browser shows other sites no answer.
    let looked = cookie.asks("GET", "/session", "").await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(!looked.headers.contains_key("access-control-allow-origin"));
    let ours = page.with("origin", &format!("http://{host}"));
    let answer = ours.asks("POST", "/windows/w1/sign-on", "").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_neither_log_anybody_in_nor_set_the_hall_up() {
    let site = Site::start().await;
    let elsewhere = Caller::of(&site).with("origin", "http://evil.example");
    let log_in = serde_json::to_string(&log_in_as("admin", PASSWORD)).expect("JSON");
    let set_up = r#"{"code":"AAAA-AAAA","staff":"admin","password":"battery-staple-99"}"#;
    for (path, body) in [("/session", log_in.as_str()), ("/setup", set_up)] {
        let answer = elsewhere.asks("POST", path, body).await;
        assert_eq!(answer.refusal(), refused(403, "cross-site"), "{path}");
    }
}
