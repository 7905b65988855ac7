//! The suite of the Autobahn project against our line: every kind of frame, whole and in pieces, good and bad text, closing in
//! every way, and long messages.
//!
//! It needs a Python of its own age. `./hall test` installs it beside the build where that is there; elsewhere this test says
//! that it looked at nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::{Value, json};

use super::super::line::Line;
use super::super::upgrade;
use super::*;

/// How long the whole suite may take.
const SUITE_MAX: Duration = Duration::from_secs(240);
/// How many of its cases there are without those of compression, which we do not offer.
const CASES_MIN: usize = 240;

/// Where `./hall test` puts it: in the directory of the build.
fn suite() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let build = own.ancestors().nth(3)?;
    Some(build.join("tools/autobahn/wstest")).filter(|path| path.is_file())
}

async fn echo(State(times): State<SocketTimes>, mut request: Request) -> axum::response::Response {
    match upgrade::accept(&mut request, Language::En) {
        Ok((response, upgrading)) => {
            tokio::spawn(async move {
                if let Ok(upgraded) = upgrading.await {
                    Line::echo(upgraded, &times).await;
                }
            });
            response
        }
        Err(problem) => problem.into_response(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_autobahn_suite_finds_no_fault() {
    let Some(suite) = suite() else {
        eprintln!("the Autobahn suite is not there: nothing was looked at");
        return;
    };
    let listener = serve::listen(([127, 0, 0, 1], 0).into()).expect("a free port");
    let address = listener.local_addr().expect("it listens");
    let (_stop, stopping) = watch::channel(false);
    let router = Router::new().route("/", get(echo));
    let router = router.with_state(SocketTimes::default());
    tokio::spawn(serve::serve(listener, router, Limits::default(), stopping));

    let place = tempfile::tempdir().expect("a directory");
    let specification = json!({
        "outdir": place.path().join("report"),
        "servers": [{ "agent": "hall", "url": format!("ws://{address}") }],
        "cases": ["*"],
        "exclude-cases": ["12.*", "13.*"],
        "exclude-agent-cases": {},
    });
    let file = place.path().join("specification.json");
    std::fs::write(&file, specification.to_string()).expect("room");
    let mut running = tokio::process::Command::new(suite);
    let running = running
        .args(["-m", "fuzzingclient", "-s"])
        .arg(&file)
        .current_dir(place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    let status = timeout(SUITE_MAX, running).await;
    let status = status.expect("it ends in time").expect("it starts");
    assert!(status.success(), "{status}");

    let report = std::fs::read(place.path().join("report/index.json")).expect("a report");
    let report: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_slice(&report).expect("its form");
    let cases = &report["hall"];
    let said = |case: &Value, what: &str| case[what].as_str().unwrap_or_default().to_owned();
    let mut counts = BTreeMap::<(String, String), usize>::new();
    let mut faults = Vec::new();
    for (name, case) in cases {
        let (behaves, closes) = (said(case, "behavior"), said(case, "behaviorClose"));
        let is_good = |word: &str| matches!(word, "OK" | "NON-STRICT" | "INFORMATIONAL");
        if !is_good(&behaves) || !is_good(&closes) {
            faults.push((name, behaves.clone(), closes.clone()));
        }
        *counts.entry((behaves, closes)).or_default() += 1;
    }
    println!("{} cases: {counts:?}", cases.len());
    assert!(cases.len() >= CASES_MIN, "only {} cases", cases.len());
    assert!(faults.is_empty(), "{faults:?}");
}
