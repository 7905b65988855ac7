//! What the server counts, as Prometheus reads it (`/metrics`).
//!
//! Counters and histograms are told where things happen, to one recorder for the process; what the hall looks like is
//! read at the moment of asking.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::Counter;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::hall_task::Health;

/// How often figures that nobody asks for are folded together.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Requests by route, method and status.
const REQUESTS: &str = "nowserving_http_requests_total";
/// How long it took to write a group of events and make it durable, in seconds.
pub const COMMIT_SECONDS: &str = "nowserving_commit_seconds";
/// How many events a commit held.
pub const COMMIT_EVENTS: &str = "nowserving_commit_events";

const COMMIT_SECONDS_BUCKETS: [f64; 10] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 1.0,
];
const COMMIT_EVENTS_BUCKETS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 256.0, 1024.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The recorder of this process; made at the first call. None when the process brought another one.
fn recorder() -> Option<&'static PrometheusHandle> {
    let made = RECORDER.get_or_init(|| {
        let buckets = |builder: PrometheusBuilder, name: &str, bounds: &[f64]| {
            builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds)
        };
        let builder = buckets(
            PrometheusBuilder::new(),
            COMMIT_SECONDS,
            &COMMIT_SECONDS_BUCKETS,
        )
        .and_then(|builder| buckets(builder, COMMIT_EVENTS, &COMMIT_EVENTS_BUCKETS));
        let recorder = match builder {
            Ok(builder) => builder.build_recorder(),
            Err(error) => {
                tracing::warn!(%error, "nothing is counted");
                return None;
            }
        };
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        Some(handle)
    });
    made.as_ref()
}

/// Begins to count, and folds what was counted together from time to time until the runtime ends.
pub fn start() {
    let Some(handle) = recorder() else { return };
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP_INTERVAL);
        loop {
            ticks.tick().await;
            handle.run_upkeep();
        }
    });
}

/// `/metrics`.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/metrics", get(render))
}

/// A request, as it is counted: by its route, not by its address, so that the number of series is bounded.
#[derive(Debug)]
pub struct Asked {
    route: Option<MatchedPath>,
    method: &'static str,
}

impl Asked {
    /// As it came to its route.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            route: request.extensions().get::<MatchedPath>().cloned(),
            method: match *request.method() {
                Method::GET => "GET",
                Method::POST => "POST",
                Method::PUT => "PUT",
                Method::DELETE => "DELETE",
                _ => "other",
            },
        }
    }

    /// Counts it with the status of its answer.
    pub fn answered(&self, status: StatusCode) {
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let which = (self.method, status.as_u16());
        if let Some(counter) = known_counters()
            .get(route)
            .and_then(|of_route| of_route.get(&which))
        {
            counter.increment(1);
            return;
        }
        // A counter of the process needs its recorder.
        recorder();
        let counter = metrics::counter!(
            REQUESTS,
            "route" => route.to_owned(), "method" => self.method, "status" => status.as_u16().to_string()
        );
        counter.increment(1);
        let mut counters = COUNTERS.write().unwrap_or_else(PoisonError::into_inner);
        counters
            .entry(route.to_owned())
            .or_default()
            .insert(which, counter);
    }
}

/// The counters of requests by route, then method and status: finding one in the recorder costs more than the counting.
type Counters = HashMap<String, HashMap<(&'static str, u16), Counter>>;

static COUNTERS: LazyLock<RwLock<Counters>> = LazyLock::new(RwLock::default);

fn known_counters() -> RwLockReadGuard<'static, Counters> {
    COUNTERS.read().unwrap_or_else(PoisonError::into_inner)
}

async fn render(State(app): State<Arc<App>>) -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let counted = recorder().map_or_else(String::new, PrometheusHandle::render);
    (kind, counted + &state(&app).await).into_response()
}

/// What the hall looks like now, as gauges.
async fn state(app: &App) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut gauge = |name: &str, labels: &str, value: usize| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name}{labels} {value}");
    };
    let writable = matches!(app.hall.health(), Health::Writable);
    gauge("nowserving_writable", "", usize::from(writable));
    gauge("nowserving_commands_queued", "", app.hall.queued());
    for (kind, count) in app.hub.subscribers() {
        gauge(
            "nowserving_subscribers",
            &format!("{{kind=\"{kind}\"}}"),
            count,
        );
    }
    let looked = app
        .hall
        .look(|hall, _| (hall.seq(), hall.tickets().len()))
        .await;
    if let Ok((seq, live)) = looked {
        gauge("nowserving_live_tickets", "", live);
        gauge(
            "nowserving_sequence",
            "",
            usize::try_from(seq).unwrap_or(usize::MAX),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn what_was_asked_and_how_the_hall_stands_can_be_read() {
        start();
        let (app, _stop) = App::for_tests().await;
        let router = crate::http::router(app);
        let mut text = String::new();
        for _ in 0..2 {
            let request = Request::get("/metrics")
                .body(Body::empty())
                .expect("a request");
            let answer = router.clone().oneshot(request).await.expect("an answer");
            let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
            text = String::from_utf8(body.to_vec()).expect("text");
        }
        let counted =
            "nowserving_http_requests_total{route=\"/metrics\",method=\"GET\",status=\"200\"}";
        assert!(text.contains(counted), "{text}");
        assert!(text.contains("nowserving_sequence "), "{text}");
        assert!(text.contains("nowserving_writable 1\n"), "{text}");
    }
}
