//! The web pages, embedded as they are written: no build step, nothing to install beside the binary.
//!
//! A page says by its tag (a hash of its bytes) whether the browser holds it already.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::problem::{Code, Problem, Speak};
use crate::app::App;

/// What a page may do: load from here, and nothing inline. `blob:` is what the wall board plays: it fetches its sound with a
/// token, which a media element cannot.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

macro_rules! console {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../console/", $name)))),*]
    };
}

/// Every file of the pages, by name.
const CONSOLE: &[(&str, &[u8])] = console![
    "actions.js",
    "admin-view.js",
    "api.css",
    "api.html",
    "api.js",
    "app.js",
    "board.js",
    "choose-view.js",
    "commands.js",
    "common.css",
    "desk-view.js",
    "desk.js",
    "dom.js",
    "drafts.js",
    "favicon.svg",
    "forms.js",
    "guide-rows.js",
    "guide.css",
    "guide.html",
    "guide.js",
    "help-view.js",
    "http.js",
    "index.html",
    "keys.js",
    "language.js",
    "link.js",
    "localized.js",
    "notices.js",
    "openapi.js",
    "phone.css",
    "setup.html",
    "setup.js",
    "side-view.js",
    "socket.js",
    "staff.css",
    "staff.js",
    "summary-view.js",
    "texts.js",
    "ticket-state.js",
    "ticket.html",
    "ticket.js",
    "time.js",
    "visitor-texts.js",
    "wall-draw.js",
    "wall-layout.js",
    "wall-lines.js",
    "wall-panels.js",
    "wall-sound.js",
    "wall-state.js",
    "wall-texts.js",
    "wall-time.js",
    "wall-view.js",
    "wall-voice.js",
    "wall.css",
    "wall.html",
    "wall.js",
];

macro_rules! fonts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../shared/ui/fonts/", $name)))),*]
    };
}

/// The fonts of the pages, so that every machine shows the same and bold is no smeared regular.
const FONTS: &[(&str, &[u8])] = fonts!["NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"];

/// The pages by their address; every other file lies under `/assets/`.
const PAGES: [(&str, &str); 6] = [
    ("/", "index.html"),
    ("/setup", "setup.html"),
    ("/t", "ticket.html"),
    ("/g", "guide.html"),
    ("/api", "api.html"),
    ("/board", "wall.html"),
];

/// A file that is ready to be sent.
struct Page {
    bytes: Bytes,
    kind: &'static str,
    tag: HeaderValue,
}

static FILES: LazyLock<BTreeMap<&'static str, Page>> = LazyLock::new(|| {
    CONSOLE
        .iter()
        .copied()
        .chain(FONTS.iter().copied())
        .map(|(name, bytes)| (name, page(name, bytes)))
        .collect()
});

fn page(name: &str, bytes: &'static [u8]) -> Page {
    let tag = format!("\"{}\"", &blake3::hash(bytes).to_hex()[..32]);
    Page {
        bytes: Bytes::from_static(bytes),
        kind: kind(name),
        tag: HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\"")),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("otf") => "font/otf",
        Some(_) | None => "application/octet-stream",
    }
}

/// The pages at `/`, `/setup`, `/t`, `/g`, `/api` and `/board`, and what they load from `/assets/`.
pub fn router() -> Router<Arc<App>> {
    let router = Router::new().route("/assets/{name}", get(asset));
    PAGES.into_iter().fold(router, |router, (address, name)| {
        router.route(
            address,
            get(move |headers: HeaderMap| async move { send(name, &headers) }),
        )
    })
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    send(&name, &headers)
}

fn send(name: &str, headers: &HeaderMap) -> Response {
    let Some(page) = FILES.get(name) else {
        return Problem::of(Code::NotFound, Speak::of(headers).0).into_response();
    };
    let held = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|held| *held == page.tag);
    // Also with 304: what it says of a page that is held takes the place of what was said when it came.
    let head = [
        (ETAG, page.tag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_POLICY),
        ),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if held {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let what = [(CONTENT_TYPE, HeaderValue::from_static(page.kind))];
    (head, what, page.bytes.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(address: &str, held: Option<&str>) -> Response {
        let (app, _stop) = App::for_tests().await;
        let mut request = Request::get(address);
        if let Some(held) = held {
            request = request.header(IF_NONE_MATCH, held);
        }
        let request = request.body(Body::empty()).expect("a request");
        let router = router().with_state(app);
        router.oneshot(request).await.expect("an answer")
    }

    #[test]
    fn every_file_of_the_console_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("console");
        let written: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the console's folder")
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| entry.file_type().expect("a type").is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name != "package.json")
            .collect();
        let embedded: BTreeSet<String> =
            CONSOLE.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(written, embedded);
    }

    #[tokio::test]
    async fn every_page_is_there_and_may_load_only_from_here() {
        for (address, name) in PAGES {
            let answer = ask(address, None).await;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            assert_eq!(answer.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            let policy = answer.headers()[CONTENT_SECURITY_POLICY]
                .to_str()
                .expect("text");
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
            let embedded = FILES.get(name).expect("embedded");
            assert_eq!(body, embedded.bytes);
        }
    }

    #[tokio::test]
    async fn both_weights_of_the_font_are_there_and_are_kept_by_the_browser() {
        for (name, bytes) in FONTS {
            let address = format!("/assets/{name}");
            let answer = ask(&address, None).await;
            assert_eq!(answer.headers()[CONTENT_TYPE], "font/otf", "{name}");
            let tag = answer.headers()[ETAG].to_str().expect("text").to_owned();
            let body = to_bytes(answer.into_body(), bytes.len()).await;
            assert_eq!(body.expect("a body"), *bytes);
            assert_eq!(ask(&address, Some(&tag)).await.status(), 304, "{name}");
        }
    }

    #[tokio::test]
    async fn a_page_that_the_browser_holds_is_not_sent_again() {
        let first = ask("/assets/staff.js", None).await;
        let tag = first.headers()[ETAG].to_str().expect("text").to_owned();
        assert_eq!(ask("/assets/staff.js", Some(&tag)).await.status(), 304);
        assert_eq!(
            ask("/assets/staff.js", Some("\"other\"")).await.status(),
            200
        );
    }

    #[tokio::test]
    async fn a_page_that_the_browser_holds_may_still_load_what_it_needs() {
        for (address, _) in PAGES {
            let first = ask(address, None).await;
            let tag = first.headers()[ETAG].to_str().expect("text").to_owned();
            let again = ask(address, Some(&tag)).await;
            assert_eq!(again.status(), 304, "{address}");
            for name in [
                CONTENT_SECURITY_POLICY,
                REFERRER_POLICY,
                X_CONTENT_TYPE_OPTIONS,
            ] {
                assert_eq!(again.headers()[&name], first.headers()[&name], "{name}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_problem() {
        for address in [
            "/assets/package.json",
            "/assets/..%2fCargo.toml",
            "/assets/x",
        ] {
            assert_eq!(ask(address, None).await.status(), 404, "{address}");
        }
    }
}
