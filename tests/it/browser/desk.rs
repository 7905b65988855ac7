//! A clerk at work with buttons.

use nowserving_tests::harness::Site;
use nowserving_tests::harness::screens::Wall;

use super::{at_window_1, logged_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_from_the_staff_page_reaches_the_wall_and_the_ticket_is_served() {
    let site = Site::start().await;
    let token = site.enrol("wall-hall").await.token;
    let mut wall = Wall::start(site.anonymous().with_device_token(&token), &token, None);
    let wang = at_window_1(&site, "wang").await;
    wang.sees("#ticket-none").await;
    let label = site.take_number("household").await.label;
    // Nobody has to look for whoever comes: the page is told.
    wang.reads("#ticket-next", label.as_str()).await;
    wang.reads("#list-waiting", label.as_str()).await;
    wang.press("#command-callNext").await;
    wang.reads("#ticket-label", label.as_str()).await;
    wang.sees("#ticket[data-stands=called]").await;
    wang.reads("#ticket-why", "先到").await;
    assert_eq!(wall.calls(label.as_str()).await, "1");
    wang.press("#command-start").await;
    wang.sees("#ticket[data-stands=serving]").await;
    wang.press("#command-finish").await;
    wang.sees("#ticket-none").await;
    let windows = site.admin().windows().await.expect("the windows");
    assert_eq!(
        windows[0].staff.as_ref().map(|staff| staff.as_str()),
        Some("wang")
    );
    wang.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_makes_no_sense_says_why_and_nothing_is_sent() {
    let site = Site::start().await;
    let wang = at_window_1(&site, "wang").await;
    wang.sees("#command-callNext[aria-disabled=true]").await;
    wang.reads("#command-callNext .why", "无人等候").await;
    wang.press("#command-start").await;
    wang.reads("#notices", "没有当前号码").await;
    wang.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_server_is_told_and_the_page_goes_on_when_it_is_back() {
    let mut site = Site::start().await;
    let wang = at_window_1(&site, "wang").await;
    wang.sees("#link[data-state=live]").await;
    site.stop().await;
    wang.sees("#link[data-state=lost]").await;
    site.restart().await;
    wang.sees("#link[data-state=live]").await;
    let label = site.take_number("household").await.label;
    wang.reads("#ticket-next", label.as_str()).await;
    wang.press("#command-callNext").await;
    wang.reads("#ticket-label", label.as_str()).await;
    wang.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_in_words_and_the_language_can_be_changed() {
    let site = Site::start().await;
    site.staff("wang").await;
    let browser =
        nowserving_tests::harness::browser::Browser::open(super::DESK.0, super::DESK.1).await;
    browser.go(&site.url()).await;
    browser.reads("#login-go", "登录").await;
    browser.writes("#login-staff", "wang").await;
    browser.writes("#login-password", "wrong-horse-88").await;
    browser.press("#login-go").await;
    browser.reads("#login-error", "密码").await;
    browser.press("#languages button[lang=en]").await;
    browser.reads("#login-go", "Log in").await;
    browser.press("#login-go").await;
    browser.reads("#login-error", "password").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_chinese_is_left_on_the_staff_page_in_english_but_what_people_wrote_themselves() {
    let site = Site::start().await;
    let lead = at_window_1(&site, "lead").await;
    let label = site.take_number("household").await.label;
    lead.press("#languages button[lang=en]").await;
    lead.reads("#ticket-next", label.as_str()).await;
    lead.press("#command-callNext").await;
    lead.reads("#ticket-label", label.as_str()).await;
    // Names of people and languages are written in one script only.
    let left = lead
        .runs(
            "const own = (node) => !node.parentElement.checkVisibility() || node.parentElement.closest('#who, #languages, [lang=\"zh-CN\"]');
             const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
             const left = [];
             while (walk.nextNode()) {
               if (/\\p{Script=Han}/u.test(walk.currentNode.data) && !own(walk.currentNode)) {
                 left.push(walk.currentNode.data.trim());
               }
             }
             return left;",
        )
        .await;
    assert_eq!(left, serde_json::json!([]));
    lead.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_triage_desk_takes_a_number_for_somebody_and_a_manager_sees_the_days_figures() {
    let site = Site::start().await;
    let desk = logged_in(&site, "desk").await;
    desk.press("#issue").await;
    desk.chooses("#dialog select[name=service]", "passport")
        .await;
    desk.press("#dialog button[type=submit]").await;
    desk.reads("#issued", "E001").await;
    desk.close().await;
    let manager = logged_in(&site, "manager").await;
    manager.reads("#summary-table", "护照办理").await;
    manager.close().await;
}
