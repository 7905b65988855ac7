//! The pages in a real browser.

mod desk;
mod keys;
mod others;
mod wall;
mod wall_layouts;

use nowserving_tests::harness::browser::Browser;
use nowserving_tests::harness::{PASSWORD, Site};

/// A window that is as wide as a clerk's screen.
const DESK: (u32, u32) = (1280, 900);
/// A television.
const TELEVISION: (u32, u32) = (1920, 1080);
/// A telephone.
const PHONE: (u32, u32) = (390, 844);

/// Somebody's browser with the staff page, logged in.
async fn logged_in(site: &Site, staff: &str) -> Browser {
    // Gives them a password, the first time.
    site.staff(staff).await;
    let browser = Browser::open(DESK.0, DESK.1).await;
    browser.go(&site.url()).await;
    browser.writes("#login-staff", staff).await;
    browser.writes("#login-password", PASSWORD).await;
    browser.press("#login-go").await;
    browser.sees("#inside").await;
    browser
}

/// A clerk who is signed on at the first of the hall's windows by its button.
async fn at_window_1(site: &Site, staff: &str) -> Browser {
    let browser = logged_in(site, staff).await;
    browser
        .press("#choose-list li:nth-child(1) button.primary")
        .await;
    browser.reads("#desk-window", "1").await;
    browser
}
