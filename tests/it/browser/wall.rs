//! A television that has only a browser.

use nowserving_shared::model::DeviceId;
use nowserving_tests::harness::Site;
use nowserving_tests::harness::browser::Browser;

/// Notes how long each sound was that was played to its end.
const LISTEN: &str = "window.heard = []; const { play } = HTMLMediaElement.prototype; \
     HTMLMediaElement.prototype.play = function () { \
       this.addEventListener('ended', () => window.heard.push(this.duration), { once: true }); \
       return play.call(this); };";

/// A browser that became the display `wall-east`, and may make a sound since somebody touched it.
async fn board(site: &Site) -> Browser {
    let device = DeviceId::new("wall-east").expect("an id");
    let pairing = site.admin().pairing_code(&device).await;
    let browser = Browser::open(super::TELEVISION.0, super::TELEVISION.1).await;
    browser.go(&format!("{}/board", site.url())).await;
    browser
        .writes("#pair-code", &pairing.expect("a code").code)
        .await;
    browser.press("#pair-go").await;
    browser.sees("#panels").await;
    // As after a night: nobody has touched this page yet.
    browser.go(&format!("{}/board", site.url())).await;
    browser.sees("#panels").await;
    browser.runs(LISTEN).await;
    browser.press("#touch").await;
    browser.misses("#touch").await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_appears_on_a_web_board_and_is_heard() {
    let site = Site::start().await;
    let wang = site.clerk("wang", "w1").await;
    let board = board(&site).await;
    let label = site.take_number("household").await.label;
    assert_eq!(wang.calls_next().await, label.as_str());
    board.reads("#panels", label.as_str()).await;
    board.reads("#caption", label.as_str()).await;
    // The chime alone is shorter.
    board
        .comes_true("return window.heard.some((seconds) => seconds > 3)")
        .await;
    board.misses("#caption").await;
    board.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_board_says_that_the_server_is_lost_keeps_its_picture_and_goes_on() {
    let mut site = Site::start().await;
    let wang = site.clerk("wang", "w1").await;
    let board = board(&site).await;
    let first = site.take_number("household").await.label;
    wang.calls_next().await;
    board.reads("#panels", first.as_str()).await;
    site.stop().await;
    board.sees("#stale").await;
    board.reads("#panels", first.as_str()).await;
    site.restart().await;
    board.misses("#stale").await;
    wang.serves().await;
    let second = site.take_number("household").await.label;
    wang.calls_next().await;
    board.reads("#panels", second.as_str()).await;
    board.close().await;
}
